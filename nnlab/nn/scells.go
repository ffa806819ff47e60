package nn

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// sCells are the S-cells of the neocognitron (Fukushima 1980, equations 2 to 4): planes of
// cells that share their weights, and a V-cell at each place, whose inhibition divides.
// For a batch of N examples:
//
//	forward     e     = a ∗ u                   u [N×H×W×P]  a [K×K×P×D], excitatory
//	            v     = √(c ∗ u²)               [N×H'×W'×1]  c [K×K×P], the less the farther, Σ c = 1
//	            h     = 2r/(1 + r)·b·v          [N×H'×W'×D]  b [D], inhibitory
//	            out   = r·max(0, (1 + e)/(1 + h) − 1)
//	                  = r·max(0, (e − h)·w)     w = 1/(1 + h)
//
//	backward    δ     = r·∂E/∂out where out > 0, else 0
//	            ∂E/∂e = δ·w
//	            ∂E/∂h = −δ·w·(1 + out/r)
//	            ∂E/∂a = Σ u·∂E/∂e               over all positions
//	            ∂E/∂b = 2r/(1 + r)·Σ v·∂E/∂h
//	            ∂E/∂v = 2r/(1 + r)·Σ_D b·∂E/∂h
//	            ∂E/∂u = Σ ∂E/∂e·a + 2u·Σ c·∂E/∂v/(2v)
//
// a = q·c·u and b = q·v/2 of a pattern u makes cells that answer to what is like it: for
// large q, out = (1 + r)·s − r with s the cosine of the angle between the two, weighed by c.
type sCells struct {
	window
	planes      int
	selectivity float64 // r

	g, gv        backend.Convolution
	a, b         *Param
	c            *tensor.Tensor // [K×K×P×1]
	weight       *tensor.Tensor // [1×D] 2r/(1 + r)·b
	u2, z, v, dv *tensor.Tensor // [N×H×W×P], and three times [N×H'×W'×1]
	h, w         *tensor.Tensor // [N×H'×W'×D]
	p, q         view           // factors of a product
}

// SCells is a layer of D = planes planes of S-cells, which see windows of size and answer to what is
// more like their pattern than r/(1 + r) (a cosine): 0.8 for the selectivity r = 4. Its
// weights start as 0, so that no cell answers: rules such as arch.SelfOrganize's, which look
// at a layer by [Observe], give them values. Options are [Strides], 1 without it, and [Same],
// [Valid], [Padding].
func SCells[K int | [2]int](planes int, size K, selectivity float64, options ...PoolOption) Layer {
	l := &sCells{window: newPool("", 2, false, size).window, planes: planes, selectivity: selectivity}
	return told(l, options, func(o PoolOption, l *sCells) { l.window.told(o) })
}

// Falling are the fixed weights of the windows of [CCells], row by row: 1 in the centre, and
// a tenth less for each step of distance. [SCells] see with the same, divided by their sum.
func Falling(height, width int) []float64 {
	weights := make([]float64, height*width)
	for i := range weights {
		y, x := float64(i/width)-float64(height-1)/2, float64(i%width)-float64(width-1)/2
		weights[i] = math.Pow(0.9, math.Hypot(y, x))
	}
	return weights
}

// Roots and quotients of numbers x, one by one, are x·(x²)^−β: a normalisation by a number
// alone. The little that is added keeps them finite at 0.
var (
	squareRoot = backend.LocalResponse{Size: 1, Alpha: 1, Beta: 0.25, K: 1e-12} // x·(x²)^−¼ = √x
	reciprocal = backend.LocalResponse{Size: 1, Alpha: 1, Beta: 1, K: 1e-12}    // x·(x²)^−1 = 1/x
)

// ratio is 2r/(1 + r).
func (l *sCells) ratio() float64 { return 2 * l.selectivity / (1 + l.selectivity) }

func (l *sCells) Forward(c *Context, u, out *tensor.Tensor) {
	tensor.Multiply(u, u, l.u2)
	tensor.Conv(l.gv, l.u2, l.c, nil, l.z, backend.Activation{})
	tensor.LocalResponse(squareRoot, l.z, l.v) // v = √(c ∗ u²)
	tensor.Copy(l.b.Value, l.weight)
	tensor.Scale(l.ratio(), l.weight)
	tensor.MatMul(l.p.cells(l.h), l.q.cells(l.v), l.weight, nil, backend.Activation{}) // h = 2r/(1 + r)·b·v
	tensor.Fill(1, out)
	tensor.Add(l.h, out)
	tensor.LocalResponse(reciprocal, out, l.w) // w = 1/(1 + h)
	tensor.Conv(l.g, u, l.a.Value, nil, out, backend.Activation{})
	tensor.Subtract(l.h, out) // e − h
	tensor.Multiply(out, l.w, out)
	ReLU.apply(out, out)
	tensor.Scale(l.selectivity, out)
}

