package viz

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// ClassReport shows for each class of d how many of the answers that name it are
// right (precision), how many of its examples are found (recall), the harmonic
// mean of both (F1) and how many examples it has (support); then the means over
// the classes, plain (macro) and by support. The classes have
// the data's names or those of [Names].
func ClassReport(m *nn.Model, d nn.Data, options ...Option) (*Figure, error) {
	s := newSettings(options)
	c, err := confusion("viz.ClassReport", m, d, &s)
	if err != nil {
		return nil, err
	}
	return drawReport(c, s).show()
}

func drawReport(c *nn.ConfusionMatrix, s settings) *Figure {
	const row, left, column = 22, 16 + letter*longestName, 90
	w := s.words
	alt := fmt.Sprintf("%s: F1 %s", w.report, w.value("f1_score", c.Macro().F1))
	d := newDrawing(left+4*column+16, row*(len(c.Counts)+4), alt)
	for i, name := range []string{w.name("precision"), w.name("recall"), "F1", w.support} {
		d.text(float64(left+(i+1)*column), 16, "end", bold, name)
	}
	y := float64(row)
	write := func(name string, s nn.ClassScore) {
		y += row
		d.text(8, y-6, "start", "", name)
		for i, v := range []float64{s.Precision, s.Recall, s.F1} {
			d.text(float64(left+(i+1)*column), y-6, "end", "", w.value("f1_score", v))
		}
		d.text(left+4*column, y-6, "end", "", fmt.Sprint(s.Support))
	}
	d.line(8, y, left+4*column, y, ink)
	for i := range c.Counts {
		write(s.class(i), c.Score(i))
	}
	d.line(8, y+2, left+4*column, y+2, ink)
	write(w.macro, c.Macro())
	write(w.weighted, c.Weighted())
	return &Figure{SVG: d.end(), Alt: alt}
}
