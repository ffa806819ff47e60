package viz

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// mistake is an example that the model classifies wrongly.
type mistake struct {
	example, label int
	answer         nn.Answer
}

// Wrong shows n examples of d that the model classifies wrongly, of which it is the most
// certain first: what their label was, what the model said, and the probability that it
// gave to it; the output itself where that is no probability. The classes are named as by
// [Images].
func Wrong(m *nn.Model, d nn.Data, n int, options ...Option) (*Figure, error) {
	s := newSettings(options)
	w := s.words
	if err := images("viz.Wrong", d); err != nil {
		return nil, err
	}
	if d.Classes() < 2 {
		return nil, &nn.Error{Where: "viz.Wrong", Expected: "data with classes", Got: "targets that are numbers", Mend: "make the data with datasets.FromSlices, which takes labels"}
	}
	if err := s.nameClasses("viz.Wrong", d, d.Classes()); err != nil {
		return nil, err
	}
	answers, err := m.Classify(d)
	if err != nil {
		return nil, err
	}
	var wrong []mistake
	labels := labelsOf(d)
	for i, a := range answers {
		if a.Class != labels[i] || math.IsNaN(a.Output) {
			wrong = append(wrong, mistake{i, labels[i], a})
		}
	}
	slices.SortStableFunc(wrong, func(a, b mistake) int { return byCertainty(a.answer, b.answer) })
	var tiles []tile
	for _, x := range wrong[:max(0, min(n, len(wrong)))] {
		pixels, _ := example(d, x.example)
		tiles = append(tiles, tile{d.Shape(), pixels, fmt.Sprintf(w.wasSaid, s.class(x.label), s.answered(x.answer)), w.certainty(x.answer)})
	}
	title := fmt.Sprintf("%s %s %s", w.none, w.of, count(d.Len()))
	switch {
	case len(wrong) == 1:
		title = fmt.Sprintf("1 %s %s %s", w.mistake, w.of, count(d.Len()))
	case len(wrong) > 1:
		title = fmt.Sprintf("%s %s %s %s · %s", count(len(wrong)), w.mistakes, w.of, count(d.Len()), w.surestFirst)
	}
	alt := title
	if len(tiles) > 0 {
		alt += ": " + captions(tiles)
	}
	f, err := grid(tiles, title, alt)
	if err != nil {
		return nil, err
	}
	return f.show()
}

// labelsOf are the classes of all examples.
func labelsOf(d nn.Data) []int {
	const rows = 256
	labels := make([]int, 0, d.Len())
	x, y := make([]float32, rows*d.Shape().Size()), make([]float32, rows*d.TargetSize())
	for first := 0; first < d.Len(); first += rows {
		index := make([]int, min(rows, d.Len()-first))
		for i := range index {
			index[i] = first + i
		}
		d.Batch(index, x[:len(index)*d.Shape().Size()], y[:len(index)*d.TargetSize()])
		for i := range index {
			labels = append(labels, int(y[i*d.TargetSize()]))
		}
	}
	return labels
}

// byCertainty puts the most certain answer first.
func byCertainty(a, b nn.Answer) int {
	switch {
	case math.IsNaN(a.Output) || math.IsNaN(b.Output): // no answer is none of any certainty
		return cmp.Compare(b.Output, a.Output)
	case a.Certainty > b.Certainty:
		return -1
	case a.Certainty < b.Certainty:
		return 1
	}
	return 0
}

// answered is the class of an answer, or what an answer that is no number is.
func (s settings) answered(a nn.Answer) string {
	if math.IsNaN(a.Output) {
		return s.words.number("", a.Output)
	}
	return s.class(a.Class)
}

// certainty is how sure an answer is: a probability, or a score, which is none.
func (w words) certainty(a nn.Answer) string {
	if math.IsNaN(a.Probability) || math.IsNaN(a.Output) {
		return w.number("%.1f", a.Output)
	}
	return w.sure(a.Probability)
}
