package viz

import (
	"fmt"

	"github.com/nnlab-go/lab/internal/plain"
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
	const cell, top = 44, 64
	left, w := 64, s.words
	n := len(c.Counts)
	for i := range n {
		left = max(left, 18+letter*len([]rune(s.class(i))))
	}
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
	alt := fmt.Sprintf("%s: %d %s %d (%s)", w.matrix, right, w.of, total, w.value("accuracy", c.Accuracy()))
	if most > 0 {
		alt += fmt.Sprintf("; %s: %s → %s (%d×)", w.often, s.class(from), s.class(to), most)
	}
	d := newDrawing(max(240, left+n*cell+16), top+n*cell+16, alt)
	d.text(float64(left)+float64(n*cell)/2, 22, "middle", sizeLarge, w.says)
	d.text(6, top-10, "start", sizeLarge, w.label)
	for i, row := range c.Counts {
		at := float64(top + i*cell)
		d.text(float64(left)-10, at+cell/2+4, "end", "", s.class(i))
		d.text(float64(left+i*cell)+cell/2, top-10, "middle", "", plain.Short(s.class(i), 6))
		sum := 0
		for _, k := range row {
			sum += k
		}
		for j, k := range row {
			colour := orange // strong already where few are wrong
			share := 10 * float64(k) / float64(max(1, sum))
			if i == j {
				colour, share = blue, share/10
			}
			// Full with a dark number, or a bar below it: over a tint the ink of any
			// page cannot be read.
			fill, number := "none", ""
			if share > 0.5 {
				fill, number = colour, `fill="#111111"`
			}
			x := left + j*cell
			fmt.Fprintf(d, `<rect x="%d" y="%.0f" width="%d" height="%d" fill="%s" stroke="%s"/>`, x, at, cell, cell, fill, faint)
			if bar := 20 * share; k > 0 && share <= 0.5 {
				fmt.Fprintf(d, `<rect x="%d" y="%.1f" width="%d" height="%.1f" fill="%s"/>`, x, at+cell-bar, cell, bar, colour)
			}
			if k > 0 {
				d.text(float64(x)+cell/2, at+cell/2+4, "middle", number, fmt.Sprint(k))
			}
		}
	}
	return &Figure{SVG: d.end(), Alt: alt}
}
