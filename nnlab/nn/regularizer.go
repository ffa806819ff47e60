package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Regularizer adds a penalty on a parameter's size to the loss:
// l1·Σ|w| + l2·Σw². The zero value adds nothing.
type Regularizer struct{ l1, l2 float64 }

// L1 is the penalty factor·Σ|w|. Keras's default factor is 0.01.
func L1(factor float64) Regularizer { return Regularizer{l1: factor} }

// L2 is the penalty factor·Σw². Keras's default factor is 0.01.
func L2(factor float64) Regularizer { return Regularizer{l2: factor} }

// L1L2 is the penalty l1·Σ|w| + l2·Σw².
func L1L2(l1, l2 float64) Regularizer { return Regularizer{l1, l2} }

// check says what is wrong with the factors: below 0 they would reward large weights.
func (r Regularizer) check() *Error {
	if r.l1 >= 0 && r.l2 >= 0 && finite(r.l1, r.l2) {
		return nil
	}
	return &Error{Expected: "finite factors of 0 or more for a regularizer", Got: fmt.Sprintf("l1 %v and l2 %v", r.l1, r.l2), Mend: "Keras's default is nn.L2(0.01)"}
}

// addPenalty adds to the loss what the parameter's size costs.
func (r Regularizer) addPenalty(b backend.Backend, p *Param, loss backend.Scalars) {
	if r.l1 != 0 {
		b.Reduce(backend.SumAbs, p.Value.Size(), r.l1, p.Value.Buffer, 1, loss)
	}
	if r.l2 != 0 {
		b.Reduce(backend.SumSquares, p.Value.Size(), r.l2, p.Value.Buffer, 1, loss)
	}
}

// addGradient adds the penalty's gradient to the parameter's.
func (r Regularizer) addGradient(b backend.Backend, p *Param) {
	if r != (Regularizer{}) {
		b.Regularize(p.Value.Size(), r.l1, r.l2, p.Value.Buffer, p.Grad.Buffer)
	}
}

type kernelRegularizer Regularizer

// KernelRegularizer penalises the size of the weights.
func KernelRegularizer(r Regularizer) NeuronOption { return kernelRegularizer(r) }

type biasRegularizer Regularizer

// BiasRegularizer penalises the size of the bias.
func BiasRegularizer(r Regularizer) NeuronOption { return biasRegularizer(r) }
