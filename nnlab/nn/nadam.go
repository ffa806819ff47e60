package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type nadam struct{ backend.Nadam }

// NadamOption is what [Nadam] can be told besides its learning rate: [Betas] and
// [EpsilonOf].
type NadamOption interface{ applyNadam(*nadam) }

// Nadam is [Adam] with Nesterov's look ahead (Dozat 2016); Keras's defaults are
// those of Adam.
func Nadam(learningRate float64, options ...NadamOption) Optimizer {
	o := &nadam{backend.Nadam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: backend.Epsilon}}
	return toldOptimizer(o, options, NadamOption.applyNadam)
}

func (o *nadam) String() string {
	return fmt.Sprintf("Nadam(%v%s)", o.LearningRate, betasText(o.Beta1, o.Beta2))
}

func (o *nadam) check() *Error {
	return checkAdam(o, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon)
}

func (o *nadam) learningRate() float64 { return o.LearningRate }

func (o *nadam) slots() []slot { return gradientMeans }

func (o *nadam) update(b backend.Backend, p *Param, control backend.Scalars) {
	h := o.Nadam
	h.Control = control
	b.Nadam(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0), p.slot(1))
}
