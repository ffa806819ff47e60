package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// multiply is the product of its inputs, number by number:
//
//	forward     y      = Π xᵢ
//	backward    ∂E/∂xᵢ = ∂E/∂y ⊙ Π xⱼ over the others, j ≠ i
type multiply struct{ alike }

// Multiply is the product of inputs of one shape, number by number: a gate.
func Multiply(of ...Source) *Node { return join(&multiply{alike{"Multiply"}}, of) }

func (l *multiply) Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	tensor.Copy(x[0], y)
	for _, xi := range x[1:] {
		tensor.Multiply(y, xi, y)
	}
}

func (l *multiply) Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	send(dy, dx)
	for i, d := range dx {
		for j, xj := range x {
			if d != nil && j != i {
				tensor.Multiply(d, xj, d)
			}
		}
	}
}

func (l *multiply) BackwardReads() (x, y bool) { return true, false }
