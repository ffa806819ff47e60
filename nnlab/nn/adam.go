package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type adam struct {
	backend.Adam
	name string // "Adam" or "AdamW"
}

// AdamOption is what [Adam] can be told besides its learning rate: [Betas] and
// [EpsilonOf].
type AdamOption interface {
	AdamWOption
	applyAdam(*adam)
}

// Adam follows running means of g and g²; Keras's defaults are a learning rate
// of 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e−7.
func Adam(learningRate float64, options ...AdamOption) Optimizer {
	o := newAdam("Adam", learningRate)
	return toldOptimizer(o, options, AdamOption.applyAdam)
}

// AdamWOption is what [AdamW] can be told besides its learning rate:
// [WeightDecay], [Betas] and [EpsilonOf].
type AdamWOption interface{ applyAdamW(*adam) }

// AdamW is [Adam] that shrinks every parameter a little before each step, apart
// from the gradient (Loshchilov & Hutter 2019); Keras's default decay is 0.004.
func AdamW(learningRate float64, options ...AdamWOption) Optimizer {
	o := newAdam("AdamW", learningRate)
	o.Adam.WeightDecay = 0.004
	return toldOptimizer(o, options, AdamWOption.applyAdamW)
}

func newAdam(name string, learningRate float64) *adam {
	return &adam{backend.Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: backend.Epsilon}, name}
}

func (o *adam) String() string {
	s := fmt.Sprintf("%s(%v", o.name, o.LearningRate)
	if o.name == "AdamW" {
		s += fmt.Sprintf(", decay %v", o.Adam.WeightDecay)
	}
	return s + betasText(o.Beta1, o.Beta2) + ")"
}

func (o *adam) check() *Error {
	return firstError(checkAdam(o, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon), fraction(o, "weight decay", o.Adam.WeightDecay))
}

func (o *adam) learningRate() float64 { return o.LearningRate }

func (o *adam) slots() []slot { return gradientMeans }

func (o *adam) update(b backend.Backend, p *Param, control backend.Scalars) {
	h := o.Adam
	h.Control = control
	b.Adam(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0), p.slot(1))
}
