package viz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

const (
	embedded      = 300  // how many examples an embedding shows at most
	embeddedEpoch = 60   // and how many epochs
	widestLayer   = 8192 // of more numbers the components would take a minute
)

// Embedding shows what a layer, named as in Summary, has made of up to 300 examples of d: each
// is a point on the plane of the first two principal components of the layer's output, in the
// colour and the shape of its class. Classes that the layer has told apart
// are clouds of their own. Of data that are images the mouse over a point, or the arrow keys,
// show its image. What the layer makes no number of has no place on the plane, and is counted.
func Embedding(m *nn.Model, layer string, d nn.Data, options ...Option) (*Figure, error) {
	e := &embedding{settings: newSettings(options), layer: layer, data: d}
	if err := e.begin(m); err != nil {
		return nil, err
	}
	if err := e.add(m, 0); err != nil {
		return nil, err
	}
	f, err := e.figure()
	if err != nil {
		return nil, err
	}
	return f.show()
}

// EmbeddingByEpoch is an option of Fit that shows, at its end, the [Embedding] before it and
// after each epoch, which buttons and the arrow keys go through: all on the plane of the last,
// so that what moves are the points alone. Of a training that diverges it shows the epochs before.
//
//	model.Fit(train, nn.Epochs(10), viz.EmbeddingByEpoch("dense_1", test))
func EmbeddingByEpoch(layer string, d nn.Data, options ...Option) nn.FitOption {
	return nn.Callbacks(&embedding{settings: newSettings(options), layer: layer, data: d})
}

// embedding is what a layer makes of the same examples, epoch by epoch.
type embedding struct {
	settings
	layer  string
	data   nn.Data
	index  []int
	labels []int
	epochs []int
	made   [][][]float64 // of each epoch a row for each example
	ended  string        // why the training has not come to its end
}

// LooksAtBatches tells Fit that no step's numbers are drawn.
func (e *embedding) LooksAtBatches() bool { return false }

// On notes what the layer makes after each epoch.
func (e *embedding) On(v *nn.Event) {
	if v.Phase == nn.FitBegin && e.data == nil {
		v.Fail(e.begin(v.Model))
	}
	if !notebook.Available() {
		return
	}
	var err error
	switch {
	case v.Phase == nn.FitBegin:
		if err = e.begin(v.Model); err == nil {
			err = e.add(v.Model, 0)
		}
	case v.Phase == nn.EpochEnd && (v.Epoch%max(1, (v.Epochs+embeddedEpoch-1)/embeddedEpoch) == 0 || v.Epoch == v.Epochs):
		err = e.add(v.Model, v.Epoch)
	case v.Phase == nn.FitEnd && (v.Err == nil || v.Diverged) && len(e.made) > 0:
		if v.Diverged {
			e.ended = e.words.ended + ": " + e.words.diverged(v)
		}
		var f *Figure
		if f, err = e.figure(); err == nil {
			_, err = f.show()
		}
	}
	if err != nil {
		v.Fail(err)
	}
}

// begin chooses the examples, spread evenly over the data.
func (e *embedding) begin(m *nn.Model) error {
	if err := m.Err(); err != nil {
		return err
	}
	e.epochs, e.made, e.index, e.ended = nil, nil, nil, ""
	var names []string
	for _, l := range m.Layers() {
		names = append(names, l.Name)
		if l.Name != e.layer {
			continue
		}
		if n := l.Shape.Size(); n < 2 || n > widestLayer {
			return &nn.Error{Where: "viz.Embedding", Expected: fmt.Sprintf("a layer of 2 to %d numbers", widestLayer), Got: l.String(), Mend: "take a Dense layer further behind, as Summary names it"}
		}
	}
	if !slices.Contains(names, e.layer) {
		return &nn.Error{Where: "viz.Embedding", Expected: "the name of a layer", Got: fmt.Sprintf("%q", e.layer), Mend: "write one of: " + strings.Join(names, ", ")}
	}
	d := e.data
	if d == nil {
		return &nn.Error{Where: "viz.Embedding", Expected: "data", Got: "nil", Mend: "take train, test := datasets.MNIST()"}
	}
	if err := d.Open(); err != nil {
		return &nn.Error{Where: "viz.Embedding", Err: err}
	}
	if d.Classes() == 0 || d.Len() < 3 {
		return &nn.Error{Where: "viz.Embedding", Expected: "at least 3 examples with classes", Got: fmt.Sprintf("%d of %d classes", d.Len(), d.Classes()), Mend: "make the data with datasets.FromSlices, which takes labels"}
	}
	if err := e.nameClasses("viz.Embedding", d, d.Classes()); err != nil {
		return err
	}
	n := min(embedded, d.Len())
	for i := range n {
		e.index = append(e.index, i*d.Len()/n)
	}
	e.labels = labelsOf(some{d, e.index})
	return nil
}

// add notes what the layer makes of the examples now.
func (e *embedding) add(m *nn.Model, epoch int) error {
	const rows = 100
	x := make([][]float64, len(e.index))
	for at := 0; at < len(e.index); at += rows {
		outputs, err := m.Activations(e.data, e.index[at:min(at+rows, len(e.index))]...)
		if err != nil {
			return err
		}
		for _, o := range outputs {
			if o.Name != e.layer {
				continue
			}
			values, cols := wide(o.Output.Values()), o.Output.Size()/o.Output.Shape[0]
			for i := range o.Output.Shape[0] {
				x[at+i] = values[i*cols:][:cols]
			}
		}
	}
	e.made, e.epochs = append(e.made, x), append(e.epochs, epoch)
	return nil
}

// plan is where the points of each epoch stand on the plane, and what part of the last one's
// variance each of its axes has.
type plan struct {
	at     [][][2]float64 // of each epoch, of each example
	shares [2]float64
}

// project puts the points of all epochs on the plane of the last that has one: what is no
// number has no place on it. The error is of a layer that has made none.
func (e *embedding) project() (plan, error) {
	var rows [][]float64
	for _, x := range slices.Backward(e.made) {
		if rows = numbersOnly(x); len(rows) >= 3 {
			break
		}
	}
	if len(rows) < 3 {
		return plan{}, &nn.Error{Where: "viz.Embedding", Expected: "a layer that makes numbers", Got: fmt.Sprintf("NaN or an infinity of %s for %d of %d examples", e.layer, len(e.index)-len(rows), len(e.index)),
			Mend: "train with a smaller learning rate, or with nn.ClipNorm(1)"}
	}
	components := principalOf(rows)
	p := plan{shares: components.shares}
	for _, x := range e.made {
		points := make([][2]float64, len(x))
		for i, row := range x {
			points[i] = components.at(row)
		}
		p.at = append(p.at, points)
	}
	return p, nil
}

// numbersOnly are the rows in which all are numbers.
func numbersOnly(x [][]float64) (rows [][]float64) {
	for _, row := range x {
		if !slices.ContainsFunc(row, func(v float64) bool { return !isNumber(v) }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// lost is how many of an epoch's points have no place.
func (p plan) lost(epoch int) (n int) {
	for _, q := range p.at[epoch] {
		if !placed(q) {
			n++
		}
	}
	return n
}

// placed tells whether a point has a place.
func placed(q [2]float64) bool { return isNumber(q[0]) && isNumber(q[1]) }
