package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// add is the sum of its inputs (slide "ResNet": F(x) + x):
//
//	forward     y      = Σ xᵢ
//	backward    ∂E/∂xᵢ = ∂E/∂y     the whole δ reaches each branch
type add struct{ alike }

// Add is the sum of inputs of one shape: the end of a residual block.
func Add(of ...Source) *Node { return join(&add{alike{"Add"}}, of) }

func (l *add) Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	tensor.Copy(x[0], y)
	for _, xi := range x[1:] {
		tensor.Add(xi, y)
	}
}

func (l *add) Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	send(dy, dx)
}

func (l *add) BackwardReads() (x, y bool) { return false, false }
