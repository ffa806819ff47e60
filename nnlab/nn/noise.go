package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// gaussianNoise adds noise while training:
//
//	forward     out   = x + σ·N(0, 1)
//	backward    ∂E/∂x = ∂E/∂out
type gaussianNoise struct{ stddev float64 }

// GaussianNoise adds normally distributed noise with the given standard
// deviation to each unit while training; outside training out = x.
func GaussianNoise(stddev float64) Layer { return &gaussianNoise{stddev} }

func (l *gaussianNoise) Forward(c *Context, x, out *tensor.Tensor) {
	if !c.Training {
		tensor.Copy(x, out)
		return
	}
	tensor.Noise(l.stddev, c.Key(), x, out)
}

func (l *gaussianNoise) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		tensor.Copy(dout, dx)
	}
}

func (l *gaussianNoise) idles() {}

func (l *gaussianNoise) BackwardReads() (x, out bool) { return false, false }

func (l *gaussianNoise) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if !(l.stddev >= 0) {
		return nil, &Error{Expected: "a standard deviation of 0 or more", Got: fmt.Sprint(l.stddev), Mend: "write nn.GaussianNoise(0.1)"}
	}
	return in, nil
}

func (l *gaussianNoise) String() string { return fmt.Sprintf("GaussianNoise(%v)", l.stddev) }
