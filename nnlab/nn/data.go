package nn

import (
	"reflect"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Data is what a model learns from: Len examples of one shape, each with its
// target. Package datasets makes them; a student's own type may, too.
type Data interface {
	// Open makes the examples available and returns why they are not, if so.
	// It is called before anything else, and may be called again.
	Open() error
	// Len is the number of examples.
	Len() int
	// Shape is the shape of one example, [28 28 1] for MNIST.
	Shape() tensor.Shape
	// Classes is the number of classes when the target of an example is a class
	// index 0 ≤ c < Classes, and 0 when it is a vector of numbers.
	Classes() int
	// TargetSize is how many numbers Batch writes per target: 1 for a class
	// index, else the length of the vector.
	TargetSize() int
	// Batch writes the examples with the given indices, one after the other, to
	// x [len(index)·Shape.Size()] and their targets to y [len(index)·TargetSize].
	// Fit calls it for the next step while the present one runs, and may call it
	// from several goroutines at once.
	Batch(index []int, x, y []float32)
}

// RandomData are [Data] whose examples change at random while training, as
// augmented images do. Evaluate and Predict call Batch, which changes nothing.
type RandomData interface {
	Data
	// Draw is Batch with changes that are a function of key; each step of a
	// training has another key.
	Draw(key uint64, index []int, x, y []float32)
}

// Multi is data for a [Graph] of several inputs or outputs: example i has the
// inputs of example i of each of X and the targets of example i of each of Y, in
// the order of [Inputs] and [Outputs]. All have the same number of examples.
type Multi struct{ X, Y []Data }

// Open opens all parts.
func (m Multi) Open() error {
	if len(m.X) == 0 || len(m.Y) == 0 {
		return &Error{Where: "Multi", Expected: "data for at least one input and one target",
			Mend: "write nn.Multi{X: []nn.Data{left, right}, Y: []nn.Data{left}}"}
	}
	for _, d := range append(m.X[:len(m.X):len(m.X)], m.Y...) {
		if err := d.Open(); err != nil {
			return err
		}
	}
	return nil
}

// Len is the number of examples of the first part; Fit checks the others.
func (m Multi) Len() int { return m.X[0].Len() }

// Shape is that of the first input.
func (m Multi) Shape() tensor.Shape { return m.X[0].Shape() }

// Classes are those of the first target.
func (m Multi) Classes() int { return m.Y[0].Classes() }

// TargetSize is that of the first target.
func (m Multi) TargetSize() int { return m.Y[0].TargetSize() }

// Batch writes the first input and the first target.
func (m Multi) Batch(index []int, x, y []float32) {
	a, b := newSource(m.X[0], len(index)), newSource(m.Y[0], len(index))
	a.fetch(index)
	b.fetch(index)
	copy(x, a.x)
	copy(y, b.y)
}

// parts are the data for each input and each output of a model. Data that are no
// [Multi] have the same target for every output.
func (m *Model) parts(d Data) (x, y []Data) {
	if multi, ok := d.(Multi); ok {
		return multi.X, multi.Y
	}
	for range m.heads {
		y = append(y, d)
	}
	return []Data{d}, y
}

// source is data with room on the host for the examples of a batch.
type source struct {
	data  Data
	x, y  []float32
	n     int   // examples in it now
	index []int // which they are
}

func newSource(d Data, rows int) *source {
	return &source{data: d, x: make([]float32, rows*d.Shape().Size()), y: make([]float32, rows*d.TargetSize())}
}

// fetch takes the examples with the given indices as they are.
func (s *source) fetch(index []int) {
	s.n, s.index = len(index), index
	s.data.Batch(index, s.inputs(), s.targets())
}

// draw takes the examples as training sees them.
func (s *source) draw(key uint64, index []int) {
	if r, ok := s.data.(RandomData); ok {
		s.n, s.index = len(index), index
		r.Draw(key, index, s.inputs(), s.targets())
		return
	}
	s.fetch(index)
}

func (s *source) inputs() []float32  { return s.x[:s.n*s.data.Shape().Size()] }
func (s *source) targets() []float32 { return s.y[:s.n*s.data.TargetSize()] }

// sameData tells whether two values are the same data, so that they need be
// asked but once.
func sameData(a, b Data) bool {
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t.Comparable() && a == b
}
