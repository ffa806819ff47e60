package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// pool reduces each window of a map to one number (slide "Subamostragem:
// pooling layer"), channel by channel. It has no parameters.
//
//	max       forward   out   = the largest cell of the window, of equal ones the first
//	          backward  ∂E/∂x = ∂E/∂out for that cell, 0 for the others
//	average   forward   out   = the mean of the window's n cells
//	          backward  ∂E/∂x = ∂E/∂out / n for each of them
//
// A cell that several windows see gets the sum. Cells in the padding do not
// count; there are at most half a window of them at an end, so that each window has
// others. x is [N×H×W×C], out [N×H'×W'×C].
type pool struct {
	window
	kind    string // "MaxPool2D"
	average bool
}

// PoolOption is what a pool can be told besides its size: [Strides], [Same],
// [Valid], [Padding].
type PoolOption interface{ applyPool(*pool) }

func newPool(kind string, rank int, average bool, size any) *pool {
	l := &pool{kind: kind, average: average}
	l.rank, l.size = rank, axes(rank, size)
	return l
}

// told applies an option of pools to the window of another layer.
func (w *window) told(o PoolOption) {
	p := pool{window: *w}
	o.applyPool(&p)
	*w = p.window
}

func (l *pool) Forward(c *Context, x, out *tensor.Tensor) {
	if l.average {
		tensor.AveragePool(l.box, x, out)
		return
	}
	tensor.MaxPool(l.box, x, out)
}

func (l *pool) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	switch {
	case dx == nil:
	case l.average:
		tensor.AveragePoolGrad(l.box, dout, dx)
	default:
		tensor.MaxPoolGrad(l.box, x, dout, dx)
	}
}

func (l *pool) BackwardReads() (x, out bool) { return !l.average, false }

func (l *pool) sends() bool { return !l.average }

func (l *pool) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.strides == nil {
		l.strides = l.size
	}
	out, err := l.fit(in)
	if err != nil {
		return nil, err
	}
	for a, p := range l.padding {
		if p > l.size[a]/2 {
			return nil, &Error{Expected: fmt.Sprintf("padding of at most half the window, %d of %d cells", l.size[a]/2, l.size[a]), Got: fmt.Sprint(p),
				Mend: fmt.Sprintf("write nn.Padding(%d), or nn.Same", l.size[a]/2)}
		}
	}
	return append(out, in[l.rank]), nil
}

func (l *pool) String() string { return l.kind + "(" + l.describe(l.size) + ")" }
