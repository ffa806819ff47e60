package nn

import (
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// cCells are the C-cells of the neocognitron (Fukushima 1980, equations 8 to 10), which answer
// wherever in their window a cell of their plane does: tolerance to shift. A V-cell of the
// layer takes the mean of all planes, which divides. They have no weights that learn. For
// maps u [N×H×W×C] and d [K×K], 1 in the centre and the less the farther:
//
//	forward     s     = d ∗ u                  plane by plane, [N×H'×W'×C]
//	            m     = (1/C)·Σ s              over the planes
//	            t     = max(0, (1 + s)/(1 + m) − 1)
//	                  = max(0, (s − m)·w)      w = 1/(1 + m)
//	            out   = t/(α + t)
//
//	backward    ∂E/∂t = ∂E/∂out·(1 − out)²/α   where t > 0, else 0
//	            ∂E/∂m = −Σ ∂E/∂t·w·(1 + t)     over the planes
//	            ∂E/∂s = ∂E/∂t·w + ∂E/∂m/C
//	            ∂E/∂u = Σ ∂E/∂s·d              over all windows that saw the cell
type cCells struct {
	window
	alpha float64

	g              backend.Convolution
	d              *tensor.Tensor // [K×K×1×C]
	mean           *tensor.Tensor // [C×C] of 1/C
	w, t, mixed, x *tensor.Tensor // [N×H'×W'×C] w, t, and memory
	p, q           view           // factors of a product
}

// CCells is a layer of C-cells, a plane for each plane of its input, that see windows of size;
// an answer of α behind the inhibition becomes ½. α is 0.5 in the paper. Options are [Strides],
// 1 without it, and [Same], [Valid], [Padding].
func CCells[K int | [2]int](size K, alpha float64, options ...PoolOption) Layer {
	l := &cCells{window: newPool("", 2, false, size).window, alpha: alpha}
	return told(l, options, func(o PoolOption, l *cCells) { l.window.told(o) })
}

func (l *cCells) Forward(c *Context, u, out *tensor.Tensor) {
	s, m := out, l.mixed
	tensor.Conv(l.g, u, l.d, nil, s, backend.Activation{})
	tensor.MatMul(l.p.cells(m), l.q.cells(s), l.mean, nil, backend.Activation{}) // m = (1/C)·Σ s
	tensor.Subtract(m, s)
	tensor.Fill(1, l.x)
	tensor.Add(m, l.x)
	tensor.LocalResponse(reciprocal, l.x, l.w) // w = 1/(1 + m)
	tensor.Multiply(s, l.w, l.t)
	ReLU.apply(l.t, l.t) // t = max(0, (s − m)·w)
	tensor.Fill(l.alpha, l.x)
	tensor.Add(l.t, l.x)
	tensor.LocalResponse(reciprocal, l.x, l.mixed)
	tensor.Multiply(l.t, l.mixed, out) // t/(α + t)
}

func (l *cCells) Backward(c *Context, u, out, dout, dx *tensor.Tensor) {
	if dx == nil {
		return
	}
	dt := dout
	ReLU.backward(out, dout, dt)
	tensor.Fill(1, l.x)
	tensor.Subtract(out, l.x)
	tensor.Multiply(dt, l.x, dt)
	tensor.Multiply(dt, l.x, dt)
	tensor.Scale(1/l.alpha, dt) // ∂E/∂t = ∂E/∂out·(1 − out)²/α
	tensor.Multiply(dt, l.w, dt)
	tensor.Multiply(dt, l.t, l.x)
	tensor.Add(dt, l.x)                                                                  // ∂E/∂t·w·(1 + t)
	tensor.MatMul(l.p.cells(l.mixed), l.q.cells(l.x), l.mean, nil, backend.Activation{}) // −∂E/∂m/C
	tensor.Subtract(l.mixed, dt)                                                         // ∂E/∂s
	tensor.ConvGradInput(l.g, dt, l.d, dx)
}

func (l *cCells) BackwardReads() (u, out bool) { return false, true }

func (l *cCells) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if !(l.alpha > 0) || math.IsInf(l.alpha, 1) {
		return nil, &Error{Expected: "a finite α above 0", Got: fmt.Sprint(l.alpha), Mend: "write nn.CCells(5, 0.5)"}
	}
	out, e := l.fit(in)
	if e != nil {
		return nil, e
	}
	c := in[l.rank]
	l.g = backend.Convolution{Window: l.box, Filters: c, Groups: c}
	weights := Falling(l.size[0], l.size[1])
	l.d, l.mean = tensor.New(b.backend, l.size[0], l.size[1], 1, c), tensor.New(b.backend, c, c)
	l.d.SetEach(func(i int) float32 { return float32(weights[i/c]) })
	tensor.Fill(1/float64(c), l.mean)
	all := append(slices.Clone(out), c)
	l.w, l.t, l.mixed, l.x = b.Scratch(all...), b.Scratch(all...), b.Scratch(all...), b.Scratch(all...)
	return all, nil
}

func (l *cCells) String() string {
	return fmt.Sprintf("CCells(%s, α %v)", l.window.describe([]int{1, 1}), l.alpha)
}

// MACs are those of the windows.
func (l *cCells) MACs() int { return l.g.Outputs() * l.g.Filters * l.g.Cells() }

func (l *cCells) Config() Config {
	return l.window.config(Config{"kind": "CCells", "alpha": l.alpha}, "kernel_size")
}

func cCellsOf(c *reader) *cCells {
	return &cCells{window: windowOf(c, 2, "kernel_size"), alpha: c.Float("alpha")}
}
