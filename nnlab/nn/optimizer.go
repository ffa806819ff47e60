package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Optimizer turns a gradient into a step of the parameters: [SGD], [RMSprop],
// [Adagrad], [Adadelta], [Adam], [AdamW], [Nadam]. Their formulas stand at
// [backend.SGD], [backend.RMSprop] and so on.
type Optimizer interface {
	// String is the optimizer with its constants, "SGD(0.01, momentum 0.9)".
	String() string

	check() *Error
	learningRate() float64
	// slots are the arrays of state that a parameter needs, each of its size.
	slots() []slot
	// update changes p by its gradient, at the rate and in the step of the control.
	update(b backend.Backend, p *Param, control backend.Scalars)
}

// slot is an array of an optimizer's state.
type slot struct {
	name  string
	start float64 // what its numbers are before the first step
}

// slot is the i-th array of the optimizer's state, nil where it has fewer.
func (p *Param) slot(i int) backend.Buffer {
	if i < len(p.slots) {
		return p.slots[i]
	}
	return nil
}

// gradientMeans are the slots of optimizers that follow the running means of g and g².
var gradientMeans = []slot{{name: "momentum"}, {name: "velocity"}}

// checkAdam checks what Adam and its relatives have in common.
func checkAdam(o Optimizer, rate, beta1, beta2, epsilon float64) *Error {
	return firstError(positive(o, "learning rate", rate), fraction(o, "β₁", beta1), fraction(o, "β₂", beta2), positive(o, "ε", epsilon))
}

// betasText is what the βs add to the optimizer's String where they are not
// Keras's.
func betasText(beta1, beta2 float64) string {
	if beta1 == 0.9 && beta2 == 0.999 {
		return ""
	}
	return fmt.Sprintf(", β %v %v", beta1, beta2)
}
