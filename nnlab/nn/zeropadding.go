package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// zeroPadding frames an input with zeros (slide "Padding"):
//
//	forward     out   = x inside the frame, 0 on it
//	backward    ∂E/∂x = ∂E/∂out inside the frame
type zeroPadding struct {
	mover
	kind string
	window
}

// ZeroPadding1D puts n zeros before and behind a sequence [steps channels].
func ZeroPadding1D(n ...int) Layer { return newZeroPadding("ZeroPadding1D", 1, n) }

// ZeroPadding2D frames an image with n rows and columns of zeros on each side:
// ZeroPadding2D(1), or ZeroPadding2D(1, 2) for one row and two columns.
func ZeroPadding2D(n ...int) Layer { return newZeroPadding("ZeroPadding2D", 2, n) }

// ZeroPadding3D frames a volume with n layers of zeros on each side.
func ZeroPadding3D(n ...int) Layer { return newZeroPadding("ZeroPadding3D", 3, n) }

func newZeroPadding(kind string, rank int, n []int) Layer {
	return &zeroPadding{kind: kind, window: window{rank: rank, size: []int{1}, padding: n}}
}

func (l *zeroPadding) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.Fill(0, out)
	l.forward(x, out)
}

func (l *zeroPadding) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		l.backward(dout, dx)
	}
}

func (l *zeroPadding) BackwardReads() (x, out bool) { return false, false }

func (l *zeroPadding) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	axes, err := l.fit(in)
	if err != nil {
		return nil, err
	}
	out := append(tensor.Shape(slices.Clone(axes)), in[l.rank])
	apart := distances(out)
	l.plan(in, distances(in), apart, in, out)
	for a, n := range l.padding {
		l.move.ToStart += n * apart[a]
	}
	return out, nil
}

func (l *zeroPadding) String() string { return l.kind + "(" + times(l.padding) + ")" }
