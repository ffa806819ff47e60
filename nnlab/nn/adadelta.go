package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type adadelta struct{ backend.Adadelta }

// AdadeltaOption is what [Adadelta] can be told besides its learning rate: [Rho]
// and [EpsilonOf].
type AdadeltaOption interface{ applyAdadelta(*adadelta) }

// Adadelta finds the size of its steps itself, from the steps before (Zeiler
// 2012, where the learning rate is 1); Keras's defaults are a learning rate of
// 0.001, ρ = 0.95, ε = 1e−7.
func Adadelta(learningRate float64, options ...AdadeltaOption) Optimizer {
	o := &adadelta{backend.Adadelta{LearningRate: learningRate, Rho: 0.95, Epsilon: backend.Epsilon}}
	return toldOptimizer(o, options, AdadeltaOption.applyAdadelta)
}

func (o *adadelta) String() string {
	s := fmt.Sprintf("Adadelta(%v", o.LearningRate)
	if o.Rho != 0.95 {
		s += fmt.Sprintf(", ρ %v", o.Rho)
	}
	return s + ")"
}

func (o *adadelta) check() *Error {
	return firstError(positive(o, "learning rate", o.LearningRate), fraction(o, "ρ", o.Rho), positive(o, "ε", o.Epsilon))
}

func (o *adadelta) learningRate() float64 { return o.LearningRate }

func (o *adadelta) slots() []slot { return []slot{{name: "velocity"}, {name: "delta"}} }

func (o *adadelta) update(b backend.Backend, p *Param, control backend.Scalars) {
	h := o.Adadelta
	h.Control = control
	b.Adadelta(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0), p.slot(1))
}
