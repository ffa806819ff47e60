package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// LayerOutput is what one layer made of some examples (slide "Mapas de
// ativação").
type LayerOutput struct {
	Name   string         // "conv2d_1"
	Kind   string         // "Conv2D"
	Output *tensor.Tensor // [examples × the layer's output shape]
}

// String is the layer's name and what it has made, as its shape.
func (o LayerOutput) String() string {
	return fmt.Sprintf("%s: %v", plain.Line(o.Name), o.Output.Shape)
}

// Activations returns what every layer makes of the examples of d with the given
// indices, as in Predict: nothing is dropped, and no weight changes. It computes layer by
// layer; where Predict and Evaluate, which agree to the bit, compute several at once, theirs
// may differ in the last digits.
func (m *Model) Activations(d Data, index ...int) (outputs []LayerOutput, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	outputs, err = m.activations(d, index)
	return outputs, show(err)
}

func (m *Model) activations(d Data, index []int) (outputs []LayerOutput, err error) {
	defer catch("Activations", &err)
	b, err := m.newBatchFor("Activations", d, min(max(1, len(index)), evaluateRows), forPredict, pass{})
	if err != nil {
		return nil, err
	}
	if most := min(evaluateRows, d.Len()); len(index) == 0 || len(index) > most || slices.Min(index) < 0 || slices.Max(index) >= d.Len() {
		return nil, &Error{Where: "Activations", Expected: fmt.Sprintf("1 to %d indices from 0 to %d", most, d.Len()-1), Got: fmt.Sprint(index), Mend: "write 0 for the first example"}
	}
	b.fetch(index)
	if err := b.load(); err != nil {
		return nil, at("Activations", err)
	}
	for i, n := range m.graph.nodes {
		m.graph.compute(&Context{}, i)
		// Copied before another layer takes its place in memory.
		out := tensor.New(m.backend, n.y.Shape...)
		tensor.Copy(n.y, out)
		for _, h := range m.heads {
			if h.node == n {
				h.answer(out)
			}
		}
		outputs = append(outputs, LayerOutput{n.name, kind(n.layer), out})
	}
	return outputs, m.backend.Sync()
}
