package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// InputGradient returns ∂E/∂x for the examples of d with the given indices, one tensor [N
// × shape] an input of the model: which pixels, and in which direction, would change the
// loss (a saliency map; Simonyan, Vedaldi & Zisserman 2014). It computes as Predict does:
// nothing is dropped, a [BatchNorm] uses its running means, and no weight and no statistic
// changes. E is the mean of the examples' losses.
func (m *Model) InputGradient(d Data, examples ...int) (dx []*tensor.Tensor, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	dx, err = m.inputGradient(d, examples)
	return dx, show(err)
}

func (m *Model) inputGradient(d Data, examples []int) (dx []*tensor.Tensor, err error) {
	defer catch("InputGradient", &err)
	if m.lossless() {
		return nil, needsLoss("InputGradient")
	}
	if err := checkExamples("InputGradient", d, examples); err != nil {
		return nil, err
	}
	of, err := m.towardsInputs()
	if err != nil {
		return nil, err
	}
	b, err := of.newBatch("InputGradient", d, len(examples), forTraining)
	if err != nil {
		return nil, err
	}
	b.fetch(examples)
	if err := b.load(); err != nil {
		return nil, at("InputGradient", err)
	}
	c := &Context{}
	b.loss(c, true)
	of.graph.backward(c, nil)
	for _, n := range of.graph.inputs {
		t := tensor.New(m.backend, n.dy.Shape...)
		tensor.Copy(n.dy, t)
		dx = append(dx, t)
	}
	return dx, m.backend.Sync()
}

// towardsInputs is the model with the same weights, all of them frozen, in which the
// gradient flows back to the inputs.
func (m *Model) towardsInputs() (*Model, error) {
	of := *m
	of.toInputs, of.frozen, of.open, of.kept = true, []string{"*"}, nil, nil
	if err := of.build(); err != nil {
		return nil, err
	}
	for i, p := range of.graph.params {
		p.Value.Buffer, p.draw, p.regularizer = m.graph.params[i].Value.Buffer, nil, Regularizer{}
	}
	return &of, nil
}

// checkExamples checks the indices of some examples that are to be one batch.
func checkExamples(caller string, d Data, examples []int) error {
	if len(examples) == 0 {
		return &Error{Where: caller, Expected: "the indices of at least one example", Got: "none", Mend: "write 0 for the first"}
	}
	if d == nil {
		return nil // newBatch says so
	}
	if err := d.Open(); err != nil {
		return &Error{Where: caller, Err: err}
	}
	if len(examples) > d.Len() || slices.Min(examples) < 0 || slices.Max(examples) >= d.Len() {
		return &Error{Where: caller, Expected: fmt.Sprintf("at most %d indices from 0 to %d", d.Len(), d.Len()-1), Got: fmt.Sprint(examples), Mend: "write 0 for the first"}
	}
	return nil
}
