package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type momentum float64

// Momentum adds α times the last step to each step, 0 ≤ α < 1 (slide "Termo
// momentum").
func Momentum(alpha float64) interface {
	SGDOption
	RMSpropOption
} {
	return momentum(alpha)
}

func (a momentum) applySGD(o *sgd)         { o.SGD.Momentum = float64(a) }
func (a momentum) applyRMSprop(o *rmsprop) { o.RMSprop.Momentum = float64(a) }

type nesterov struct{}

// Nesterov looks a step of the momentum ahead (Sutskever et al. 2013).
func Nesterov() SGDOption { return nesterov{} }

func (nesterov) applySGD(o *sgd) { o.SGD.Nesterov = true }

type rho float64

// Rho is how much of the running means stays in each step, 0 ≤ ρ < 1.
func Rho(rate float64) interface {
	RMSpropOption
	AdadeltaOption
} {
	return rho(rate)
}

func (r rho) applyRMSprop(o *rmsprop)   { o.Rho = float64(r) }
func (r rho) applyAdadelta(o *adadelta) { o.Rho = float64(r) }

type betas struct{ beta1, beta2 float64 }

// Betas is how much of the running means of g and of g² stays in each step.
func Betas(beta1, beta2 float64) interface {
	AdamOption
	NadamOption
} {
	return betas{beta1, beta2}
}

func (b betas) applyAdam(o *adam)   { o.Beta1, o.Beta2 = b.beta1, b.beta2 }
func (b betas) applyAdamW(o *adam)  { b.applyAdam(o) }
func (b betas) applyNadam(o *nadam) { o.Beta1, o.Beta2 = b.beta1, b.beta2 }

type weightDecay float64

// WeightDecay is λ of [AdamW]: each step first takes the share η·λ off every
// parameter.
func WeightDecay(lambda float64) AdamWOption { return weightDecay(lambda) }

func (d weightDecay) applyAdamW(o *adam) { o.Adam.WeightDecay = float64(d) }

type epsilon float64

// EpsilonOf sets ε, the number that keeps the divisor off zero.
func EpsilonOf(eps float64) interface {
	RMSpropOption
	AdamOption
	NadamOption
	AdagradOption
	AdadeltaOption
} {
	return epsilon(eps)
}

func (e epsilon) applyRMSprop(o *rmsprop)   { o.Epsilon = float64(e) }
func (e epsilon) applyAdam(o *adam)         { o.Epsilon = float64(e) }
func (e epsilon) applyAdamW(o *adam)        { o.Epsilon = float64(e) }
func (e epsilon) applyNadam(o *nadam)       { o.Epsilon = float64(e) }
func (e epsilon) applyAdagrad(o *adagrad)   { o.Epsilon = float64(e) }
func (e epsilon) applyAdadelta(o *adadelta) { o.Epsilon = float64(e) }

// positive checks that a constant of an optimizer is a number above 0.
func positive(o Optimizer, what string, v float64) *Error {
	if v > 0 && v < 1e30 {
		return nil
	}
	return &Error{Where: o.String(), Expected: what + " above 0", Got: fmt.Sprint(v), Mend: "Keras's default is " + kerasDefault[what]}
}

// fraction checks that a constant of an optimizer is in [0, 1).
func fraction(o Optimizer, what string, v float64) *Error {
	if v >= 0 && v < 1 {
		return nil
	}
	return &Error{Where: o.String(), Expected: what + " of 0 or more and below 1", Got: fmt.Sprint(v), Mend: "Keras's default is " + kerasDefault[what]}
}

var kerasDefault = map[string]string{
	"learning rate": "0.01 for SGD and 0.001 for the others",
	"momentum":      "0", "weight decay": "0.004", "ρ": "0.9, of Adadelta 0.95", "β₁": "0.9", "β₂": "0.999", "ε": fmt.Sprint(backend.Epsilon),
}

func firstError(errs ...*Error) *Error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}