func (l *sCells) Backward(c *Context, u, out, dout, dx *tensor.Tensor) {
	δ := dout
	ReLU.backward(out, dout, δ)
	tensor.Scale(l.selectivity, δ)
	tensor.Multiply(δ, l.w, δ) // ∂E/∂e = δ·w
	if l.a.Grad != nil {
		tensor.ConvGradKernel(l.g, u, δ, l.a.Grad, l.a.Beta())
	}
	dh := l.h
	tensor.Multiply(δ, out, dh)
	tensor.Scale(1/l.selectivity, dh)
	tensor.Add(δ, dh)
	tensor.Scale(-l.ratio(), dh) // 2r/(1 + r)·∂E/∂h
	if l.b.Grad != nil {
		tensor.MatMulTN(l.b.Grad, l.p.cells(l.v), l.q.cells(dh), l.b.Beta()) // ∂E/∂b = Σ v·∂E/∂h
	}
	if dx == nil {
		return
	}
	tensor.MatMulNT(l.p.cells(l.dv), l.q.cells(dh), l.b.Value)
	tensor.LocalResponseGrad(squareRoot, l.z, l.dv, l.v) // ∂E/∂v/(2v)
	tensor.ConvGradInput(l.gv, l.v, l.c, dx)
	tensor.Multiply(u, dx, dx)
	tensor.Scale(2, dx)
	tensor.ConvGradInput(l.g, δ, l.a.Value, l.u2)
	tensor.Add(l.u2, dx)
}

func (l *sCells) BackwardReads() (u, out bool) { return true, true }

func (l *sCells) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.planes < 1 || !(l.selectivity > 0) || math.IsInf(l.selectivity, 1) {
		return nil, &Error{Expected: "at least 1 plane and a finite selectivity r above 0", Got: fmt.Sprintf("%d and %v", l.planes, l.selectivity),
			Mend: "write nn.SCells(24, 5, 4) for 24 planes of cells that see 5×5"}
	}
	out, e := l.fit(in)
	if e != nil {
		return nil, e
	}
	channels := in[l.rank]
	l.g = backend.Convolution{Window: l.box, Filters: l.planes, Groups: 1}
	l.gv = backend.Convolution{Window: l.box, Filters: 1, Groups: 1}
	kernel := append(slices.Clone(l.size), channels, l.planes)
	l.a = b.Param("kernel", Zeros, l.g.Depth(), l.planes, kernel...)
	l.b = b.Param("inhibition", Zeros, 1, l.planes, 1, l.planes)
	weights := Falling(l.size[0], l.size[1])
	sum := float64(channels) * floats.Sum(weights)
	l.c = tensor.New(b.backend, l.size[0], l.size[1], channels, 1)
	l.c.SetEach(func(i int) float32 { return float32(weights[i/channels] / sum) })
	l.weight = tensor.New(b.backend, 1, l.planes)
	one, all := append(slices.Clone(out), 1), append(slices.Clone(out), l.planes)
	l.u2, l.z, l.v, l.dv = b.Scratch(in...), b.Scratch(one...), b.Scratch(one...), b.Scratch(one...)
	l.h, l.w = b.Scratch(all...), b.Scratch(all...)
	return all, nil
}

func (l *sCells) String() string {
	return fmt.Sprintf("SCells(%d, %s, r %v)", l.planes, l.window.describe([]int{1, 1}), l.selectivity)
}

// ParameterFormula is (K·K·P + 1)·D: an inhibitory weight for each plane.
func (l *sCells) ParameterFormula() string {
	return fmt.Sprintf("(%d·%d·%d + 1)·%d", l.size[0], l.size[1], l.g.Channels, l.planes)
}

// MACs are those of the excitatory weights and of the V-cells.
func (l *sCells) MACs() int { return l.g.Outputs() * (l.planes + 1) * l.g.Depth() }

func (l *sCells) Config() Config {
	return l.window.config(Config{"kind": "SCells", "planes": l.planes, "selectivity": l.selectivity}, "kernel_size")
}

func sCellsOf(c *reader) *sCells {
	return &sCells{window: windowOf(c, 2, "kernel_size"), planes: c.Int("planes"), selectivity: c.Float("selectivity")}
}
