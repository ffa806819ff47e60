package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Evaluate and Predict take so many examples at a time, fewer where the tensors of a
// batch need more than so many numbers of memory, or more than there are.
const (
	evaluateRows   = 256
	evaluateMemory = 64 << 20
)

func (m *Model) evaluateRows() int {
	most, one := evaluateMemory, m.graph.layout(1, pass{answers: true})
	if limit, known := roomFor(m.backend); known {
		most = min(most, int(limit.Bytes/bytesEach)-m.fixedNumbers(one, false))
	}
	return min(max(1, most/one.size), evaluateRows)
}

// Evaluate returns the loss and the metrics of the model on d.
func (m *Model) Evaluate(d Data) (Logs, error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	logs, err := m.evaluate("Evaluate", d, m.evaluateRows(), nil)
	return logs, show(err)
}

func (m *Model) evaluate(caller string, d Data, rows int, stop func() bool) (logs Logs, err error) {
	defer catch(caller, &err)
	b, err := m.newBatch(caller, d, rows, forEvaluate)
	if err != nil {
		return nil, err
	}
	return b.evaluate(caller, ascending(d.Len()), stop)
}

// evaluate returns the loss and the metrics on the examples with these indices.
func (b *batch) evaluate(caller string, examples []int, stop func() bool) (Logs, error) {
	sums := newMeans(b.model)
	err := b.over(caller, examples, stop, func([]int) {
		b.loss(&Context{}, false)
		sums.add(b)
	})
	if err != nil {
		return nil, err
	}
	return sums.current(), nil
}

// over loads the examples with these indices, batch by batch, and calls f for
// each batch, until stop, which may be nil, says behind a batch that it is enough.
func (b *batch) over(caller string, examples []int, stop func() bool, f func(index []int)) error {
	if len(examples) > b.rows {
		defer b.model.hold()()
	}
	m := b.model
	bad, seen := m.backend.Scalars(1), 0
	for index := range slices.Chunk(examples, b.rows) {
		b.fetch(index)
		if err := b.load(); err != nil {
			return at(caller, err)
		}
		if err := b.unusableTargets(index); err != nil {
			return at(caller, err)
		}
		for _, in := range m.graph.inputs { // behind a Tanh an infinity is not seen any more
			m.backend.Reduce(backend.NonFinite, in.y.Size(), 1, in.y.Buffer, 1, bad)
		}
		f(index)
		for _, h := range m.heads {
			m.backend.Reduce(backend.NonFinite, h.y.Size(), 1, h.y.Buffer, 1, bad)
		}
		seen += len(index)
		if stop != nil && stop() {
			break
		}
	}
	if err := m.backend.Sync(); err != nil {
		return &Error{Where: caller, Err: err}
	}
	var count [1]float64
	if m.backend.ReadScalars(count[:], bad); count[0] == 0 {
		return nil
	}
	for index := range slices.Chunk(examples[:seen], b.rows) {
		b.fetch(index)
		if err := b.unusableExamples(index); err != nil {
			return at(caller, err)
		}
	}
	return nil // a layer made it; the loss tells
}

// hold promises the backend that the parameters stay as they are until release is
// called.
func (m *Model) hold() (release func()) {
	h, ok := m.backend.(backend.Holder)
	if !ok {
		return func() {}
	}
	var values []backend.Buffer
	for _, p := range m.graph.params {
		values = append(values, p.Value.Buffer)
	}
	return h.Hold(values...)
}

// unusableTargets finds a NaN or an infinity in the targets of the examples with these
// indices.
func (b *batch) unusableTargets(index []int) error {
	for _, t := range b.goals {
		for i, v := range t.wanted {
			if !finite(float64(v)) {
				return &Error{Expected: "targets of finite numbers", Got: fmt.Sprintf("%v in that of example %d", v, index[i/t.source.data.TargetSize()]),
					Mend: "clean the data"}
			}
		}
	}
	return nil
}

// unusableExamples finds one in the examples themselves, which spreads to the outputs.
func (b *batch) unusableExamples(index []int) error {
	for _, s := range b.inputs {
		for i, v := range s.inputs() {
			if !finite(float64(v)) {
				return &Error{Expected: "examples of finite numbers", Got: fmt.Sprintf("%v in example %d", v, index[i/s.data.Shape().Size()]),
					Mend: "clean the data"}
			}
		}
	}
	return nil
}

// Predict returns the model's first output for every example of d, in their
// order: [N × outputs], probabilities where the network ends in a softmax. The
// targets of d do not matter.
func (m *Model) Predict(d Data) (out *tensor.Tensor, err error) {
	all, err := m.PredictAll(d)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// PredictAll returns all outputs of the model for every example of d, as
// [Model.Predict] does the first.
func (m *Model) PredictAll(d Data) (out []*tensor.Tensor, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	out, err = m.predict(d)
	return out, show(err)
}

func (m *Model) predict(d Data) (out []*tensor.Tensor, err error) {
	defer catch("Predict", &err)
	b, err := m.newBatch("Predict", d, m.evaluateRows(), forPredict)
	if err != nil {
		return nil, err
	}
	for _, h := range m.heads {
		out = append(out, tensor.New(m.backend, append([]int{d.Len()}, h.shape...)...))
	}
	err = b.over("Predict", ascending(d.Len()), nil, func(index []int) {
		m.graph.forward(&Context{})
		for i, h := range m.heads {
			lo := index[0] * h.y.Cols()
			h.answer(&tensor.Tensor{Backend: m.backend, Buffer: m.backend.Slice(out[i].Buffer, lo, lo+h.y.Size()), Shape: h.y.Shape})
		}
	})
	return out, err
}

// ascending is 0, 1, … n−1.
func ascending(n int) []int {
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return index
}
