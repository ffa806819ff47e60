package nn

import (
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// pool reduces each window of a map to one number (slide "Subamostragem:
// pooling layer"), channel by channel. It has no parameters.
//
//	max       forward   out   = the largest cell of the window
//	          backward  ∂E/∂x = ∂E/∂out for that cell, 0 for the others
//	average   forward   out   = the mean of the window's n cells
//	          backward  ∂E/∂x = ∂E/∂out / n for each of them
//
// A cell that several windows see gets the sum. Cells in the padding do not
// count. x is [N×H×W×C], out [N×H'×W'×C].
type pool struct {
	window
	kind    string // "MaxPool2D"
	average bool
}

// PoolOption is what a pool can be told besides its size: [Strides], [Same],
// [Valid], [Padding].
type PoolOption interface{ applyPool(*pool) }

// MaxPool1D takes the largest of each size steps of a sequence.
func MaxPool1D[K int | [1]int](size K, options ...PoolOption) Layer {
	return newPool("MaxPool1D", 1, false, size, options)
}

// MaxPool2D takes the largest of each window of an image: MaxPool2D(2) halves
// both sides. The stride is the size unless [Strides] says otherwise.
func MaxPool2D[K int | [2]int](size K, options ...PoolOption) Layer {
	return newPool("MaxPool2D", 2, false, size, options)
}

// MaxPool3D takes the largest of each box of a volume.
func MaxPool3D[K int | [3]int](size K, options ...PoolOption) Layer {
	return newPool("MaxPool3D", 3, false, size, options)
}

// AveragePool1D takes the mean of each size steps of a sequence.
func AveragePool1D[K int | [1]int](size K, options ...PoolOption) Layer {
	return newPool("AveragePool1D", 1, true, size, options)
}

// AveragePool2D takes the mean of each window of an image.
func AveragePool2D[K int | [2]int](size K, options ...PoolOption) Layer {
	return newPool("AveragePool2D", 2, true, size, options)
}

// AveragePool3D takes the mean of each box of a volume.
func AveragePool3D[K int | [3]int](size K, options ...PoolOption) Layer {
	return newPool("AveragePool3D", 3, true, size, options)
}

func newPool(kind string, rank int, average bool, size any, options []PoolOption) *pool {
	l := &pool{kind: kind, average: average}
	l.rank, l.size = rank, axes(rank, size)
	for _, o := range options {
		o.applyPool(l)
	}
	return l
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

func (l *pool) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.strides == nil {
		l.strides = l.size
	}
	out, err := l.fit(in)
	if err != nil {
		return nil, err
	}
	return append(out, in[l.rank]), nil
}

func (l *pool) String() string { return l.kind + "(" + l.describe(l.size) + ")" }

// globalPool reduces each channel to one number (slide "Global pooling"): a pool
// whose window is the whole map. [H W C] becomes [C].
type globalPool struct{ pool }

// GlobalMaxPool takes the largest number of each channel: 40×40×100 becomes 100.
func GlobalMaxPool() Layer { return &globalPool{pool{kind: "GlobalMaxPool"}} }

// GlobalAveragePool takes the mean of each channel: 40×40×100 becomes 100.
func GlobalAveragePool() Layer { return &globalPool{pool{kind: "GlobalAveragePool", average: true}} }

func (l *globalPool) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if len(in) < 2 || len(in) > 4 {
		return nil, &Error{Expected: "one to three axes and channels, as [height width channels]", Got: in.String(), GotShape: in,
			Mend: "it must stand before nn.Flatten()"}
	}
	l.rank = len(in) - 1
	l.size = in[:l.rank]
	if _, err := l.fit(in); err != nil {
		return nil, err
	}
	return tensor.Shape{in[l.rank]}, nil
}

func (l *globalPool) String() string { return l.kind }
