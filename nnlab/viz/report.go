package viz

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// ClassReport shows for each class of d how many of the answers that name it are
// right (precision), how many of its examples are found (recall), the harmonic
// mean of both (F1) and how many examples it has (support); then the means over
// the classes, plain (macro) and by support. The classes have
// the data's names or those of [Names].
func ClassReport(m *nn.Model, d nn.Data, options ...Option) (*Figure, error) {
	s := newSettings(options)
	c, none, err := confusion("viz.ClassReport", m, d, &s)
	if err != nil {
		return nil, err
	}
	return drawReport(c, none, s).show()
}

func drawReport(c *nn.ConfusionMatrix, none int, s settings) *Figure {
	const row, column = 22., 110
	w := s.words
	title := fmt.Sprintf("%s: F1 %s (%s)", w.report, w.value("f1_score", c.Macro().F1), w.macro)
	title = s.warned(title, none)
	left := textWidth(w.weighted, small)
	for i := range c.Counts {
		left = max(left, textWidth(s.class(i), small))
	}
	left += 2 * space
	names := []string{w.name("precision"), w.name("recall"), "F1", w.support}
	var said []string
	cells := func(name string, s nn.ClassScore) []string {
		cells := []string{name, w.value("f1_score", s.Precision), w.value("f1_score", s.Recall), w.value("f1_score", s.F1), count(s.Support)}
		said = append(said, fmt.Sprintf("%s: %s %s, %s %s, F1 %s, %s %s", name, names[0], cells[1], names[1], cells[2], cells[3], names[3], cells[4]))
		return cells
	}
	var rows [][]string
	for i := range c.Counts {
		rows = append(rows, cells(s.class(i), c.Score(i)))
	}
	rows = append(rows, cells(w.macro, c.Macro()), cells(w.weighted, c.Weighted()))
	right := left + 4*column
	d := newDrawing(int(right+2*space), int(lineHeight+row*float64(len(rows)+1)+3*space), title+"; "+strings.Join(said, "; "))
	y := d.title(title, space, right) + row
	for i, name := range names {
		d.text(left+float64(i+1)*column, y-6, "end", bold, name)
	}
	for i, r := range rows {
		if i == 0 || i == len(c.Counts) {
			d.line(space, y, right, y, rule)
		}
		y += row
		d.text(space, y-6, "start", "", r[0])
		for j, v := range r[1:] {
			d.text(left+float64(j+1)*column, y-6, "end", "", v)
		}
	}
	return d.figure()
}
