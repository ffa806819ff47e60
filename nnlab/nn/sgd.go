package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

type sgd struct{ backend.SGD }

// SGDOption is what [SGD] can be told besides its learning rate: [Momentum] and
// [Nesterov].
type SGDOption interface{ applySGD(*sgd) }

// SGD is gradient descent with the learning rate η (slide "Learning rate");
// Keras's default is 0.01. With [Momentum] it is the slide "Termo momentum":
// Δw(n) = η·δ·y + α·Δw(n−1).
func SGD(learningRate float64, options ...SGDOption) Optimizer {
	o := &sgd{backend.SGD{LearningRate: learningRate}}
	return toldOptimizer(o, options, SGDOption.applySGD)
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

func (o *sgd) slots() []slot {
	if o.SGD.Momentum == 0 {
		return nil
	}
	return []slot{{name: "momentum"}}
}

func (o *sgd) update(b backend.Backend, p *Param, control backend.Scalars) {
	h := o.SGD
	h.Control = control
	b.SGD(h, p.Value.Size(), p.Value.Buffer, p.Grad.Buffer, p.slot(0))
}
