package viz

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// score is how well the answers of one class are.
type score struct {
	precision, recall, f1 float64
	support               int // examples of the class
}

// scoreOf computes, from how many answers were rightly this class (tp), how many
// were this class at all (said) and how many examples are of it (support):
//
//	precision = tp/said   recall = tp/support   F1 = 2·precision·recall/(precision + recall)
//
// A quotient with nothing below is 0, as in scikit-learn.
func scoreOf(tp, said, support int) score {
	s := score{support: support, precision: ratio(float64(tp), float64(said)), recall: ratio(float64(tp), float64(support))}
	s.f1 = ratio(2*s.precision*s.recall, s.precision+s.recall)
	return s
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// scores are those of each class, their mean (macro) and their mean by support
// (weighted).
func scores(counts [][]int) (classes []score, macro, weighted score) {
	for c, row := range counts {
		said, support := 0, 0
		for i := range counts {
			said += counts[i][c]
			support += row[i]
		}
		s := scoreOf(row[c], said, support)
		classes = append(classes, s)
		macro.add(s, 1/float64(len(counts)))
		weighted.add(s, float64(support))
		macro.support += support
	}
	n := max(1, macro.support)
	total := weighted
	weighted = score{support: macro.support}
	weighted.add(total, 1/float64(n))
	return classes, macro, weighted
}

// add adds a share of t; the support stays.
func (s *score) add(t score, share float64) {
	s.precision += share * t.precision
	s.recall += share * t.recall
	s.f1 += share * t.f1
}

// ClassReport shows for each class of d how many of the answers that name it are
// right (precision), how many of its examples are found (recall), the harmonic
// mean of both (F1) and how many examples it has (support); then the means over
// the classes, plain (macro) and by support. [Names] names the classes.
func ClassReport(m *nn.Model, d nn.Data, options ...Option) (*Figure, error) {
	s := newSettings(options)
	counts, err := confusion("viz.ClassReport", m, d, s)
	if err != nil {
		return nil, err
	}
	return drawReport(counts, s).show()
}

func drawReport(counts [][]int, s settings) *Figure {
	const row, left, column = 22, 150, 90
	w := s.words
	classes, macro, weighted := scores(counts)
	alt := fmt.Sprintf("%s: F1 %s", w.report, w.value("f1_score", macro.f1))
	d := newDrawing(left+4*column+16, row*(len(classes)+4), alt)
	for i, name := range []string{w.name("precision"), w.name("recall"), "F1", w.support} {
		d.text(float64(left+(i+1)*column), 16, "end", `font-weight="600"`, name)
	}
	y := float64(row)
	write := func(name string, s score) {
		y += row
		d.text(8, y-6, "start", "", name)
		for i, v := range []float64{s.precision, s.recall, s.f1} {
			d.text(float64(left+(i+1)*column), y-6, "end", "", w.value("f1_score", v))
		}
		d.text(left+4*column, y-6, "end", "", fmt.Sprint(s.support))
	}
	d.line(8, y, left+4*column, y, ink)
	for i, c := range classes {
		write(s.class(i), c)
	}
	d.line(8, y+2, left+4*column, y+2, ink)
	write(w.macro, macro)
	write(w.weighted, weighted)
	return &Figure{SVG: d.end(), Alt: alt}
}
