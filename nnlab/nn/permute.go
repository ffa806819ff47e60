package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// permute exchanges the axes of an example:
//
//	forward     out[i, j, …]  = x[those indices in the order of the axes]
//	backward    ∂E/∂x         = ∂E/∂out, with the axes put back
type permute struct {
	mover
	axes []int
}

// Permute puts the axes of an example, counted from 1 as in Keras, in another
// order: Permute(2, 1, 3) turns [28 14 3] into [14 28 3].
func Permute(axes ...int) Layer { return &permute{axes: axes} }

func (l *permute) Forward(c *Context, x, out *tensor.Tensor) { l.forward(x, out) }

func (l *permute) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		l.backward(dout, dx)
	}
}

func (l *permute) BackwardReads() (x, out bool) { return false, false }

func (l *permute) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	sorted := slices.Sorted(slices.Values(l.axes))
	for i, a := range sorted {
		if a != i+1 {
			sorted = nil
			break
		}
	}
	if len(sorted) != len(in) || len(in) >= backend.MoveAxes {
		mend := "leave it out: an example has one axis"
		if len(in) > 1 {
			mend = "write nn.Permute(" + commas(append(tensor.Shape{2, 1}, ascending(len(in) + 1)[3:]...)) + "), which exchanges the first two"
		}
		return nil, &Error{Expected: fmt.Sprintf("each of the axes 1 to %d once", len(in)), Got: fmt.Sprint(l.axes), GotShape: in, Mend: mend}
	}
	out, from, apart := make(tensor.Shape, len(in)), make([]int, len(in)), distances(in)
	for i, a := range l.axes {
		out[i], from[i] = in[a-1], apart[a-1]
	}
	l.plan(out, from, distances(out), in, out)
	return out, nil
}

func (l *permute) String() string { return "Permute" + tensor.Shape(l.axes).String() }
