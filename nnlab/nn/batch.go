package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// batch holds the examples of one step with their targets, on the host and on
// the backend, and what the loss makes of them.
type batch struct {
	model   *Model
	data    Data
	indices bool // targets are class indices
	n       int  // examples in it now

	hostX, hostY []float32
	labels       *tensor.Tensor // [N] class indices
	target       *tensor.Tensor // [N × outputs]
	losses       *tensor.Tensor // [N]
	argmax       *tensor.Tensor // [N]

	predicted, wanted []float32 // on the host, for metrics
}

// prepare opens the data, checks that they fit the model, and makes the memory
// for batches of size examples. The caller's name stands in messages.
func (m *Model) prepare(caller string, d Data, size int, gradients bool) error {
	if d == nil {
		return &Error{Where: caller, Expected: "data", Got: "nil", Mend: "take train, test := datasets.MNIST()"}
	}
	if err := d.Open(); err != nil {
		return &Error{Where: caller, Err: err}
	}
	if err := m.fits(caller, d); err != nil {
		return err
	}
	size = min(size, d.Len())
	m.graph.reserve(size, gradients)
	indices := d.Classes() > 0
	if b := m.batch; b != nil && b.losses.Buffer.Len() >= m.graph.capacity && b.indices == indices {
		b.data = d
		return nil
	}
	rows, in, out := m.graph.capacity, m.graph.nodes[0].shape.Size(), m.graph.last().shape.Size()
	m.batch = &batch{
		model: m, data: d, indices: indices,
		hostX:     make([]float32, rows*in),
		hostY:     make([]float32, rows*d.TargetSize()),
		labels:    tensor.New(m.backend, rows),
		target:    tensor.New(m.backend, rows, out),
		losses:    tensor.New(m.backend, rows),
		argmax:    tensor.New(m.backend, rows),
		predicted: make([]float32, rows),
		wanted:    make([]float32, rows),
	}
	return nil
}

// fits checks the data's shapes against the model's ends.
func (m *Model) fits(caller string, d Data) error {
	in, out := m.graph.nodes[0].shape, m.graph.last()
	switch {
	case d.Len() < 1:
		return &Error{Where: caller, Expected: "at least one example", Got: "empty data",
			Mend: "look at how the data were taken or split"}
	case !d.Shape().Equal(in):
		return &Error{Where: caller, Expected: "examples of the shape of the model's Input, " + in.String(), Got: d.Shape().String(),
			ExpectedShape: in, GotShape: d.Shape(), Mend: "write nn.Input(" + commas(d.Shape()) + ")"}
	case len(out.shape) != 1:
		return &Error{Where: caller, Expected: "a last layer with one axis", Got: out.where + " with " + out.shape.String(),
			GotShape: out.shape, Mend: "put nn.Flatten() and nn.Dense(" + fmt.Sprint(max(1, d.Classes())) + ") behind it"}
	case d.Classes() > 0 && out.shape[0] != d.Classes():
		return &Error{Where: caller, Expected: fmt.Sprintf("%d outputs, one for each class of the data", d.Classes()),
			Got: fmt.Sprintf("%s with %d", out.where, out.shape[0]), ExpectedShape: tensor.Shape{d.Classes()}, GotShape: out.shape,
			Mend: fmt.Sprintf("end with nn.Dense(%d, nn.Softmax)", d.Classes())}
	case d.Classes() == 0 && m.loss.sparse:
		return &Error{Where: caller, Expected: "class indices as targets for " + m.loss.name, Got: "vectors",
			Mend: "compile with nn.CategoricalCrossentropy or nn.MSE"}
	case d.Classes() == 0 && out.shape[0] != d.TargetSize():
		return &Error{Where: caller, Expected: fmt.Sprintf("%d outputs, as many as a target of the data", d.TargetSize()),
			Got: fmt.Sprintf("%s with %d", out.where, out.shape[0]), ExpectedShape: tensor.Shape{d.TargetSize()}, GotShape: out.shape,
			Mend: fmt.Sprintf("end with nn.Dense(%d)", d.TargetSize())}
	}
	return nil
}

// load brings the examples with the given indices to the backend.
func (b *batch) load(index []int) {
	g := b.model.graph
	b.n = len(index)
	g.setRows(b.n)
	b.target.SetRows(b.n)
	b.losses.SetRows(b.n)
	b.argmax.SetRows(b.n)
	x, y := b.hostX[:b.n*g.input().Cols()], b.hostY[:b.n*b.data.TargetSize()]
	b.data.Batch(index, x, y)
	g.input().Set(x)
	if b.indices {
		b.labels.Set(y)
		b.model.backend.OneHot(b.n, b.target.Cols(), b.labels.Buffer, b.target.Buffer)
		return
	}
	b.target.Set(y)
}

// loss runs the forward pass and returns the mean loss of the batch with the
// penalties of the regularizers. With a gradient it leaves ∂E/∂y in the last node.
func (b *batch) loss(c *Context, gradient bool) float64 {
	m, g := b.model, b.model.graph
	g.forward(c)
	var dy *tensor.Tensor
	if gradient {
		dy = g.last().dy
	}
	m.loss.compute(m.joined, g.output(), b.target, b.losses, dy)
	e := m.backend.Sum(b.n, b.losses.Buffer) / float64(b.n)
	for _, p := range g.params {
		e += p.regularizer.penalty(m.backend, p)
	}
	return e
}

// argMax writes the column of each row's largest element to the host.
func (b *batch) argMax(t *tensor.Tensor, to []float32) {
	b.model.backend.ArgMax(t.Rows(), t.Cols(), t.Buffer, b.argmax.Buffer)
	b.model.backend.Download(to, b.argmax.Buffer)
}

// commas is "28, 28, 1" for the shape [28 28 1].
func commas(s tensor.Shape) string {
	text := ""
	for i, d := range s {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(d)
	}
	return text
}
