package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type rmsprop struct{ backend.RMSprop }

// RMSpropOption is what [RMSprop] can be told besides its learning rate: [Rho],
// [Momentum] and [EpsilonOf].
type RMSpropOption interface{ applyRMSprop(*rmsprop) }

// RMSprop divides each step by the root of a running mean of g²; Keras's
// defaults are a learning rate of 0.001, ρ = 0.9, no momentum, ε = 1e−7.
func RMSprop(learningRate float64, options ...RMSpropOption) Optimizer {
	o := &rmsprop{backend.RMSprop{LearningRate: learningRate, Rho: 0.9, Epsilon: backend.Epsilon}}
	return toldOptimizer(o, options, RMSpropOption.applyRMSprop)
}

func (o *rmsprop) String() string {
	s := fmt.Sprintf("RMSprop(%v", o.LearningRate)
	if o.Rho != 0.9 {
		s += fmt.Sprintf(", ρ %v", o.Rho)
	}
	if o.RMSprop.Momentum != 0 {
		s += fmt.Sprintf(", momentum %v", o.RMSprop.Momentum)
	}
	return s + ")"
}

func (o *rmsprop) check() *Error {
	return firstError(positive(o, "learning rate", o.LearningRate), fraction(o, "ρ", o.Rho),
		fraction(o, "momentum", o.RMSprop.Momentum), positive(o, "ε", o.Epsilon))
}

func (o *rmsprop) learningRate() float64 { return o.LearningRate }

func (o *rmsprop) slots() []slot {
	if o.RMSprop.Momentum == 0 {
		return []slot{{name: "velocity"}}
	}
	return []slot{{name: "velocity"}, {name: "momentum"}}
}

func (o *rmsprop) update(b backend.Backend, p *Param, control backend.Scalars) {
	h := o.RMSprop
	h.Control = control
	b.RMSprop(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0), p.slot(1))
}
