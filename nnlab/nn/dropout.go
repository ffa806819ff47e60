package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// dropout switches units off at random while training (Srivastava et al. 2014),
// and scales the others up so that the sum stays what it was:
//
//	forward     out   = x ⊙ m/(1 − rate)      m = 0 with probability rate, else 1
//	backward    ∂E/∂x = ∂E/∂out ⊙ m/(1 − rate)
//
// m is drawn anew in each step from the layer's key, so the backward pass draws
// the same m again instead of keeping it. Outside training out = x.
type dropout struct{ rate float64 }

// Dropout sets a fraction rate of the units, 0 ≤ rate < 1, to zero in each step
// of training and multiplies the others by 1/(1 − rate). The shape stays.
func Dropout(rate float64) Layer { return &dropout{rate} }

func (l *dropout) Forward(c *Context, x, out *tensor.Tensor) {
	if !c.Training {
		tensor.Copy(x, out)
		return
	}
	tensor.Dropout(l.rate, c.Key(), x, out)
}

func (l *dropout) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	switch {
	case dx == nil:
	case !c.Training:
		tensor.Copy(dout, dx)
	default:
		tensor.Dropout(l.rate, c.Key(), dout, dx)
	}
}

func (l *dropout) idles() {}

func (l *dropout) BackwardReads() (x, out bool) { return false, false }

func (l *dropout) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	return in, checkRate(l.rate, "write nn.Dropout(0.2) to drop a fifth of the units")
}

// checkRate checks the fraction of what a layer drops.
func checkRate(rate float64, mend string) error {
	if rate >= 0 && rate < 1 {
		return nil
	}
	return &Error{Expected: "a rate of 0 or more and below 1", Got: fmt.Sprint(rate), Mend: mend}
}

func (l *dropout) String() string { return fmt.Sprintf("Dropout(%v)", l.rate) }
