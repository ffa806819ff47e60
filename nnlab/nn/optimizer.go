package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Optimizer turns a gradient into a step of the parameters. SGD, RMSprop and
// Adam are the optimizers there are; formulas stand at [backend.SGD],
// [backend.RMSprop] and [backend.Adam].
type Optimizer interface {
	// String is the optimizer with its constants, "SGD(0.01, momentum 0.9)".
	String() string

	check() *Error
	learningRate() float64
	// slots names the arrays of state that a parameter needs, each of its size.
	slots() []string
	// update changes p by its gradient; t = 1, 2, … counts the steps.
	update(b backend.Backend, p *Param, rate float64, t int)
}

type sgd struct{ backend.SGD }

// SGDOption is what [SGD] can be told besides its learning rate: [Momentum] and
// [Nesterov].
type SGDOption interface{ applySGD(*sgd) }

// SGD is gradient descent with the learning rate η (slide "Learning rate");
// Keras's default is 0.01. With [Momentum] it is the slide "Termo momentum":
// Δw(n) = η·δ·y + α·Δw(n−1).
func SGD(learningRate float64, options ...SGDOption) Optimizer {
	o := &sgd{backend.SGD{LearningRate: learningRate}}
	for _, opt := range options {
		opt.applySGD(o)
	}
	return o
}

func (o *sgd) String() string {
	s := fmt.Sprintf("SGD(%v", o.LearningRate)
	if o.SGD.Momentum != 0 {
		s += fmt.Sprintf(", momentum %v", o.SGD.Momentum)
	}
	if o.SGD.Nesterov {
		s += ", Nesterov"
	}
	return s + ")"
}

func (o *sgd) check() *Error {
	if o.SGD.Nesterov && o.SGD.Momentum == 0 {
		return &Error{Where: o.String(), Expected: "a momentum when it is to look ahead", Mend: "write nn.SGD(0.01, nn.Momentum(0.9), nn.Nesterov())"}
	}
	return firstError(positive(o, "learning rate", o.LearningRate), fraction(o, "momentum", o.SGD.Momentum))
}

func (o *sgd) learningRate() float64 { return o.LearningRate }

func (o *sgd) slots() []string {
	if o.SGD.Momentum == 0 {
		return nil
	}
	return []string{"momentum"}
}

func (o *sgd) update(b backend.Backend, p *Param, rate float64, _ int) {
	h := o.SGD
	h.LearningRate = rate
	b.SGD(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0))
}

type rmsprop struct{ backend.RMSprop }

// RMSpropOption is what [RMSprop] can be told besides its learning rate: [Rho],
// [Momentum] and [EpsilonOf].
type RMSpropOption interface{ applyRMSprop(*rmsprop) }

// RMSprop divides each step by the root of a running mean of g²; Keras's
// defaults are a learning rate of 0.001, ρ = 0.9, no momentum, ε = 1e−7.
func RMSprop(learningRate float64, options ...RMSpropOption) Optimizer {
	o := &rmsprop{backend.RMSprop{LearningRate: learningRate, Rho: 0.9, Epsilon: backend.Epsilon}}
	for _, opt := range options {
		opt.applyRMSprop(o)
	}
	return o
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

func (o *rmsprop) slots() []string {
	if o.RMSprop.Momentum == 0 {
		return []string{"velocity"}
	}
	return []string{"velocity", "momentum"}
}

func (o *rmsprop) update(b backend.Backend, p *Param, rate float64, _ int) {
	h := o.RMSprop
	h.LearningRate = rate
	b.RMSprop(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0), p.slot(1))
}

type adam struct{ backend.Adam }

// AdamOption is what [Adam] can be told besides its learning rate: [Betas] and
// [EpsilonOf].
type AdamOption interface{ applyAdam(*adam) }

// Adam follows running means of g and g²; Keras's defaults are a learning rate
// of 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e−7.
func Adam(learningRate float64, options ...AdamOption) Optimizer {
	o := &adam{backend.Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: backend.Epsilon}}
	for _, opt := range options {
		opt.applyAdam(o)
	}
	return o
}

func (o *adam) String() string {
	s := fmt.Sprintf("Adam(%v", o.LearningRate)
	if o.Beta1 != 0.9 || o.Beta2 != 0.999 {
		s += fmt.Sprintf(", β %v %v", o.Beta1, o.Beta2)
	}
	return s + ")"
}

func (o *adam) check() *Error {
	return firstError(positive(o, "learning rate", o.LearningRate), fraction(o, "β₁", o.Beta1),
		fraction(o, "β₂", o.Beta2), positive(o, "ε", o.Epsilon))
}

func (o *adam) learningRate() float64 { return o.LearningRate }

func (o *adam) slots() []string { return []string{"momentum", "velocity"} }

func (o *adam) update(b backend.Backend, p *Param, rate float64, t int) {
	h := o.Adam
	h.LearningRate, h.Step = rate, t
	b.Adam(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0), p.slot(1))
}

// slot is the i-th array of the optimizer's state, nil where it has fewer.
func (p *Param) slot(i int) backend.Buffer {
	if i < len(p.slots) {
		return p.slots[i]
	}
	return nil
}
