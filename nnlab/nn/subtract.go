package nn

import (
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// subtract is the difference of two inputs:
//
//	forward     y      = x₀ − x₁
//	backward    ∂E/∂x₀ = ∂E/∂y     ∂E/∂x₁ = −∂E/∂y
type subtract struct{ alike }

// Subtract is a − b, of inputs of one shape.
func Subtract(a, b Source) *Node { return join(&subtract{alike{"Subtract"}}, []Source{a, b}) }

func (l *subtract) Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	tensor.Copy(x[0], y)
	tensor.Subtract(x[1], y)
}

func (l *subtract) Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	send(dy, dx)
	if dx[1] != nil {
		tensor.Scale(-1, dx[1])
	}
}

func (l *subtract) BackwardReads() (x, y bool) { return false, false }
