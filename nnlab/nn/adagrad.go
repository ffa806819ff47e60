package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type adagrad struct {
	backend.Adagrad
	start float64
}

// AdagradOption is what [Adagrad] can be told besides its learning rate:
// [InitialAccumulator] and [EpsilonOf].
type AdagradOption interface{ applyAdagrad(*adagrad) }

// Adagrad divides each step by the root of the sum of all g² so far, so that
// steps become ever smaller (Duchi et al. 2011); Keras's defaults are a learning
// rate of 0.001, a sum that starts at 0.1, ε = 1e−7.
func Adagrad(learningRate float64, options ...AdagradOption) Optimizer {
	o := &adagrad{backend.Adagrad{LearningRate: learningRate, Epsilon: backend.Epsilon}, 0.1}
	return toldOptimizer(o, options, AdagradOption.applyAdagrad)
}

type initialAccumulator float64

// InitialAccumulator is what Adagrad's sum of g² starts at, 0 or more.
func InitialAccumulator(sum float64) AdagradOption { return initialAccumulator(sum) }

func (s initialAccumulator) applyAdagrad(o *adagrad) { o.start = float64(s) }

func (o *adagrad) String() string {
	if o.start != 0.1 {
		return fmt.Sprintf("Adagrad(%v, from %v)", o.LearningRate, o.start)
	}
	return fmt.Sprintf("Adagrad(%v)", o.LearningRate)
}

func (o *adagrad) check() *Error {
	if !(o.start >= 0) {
		return &Error{Where: o.String(), Expected: "an initial accumulator of 0 or more", Got: fmt.Sprint(o.start), Mend: "Keras's default is 0.1"}
	}
	return firstError(positive(o, "learning rate", o.LearningRate), positive(o, "ε", o.Epsilon))
}

func (o *adagrad) learningRate() float64 { return o.LearningRate }

func (o *adagrad) slots() []slot { return []slot{{"accumulator", o.start}} }

func (o *adagrad) update(b backend.Backend, p *Param, control backend.Scalars) {
	h := o.Adagrad
	h.Control = control
	b.Adagrad(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0))
}
