package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// evaluateRows is how many examples Evaluate and Predict take at a time.
const evaluateRows = 256

// Evaluate returns the loss and the metrics of the model on d.
func (m *Model) Evaluate(d Data) (Logs, error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	logs, err := m.evaluate("Evaluate", d, evaluateRows, nil)
	return logs, show(err)
}

func (m *Model) evaluate(caller string, d Data, rows int, stop *interruption) (logs Logs, err error) {
	defer catch(caller, &err)
	if err := m.prepare(caller, d, rows, false); err != nil {
		return nil, err
	}
	sums := newMeans(m)
	for index := range slices.Chunk(ascending(d.Len()), min(rows, m.graph.capacity)) {
		if stop.requested() {
			break
		}
		m.batch.load(index)
		sums.add(m.batch, m.batch.loss(&Context{}, false))
	}
	if err := m.backend.Sync(); err != nil {
		return nil, &Error{Where: caller, Err: err}
	}
	return sums.current(), nil
}

// Predict returns the model's output for every example of d, in their order:
// [N × outputs], probabilities where the network ends in a softmax.
func (m *Model) Predict(d Data) (out *tensor.Tensor, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	out, err = m.predict(d)
	return out, show(err)
}

func (m *Model) predict(d Data) (out *tensor.Tensor, err error) {
	defer catch("Predict", &err)
	if err := m.prepare("Predict", d, evaluateRows, false); err != nil {
		return nil, err
	}
	out = tensor.New(m.backend, append([]int{d.Len()}, m.graph.last().shape...)...)
	for index := range slices.Chunk(ascending(d.Len()), min(evaluateRows, m.graph.capacity)) {
		m.batch.load(index)
		m.graph.forward(&Context{})
		y := m.graph.output()
		lo := index[0] * y.Cols()
		part := &tensor.Tensor{Backend: m.backend, Buffer: m.backend.Slice(out.Buffer, lo, lo+y.Size()), Shape: y.Shape}
		if m.joined {
			tensor.Softmax(y, part)
		} else {
			tensor.Copy(y, part)
		}
	}
	if err := m.backend.Sync(); err != nil {
		return nil, &Error{Where: "Predict", Err: err}
	}
	return out, nil
}

// ascending is 0, 1, … n−1.
func ascending(n int) []int {
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return index
}
