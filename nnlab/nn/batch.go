package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// batch holds the examples of one step with their targets, on the host and on
// the backend, and what the losses make of them.
type batch struct {
	model   *Model
	sources []*source // each data once
	inputs  []*source // one an input of the model
	goals   []*goal   // one an output; none for Predict
	rows    int       // room for so many examples
	layout  *layout   // where the model's tensors stand
	n       int       // examples in it now

	weights []float32      // of the examples on the host; nil for ones
	weight  *tensor.Tensor // [N]

	means backend.Scalars // the mean loss of the batch, and behind it that of each output
	mean  backend.Scalars // the first of them
}

// use is what a batch is for.
type use int

const (
	forPredict  use = iota // the outputs alone
	forEvaluate            // the losses and metrics, too
	forTraining            // the gradients, too
)

// newBatch opens the data, checks that they fit the model, and makes the memory
// for batches of up to rows examples. The caller's name stands in messages.
func (m *Model) newBatch(caller string, d Data, rows int, use use) (*batch, error) {
	return m.newBatchFor(caller, d, rows, use, pass{training: use == forTraining, answers: use != forTraining})
}

// newBatchFor is newBatch with more to say of how the tensors are used.
func (m *Model) newBatchFor(caller string, d Data, rows int, use use, p pass) (*batch, error) {
	if d == nil {
		return nil, &Error{Where: caller, Expected: "data", Got: "nil", Mend: "take train, test := datasets.MNIST()"}
	}
	if err := d.Open(); err != nil {
		return nil, &Error{Where: caller, Err: err}
	}
	xs, ys := m.parts(d)
	if m.lossless() {
		if use == forEvaluate {
			return nil, needsLoss(caller)
		}
		use, p.training = forPredict, false
	}
	if use == forPredict {
		ys = nil
	}
	if err := m.fits(caller, d, xs, ys, use); err != nil {
		return nil, err
	}
	if use != forTraining || m.toInputs { // its running means count
		if err := m.checkMeans(caller); err != nil {
			return nil, err
		}
	}
	rows = min(rows, d.Len())
	b := &batch{model: m, rows: rows, layout: m.graph.layout(rows, p)}
	if err := m.checkBatch(caller, rows, b.layout, p); err != nil {
		return nil, err
	}
	if use == forTraining {
		makeGradients(m.backend, m.graph.params, b.layout)
	}
	for _, x := range xs {
		b.inputs = append(b.inputs, b.source(x, rows))
	}
	for i, y := range ys {
		b.goals = append(b.goals, newGoal(m, m.heads[i], b.source(y, rows), rows))
	}
	b.means = m.backend.Scalars(1 + len(b.goals))
	b.mean = m.backend.SliceScalars(b.means, 0, 1)
	for i, t := range b.goals {
		t.mean = m.backend.SliceScalars(b.means, 1+i, 2+i)
	}
	return b, nil
}

// source is the batch's source for d.
func (b *batch) source(d Data, rows int) *source {
	for _, s := range b.sources {
		if sameData(s.data, d) {
			return s
		}
	}
	s := newSource(d, rows)
	b.sources = append(b.sources, s)
	return s
}

// fits checks the data's shapes against the model's ends.
func (m *Model) fits(caller string, d Data, xs, ys []Data, use use) error {
	if d.Len() < 1 {
		return &Error{Where: caller, Expected: "at least one example", Got: "empty data", Mend: "look at how the data were taken or split"}
	}
	if len(xs) != len(m.graph.inputs) || use != forPredict && len(ys) != len(m.heads) {
		return &Error{Where: caller, Expected: fmt.Sprintf("data for %d inputs and %d outputs", len(m.graph.inputs), len(m.heads)),
			Got: fmt.Sprintf("%d and %d", len(xs), len(ys)), Mend: "write nn.Multi{X: []nn.Data{…}, Y: []nn.Data{…}}"}
	}
	for _, part := range append(xs[:len(xs):len(xs)], ys...) {
		if part.Len() != d.Len() {
			return &Error{Where: caller, Expected: fmt.Sprintf("as many examples in every part of the data as in the first, %d", d.Len()), Got: fmt.Sprint(part.Len()),
				Mend: fmt.Sprintf("make all parts of the same examples in the same order; Take(%d) shortens one", min(part.Len(), d.Len()))}
		}
	}
	for i, x := range xs {
		if in := m.graph.inputs[i].shape; !x.Shape().Equal(in) {
			return &Error{Where: caller, Expected: "examples of the shape of the model's Input, " + in.String(), Got: x.Shape().String(),
				ExpectedShape: in, GotShape: x.Shape(), Mend: "write nn.Input(" + commas(x.Shape()) + ")"}
		}
	}
	for i, y := range ys {
		if err := m.heads[i].fits(caller, y); err != nil {
			return err
		}
	}
	return nil
}

// fetch takes the examples with the given indices, as they are.
func (b *batch) fetch(index []int) {
	for _, s := range b.sources {
		s.fetch(index)
	}
}

// draw takes the examples as training sees them: see [RandomData].
func (b *batch) draw(key uint64, index []int) {
	for i, s := range b.sources {
		s.draw(backend.Bits(key, i), index)
	}
}

// load brings the examples that were taken to the backend. The memory on the
// host is free again then.
func (b *batch) load() error {
	g := b.model.graph
	b.n = b.sources[0].n
	g.use(b.layout, b.n)
	for i, s := range b.inputs {
		g.inputs[i].y.Set(s.inputs())
	}
	for _, t := range b.goals {
		if err := t.load(b.n); err != nil {
			return err
		}
	}
	if b.weights != nil {
		b.weight.SetRows(b.n)
		b.weight.Set(b.weights[:b.n])
	}
	return nil
}

// loss runs the forward pass and writes the mean loss of the batch, that of all
// outputs by their weights, with the penalties of the regularizers, to b.mean. With a
// gradient it leaves ∂E/∂y in the outputs.
func (b *batch) loss(c *Context, gradient bool) {
	m := b.model
	m.graph.forward(c)
	m.backend.FillScalars(1, 0, b.mean)
	for _, t := range b.goals {
		t.loss(b.weight, gradient)
		m.backend.AddScalars(1, t.weight, t.mean, b.mean)
	}
	for _, p := range m.graph.params {
		p.regularizer.addPenalty(m.backend, p, b.mean)
	}
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
