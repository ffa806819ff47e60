package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// spatialDropout switches whole channels off at random while training (Tompson
// et al. 2015): neighbouring pixels say nearly the same, so that dropping single
// ones hides nothing. For x [N × any × C] and a mask m [N × C]:
//
//	forward     out   = x ⊙ m/(1 − rate)      m = 0 with probability rate, else 1
//	backward    ∂E/∂x = ∂E/∂out ⊙ m/(1 − rate)
type spatialDropout struct {
	mover
	rate        float64
	mask, whole *tensor.Tensor // [N × C], and repeated at each position
}

// SpatialDropout sets whole channels of an example to zero in each step of
// training, each with probability rate, and multiplies the others by
// 1/(1 − rate). Outside training out = x.
func SpatialDropout(rate float64) Layer { return &spatialDropout{rate: rate} }

func (l *spatialDropout) Forward(c *Context, x, out *tensor.Tensor) {
	if !c.Training {
		tensor.Copy(x, out)
		return
	}
	tensor.Fill(1, l.mask)
	tensor.Dropout(l.rate, c.Key(), l.mask, l.mask)
	l.forward(l.mask, l.whole)
	tensor.Multiply(x, l.whole, out)
}

func (l *spatialDropout) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	switch {
	case dx == nil:
	case !c.Training:
		tensor.Copy(dout, dx)
	default:
		tensor.Multiply(dout, l.whole, dx)
	}
}

func (l *spatialDropout) idles() {}

func (l *spatialDropout) BackwardReads() (x, out bool) { return false, false }

func (l *spatialDropout) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if err := checkRate(l.rate, "write nn.SpatialDropout(0.2) to drop a fifth of the channels"); err != nil {
		return nil, err
	}
	channels := in[len(in)-1]
	l.mask, l.whole = b.Scratch(channels), b.Scratch(in...)
	l.plan([]int{in.Size() / channels, channels}, []int{0, 1}, []int{channels, 1}, tensor.Shape{channels}, in)
	return in, nil
}

func (l *spatialDropout) String() string { return fmt.Sprintf("SpatialDropout(%v)", l.rate) }
