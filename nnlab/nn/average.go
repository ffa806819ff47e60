package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// average is the mean of its n inputs:
//
//	forward     y      = (1/n)·Σ xᵢ
//	backward    ∂E/∂xᵢ = (1/n)·∂E/∂y
type average struct{ add }

// Average is the mean of inputs of one shape, as of several networks that vote.
func Average(of ...Source) *Node { return join(&average{add{alike{"Average"}}}, of) }

func (l *average) Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	l.add.Forward(c, x, y)
	tensor.Scale(1/float64(len(x)), y)
}

func (l *average) Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	tensor.Scale(1/float64(len(x)), dy)
	send(dy, dx)
}
