package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// adaptivePool reduces a map of any size to one of a fixed size: window i of n along an
// axis of N cells goes from ⌊i·N/n⌋ to ⌈(i+1)·N/n⌉, so that windows may differ by a cell
// and overlap (PyTorch's AdaptiveAvgPool2d). Where n divides N it is a pool of N/n cells.
// What a window gives, and what flows back into it, is as in [MaxPool2D] and
// [AveragePool2D].
type adaptivePool struct {
	pool
	to [2]int

	uniform      bool // all windows are as large, side by side
	windows      []poolWindow
	block, other *tensor.Tensor // the cells of one window; the gradient that they have
	cell         *tensor.Tensor // what it gives
}

// poolWindow is a window of its own size, with the way of its cells to the block.
type poolWindow struct {
	box        backend.Window
	size       int // numbers of an example
	cells, out backend.Move
}

// AdaptiveAveragePool2D takes the mean of windows such that an image becomes height × width,
// however large it is: before the dense layers of AlexNet and VGG in torchvision.
func AdaptiveAveragePool2D(height, width int) Layer {
	return &adaptivePool{pool: pool{kind: "AdaptiveAveragePool2D", average: true}, to: [2]int{height, width}}
}

// AdaptiveMaxPool2D takes the largest number of such windows.
func AdaptiveMaxPool2D(height, width int) Layer {
	return &adaptivePool{pool: pool{kind: "AdaptiveMaxPool2D"}, to: [2]int{height, width}}
}

func (l *adaptivePool) Forward(c *Context, x, out *tensor.Tensor) {
	if l.uniform {
		l.pool.Forward(c, x, out)
		return
	}
	b, n := x.Backend, x.Rows()
	for _, w := range l.windows {
		b.Move(rowsOf(w.cells, n), x.Buffer, l.block.Buffer)
		if l.average {
			b.AveragePool(w.box, n, l.block.Buffer, l.cell.Buffer)
		} else {
			b.MaxPool(w.box, n, l.block.Buffer, l.cell.Buffer)
		}
		b.Move(rowsOf(w.out, n), l.cell.Buffer, out.Buffer)
	}
}

func (l *adaptivePool) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if l.uniform || dx == nil {
		l.pool.Backward(c, x, out, dout, dx)
		return
	}
	b, n := x.Backend, x.Rows()
	tensor.Fill(0, dx)
	for _, w := range l.windows {
		b.Move(turned(rowsOf(w.out, n)), dout.Buffer, l.cell.Buffer)
		cells := rowsOf(w.cells, n)
		if l.average {
			b.AveragePoolGrad(w.box, n, l.cell.Buffer, l.other.Buffer)
		} else {
			b.Move(cells, x.Buffer, l.block.Buffer)
			b.MaxPoolGrad(w.box, n, l.block.Buffer, l.cell.Buffer, l.other.Buffer, backend.Derivative{})
		}
		// Windows overlap: a cell gets the sum.
		b.Move(cells, dx.Buffer, l.block.Buffer)
		b.Axpy(n*w.size, 1, l.other.Buffer, l.block.Buffer)
		b.Move(turned(cells), l.block.Buffer, dx.Buffer)
	}
}

func (l *adaptivePool) sends() bool { return l.uniform && l.pool.sends() }

func (l *adaptivePool) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	l.rank = 2
	if len(in) != 3 || l.to[0] < 1 || l.to[1] < 1 || l.to[0] > in[0] || l.to[1] > in[1] {
		mend := "it must stand before nn.Flatten()"
		if len(in) == 3 {
			mend = fmt.Sprintf("write nn.%s(%d, %d)", l.kind, min(max(1, l.to[0]), in[0]), min(max(1, l.to[1]), in[1]))
		}
		return nil, &Error{Expected: fmt.Sprintf("[height width channels] of at least %d×%d, and at least 1×1 of it", l.to[0], l.to[1]), Got: in.String(), GotShape: in, Mend: mend}
	}
	l.size = []int{(in[0] + l.to[0] - 1) / l.to[0], (in[1] + l.to[1] - 1) / l.to[1]} // the reach
	l.strides = []int{max(1, in[0]/l.to[0]), max(1, in[1]/l.to[1])}
	l.dilation = []int{1, 1}
	out := tensor.Shape{l.to[0], l.to[1], in[2]}
	if l.uniform = in[0]%l.to[0] == 0 && in[1]%l.to[1] == 0; l.uniform {
		_, err := l.fit(in)
		if err != nil {
			return nil, err
		}
		return out, nil
	}
	l.windows = nil
	largest := 0
	for i := range l.to[0] {
		for j := range l.to[1] {
			w := newPoolWindow(in, out, [2]int{i, j})
			l.windows = append(l.windows, w)
			largest = max(largest, w.size)
		}
	}
	l.block, l.other, l.cell = b.Scratch(largest), b.Scratch(largest), b.Scratch(in[2])
	return out, nil
}

// newPoolWindow is the window of output (i, j).
func newPoolWindow(in, out tensor.Shape, at [2]int) poolWindow {
	var from, size [2]int
	for a, i := range at {
		from[a] = i * in[a] / out[a]
		size[a] = ((i+1)*in[a]+out[a]-1)/out[a] - from[a]
	}
	channels, one := in[2], [3]int{1, 1, 1}
	w := poolWindow{size: size[0] * size[1] * channels}
	w.box = backend.Window{In: [3]int{1, size[0], size[1]}, Out: one, Size: [3]int{1, size[0], size[1]}, Stride: one, Dilation: one, Channels: channels}
	var m mover
	block := tensor.Shape{size[0], size[1], channels}
	m.plan(block, distances(in), distances(block), in, block)
	m.move.FromStart = (from[0]*in[1] + from[1]) * channels
	w.cells = m.move
	var o mover
	o.plan([]int{channels}, []int{1}, []int{1}, tensor.Shape{channels}, out)
	o.move.ToStart = (at[0]*out[1] + at[1]) * channels
	w.out = o.move
	return w
}

// mapFormula is that of a pool, or how many windows there are.
func (l *adaptivePool) mapFormula() string {
	if l.uniform {
		return l.pool.mapFormula()
	}
	return fmt.Sprintf("%d windows = %d", l.to[0], l.to[0])
}

func (l *adaptivePool) String() string {
	return fmt.Sprintf("%s(%s)", l.kind, times(l.to[:]))
}
