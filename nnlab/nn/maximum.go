package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// maximum is the largest of its inputs, number by number, taken two by two as in
// Keras: m₁ = max(x₀, x₁), m₂ = max(m₁, x₂), …, y = the last.
//
//	forward     y      = max xᵢ
//	backward    ∂E/∂xᵢ = ∂E/∂y where xᵢ is the largest, the first of several, else 0
type maximum struct {
	alike
	largest []*tensor.Tensor // m₁, m₂, … without y
	nowhere *tensor.Tensor   // for the gradient of an input that needs none
}

// Maximum is the largest of inputs of one shape, number by number.
func Maximum(of ...Source) *Node { return join(&maximum{alike: alike{"Maximum"}}, of) }

func (l *maximum) Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	before := x[0]
	for i, xi := range x[1:] {
		to := y
		if i < len(l.largest) {
			to = l.largest[i]
		}
		tensor.Maximum(before, xi, to)
		before = to
	}
}

func (l *maximum) Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	for i := len(x) - 1; i > 0; i-- {
		before := x[0]
		if i > 1 {
			before = l.largest[i-2]
		}
		to := dx[i]
		if to == nil {
			to = l.nowhere
		}
		tensor.MaximumGrad(before, x[i], dy, dy, to)
	}
	send(dy, dx[:1])
}

func (l *maximum) BackwardReads() (x, y bool) { return true, false }

func (l *maximum) Build(b *Builder, in []tensor.Shape) (tensor.Shape, error) {
	out, err := l.alike.Build(b, in)
	if err != nil {
		return nil, err
	}
	for range len(in) - 2 {
		l.largest = append(l.largest, b.Scratch(out...))
	}
	l.nowhere = b.Scratch(out...)
	return out, nil
}
