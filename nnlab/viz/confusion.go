package viz

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// Confusion shows how often the model gave each answer to the examples of each
// class of d: a row for each label, a column for each answer. What is right
// stands on the diagonal. The classes have the data's names or those of [Names];
// [nn.Confusion] has the numbers.
func Confusion(m *nn.Model, d nn.Data, options ...Option) (*Figure, error) {
	s := newSettings(options)
	c, err := confusion("viz.Confusion", m, d, &s)
	if err != nil {
		return nil, err
	}
	return drawConfusion(c, s).show()
}

// confusion counts the answers, and sees to the names of the classes.
func confusion(where string, m *nn.Model, d nn.Data, s *settings) (*nn.ConfusionMatrix, error) {
	c, err := nn.Confusion(m, d)
	if err != nil {
		return nil, err
	}
	return c, s.nameClasses(where, d, len(c.Counts))
}

func drawConfusion(c *nn.ConfusionMatrix, s settings) *Figure {
	w, n := s.words, len(c.Counts)
	total, right, most, from, to := 0, 0, 0, 0, 0
	for label, row := range c.Counts {
		for answer, k := range row {
			total += k
			if label == answer {
				right += k
			} else if k > most {
				most, from, to = k, label, answer
			}
		}
	}
	title := fmt.Sprintf("%s: %s %s %s (%s)", w.matrix, count(right), w.of, count(total), w.value("accuracy", c.Accuracy()))
	if most > 0 {
		title += fmt.Sprintf(" · %s: %s → %s (%s×)", w.often, s.class(from), s.class(to), count(most))
	}
	left := 64.
	for i := range n {
		left = max(left, 2*space+textWidth(s.class(i), small))
	}
	cell := max(36, min(44, (widest-left-2*space)/float64(n)))
	width := max(400, left+float64(n)*cell+2*space)
	head := 4 + lineHeight*float64(len(wrap(title, large, width-2*space)))
	top := head + 44
	d := newDrawing(int(width), int(top+float64(n)*cell+2*space), title+"; "+matrixInWords(c, s))
	d.title(title, space, width-2*space)
	d.text(left+float64(n)*cell/2, top-26, "middle", quiet, w.says)
	d.text(space, top-8, "start", quiet, w.label)
	for i, row := range c.Counts {
		y := top + float64(i)*cell
		d.text(left-space, y+cell/2+4, "end", "", s.class(i))
		d.text(left+float64(i)*cell+cell/2, top-8, "middle", "", cut(s.class(i), small, cell-4))
		sum := 0
		for _, k := range row {
			sum += k
		}
		for j, k := range row {
			d.cell(left+float64(j)*cell, y, cell, k, float64(k)/float64(max(1, sum)), i == j)
		}
	}
	return d.figure()
}

// cell is a cell of the matrix. It is full where the share of the row is large, with its
// number in the paper's colour, and has a bar at its foot where it is small: a number over
// a tint could not be read on every ground.
func (d *drawing) cell(x, y, size float64, k int, share float64, right bool) {
	colour := blue
	if !right {
		colour, share = orange, 10*share // strong already where few are wrong
	}
	fill, number := "none", ""
	switch {
	case share > 0.5:
		fill, number = colour, ` fill="`+paper+`"`
	case k > 0:
		bar := max(1, (size-24)*share)
		fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, x, y+size-bar, size, bar, colour)
	}
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="%s"/>`, x, y, size, size, fill, faint)
	if k > 0 {
		d.text(x+size/2, y+size/2+4, "middle", number, fmt.Sprint(k))
	}
}

// matrixInWords is the matrix as a table, a row for each label.
func matrixInWords(c *nn.ConfusionMatrix, s settings) string {
	rows := []string{s.words.rows}
	for i, row := range c.Counts {
		rows = append(rows, s.class(i)+": "+strings.Trim(fmt.Sprint(row), "[]"))
	}
	return strings.Join(rows, "; ")
}
