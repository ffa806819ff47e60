package cells

import "strings"

// orders are the lines of a cell that are commands of the shell, with their numbers.
type orders struct {
	text  []string
	lines []int
}

// commands takes the lines that begin with ! out of a cell that has no other orders:
// GoNB runs them first, wherever they stand. Blanks take their place.
func commands(source string) (string, orders) {
	var o orders
	lines := strings.Split(source, "\n")
	continued := false
	for i, line := range lines {
		if strings.HasPrefix(line, "!") || continued {
			o.text, o.lines = append(o.text, line), append(o.lines, i+1)
			continued = strings.HasSuffix(line, "\\")
			lines[i] = strings.Repeat(" ", len(line))
		}
	}
	return strings.Join(lines, "\n"), o
}

// before puts the commands in front of a cell's code.
func (o orders) before(c Cell, wrong []SyntaxError) (Cell, []SyntaxError) {
	if o.text == nil || wrong != nil {
		return c, wrong
	}
	code := strings.Split(c.Code, "\n")
	if c.Lines == nil {
		for i := range code {
			c.Lines = append(c.Lines, i+1)
		}
	}
	c.Code = strings.Join(append(o.text, code...), "\n")
	c.Lines = append(o.lines, c.Lines...)
	return c, nil
}
