package backendtest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var convolutionKernels = []kernel{
	{"Conv", convCalls},
	{"ConvGradInput", convGradInputCalls},
	{"ConvGradKernel", convGradKernelCalls},
}

// window makes the geometry of a window of the given size on a volume, with the
// output that fits.
func window(in, size, stride, dilation, pad [3]int, channels int) backend.Window {
	w := backend.Window{In: in, Size: size, Stride: stride, Dilation: dilation, Pad: pad, Channels: channels}
	for a := range 3 {
		w.Out[a] = (in[a]+2*pad[a]-dilation[a]*(size[a]-1)-1)/stride[a] + 1
	}
	return w
}

// geometries are convolutions of one, two and three dimensions, odd in every
// way that one can be.
func geometries() []backend.Convolution {
	one := [3]int{1, 1, 1}
	conv := func(in, size, stride, dilation, pad [3]int, channels, filters, groups int) backend.Convolution {
		return backend.Convolution{Window: window(in, size, stride, dilation, pad, channels), Filters: filters, Groups: groups}
	}
	same := conv([3]int{1, 6, 5}, [3]int{1, 2, 4}, [3]int{1, 2, 2}, one, [3]int{0, 0, 1}, 2, 3, 1)
	same.Out = [3]int{1, 3, 3} // more padding behind than in front
	return append(randomGeometries(), []backend.Convolution{
		conv([3]int{1, 1, 9}, [3]int{1, 1, 3}, one, one, [3]int{}, 2, 3, 1),
		conv([3]int{1, 1, 17}, [3]int{1, 1, 4}, [3]int{1, 1, 3}, [3]int{1, 1, 2}, [3]int{0, 0, 2}, 3, 4, 1),
		conv([3]int{1, 6, 6}, [3]int{1, 3, 3}, one, one, [3]int{}, 1, 1, 1),
		conv([3]int{1, 7, 5}, [3]int{1, 3, 3}, one, one, [3]int{0, 1, 1}, 3, 8, 1),
		conv([3]int{1, 9, 11}, [3]int{1, 5, 2}, [3]int{1, 2, 3}, one, [3]int{0, 2, 1}, 5, 7, 1),
		conv([3]int{1, 9, 8}, [3]int{1, 3, 2}, one, [3]int{1, 2, 3}, [3]int{0, 1, 0}, 2, 17, 1),
		conv([3]int{1, 5, 7}, one, one, one, [3]int{}, 6, 9, 1),
		conv([3]int{1, 5, 7}, one, [3]int{1, 2, 2}, one, [3]int{}, 6, 9, 1),
		conv([3]int{2, 7, 9}, one, [3]int{2, 3, 2}, one, [3]int{}, 20, 33, 1),
		conv([3]int{1, 5, 11}, [3]int{1, 1, 7}, one, one, [3]int{0, 0, 3}, 20, 17, 1),
		conv([3]int{1, 9, 5}, [3]int{1, 7, 1}, one, one, [3]int{0, 3, 0}, 23, 9, 1),
		conv([3]int{1, 6, 6}, [3]int{1, 3, 3}, one, one, [3]int{0, 1, 1}, 6, 4, 2),
		conv([3]int{1, 6, 7}, [3]int{1, 3, 3}, [3]int{1, 2, 1}, one, [3]int{0, 1, 1}, 5, 10, 5),
		conv([3]int{1, 7, 9}, [3]int{1, 3, 5}, one, [3]int{1, 1, 2}, [3]int{0, 1, 2}, 19, 19, 19),
		conv([3]int{1, 7, 6}, [3]int{1, 3, 2}, [3]int{1, 2, 1}, one, [3]int{0, 1, 0}, 3, 3, 3),
		conv([3]int{4, 5, 6}, [3]int{2, 3, 3}, [3]int{1, 2, 1}, one, [3]int{1, 0, 1}, 2, 3, 1),
		conv([3]int{1, 23, 23}, [3]int{1, 3, 3}, one, one, [3]int{0, 1, 1}, 120, 2, 1), // more than is written out at a time
		conv([3]int{1, 71, 9}, [3]int{1, 5, 3}, [3]int{1, 2, 1}, [3]int{1, 3, 1}, [3]int{0, 4, 2}, 7, 3, 1),
		same,
	}...)
}

// randomGeometries are convolutions of any sizes, strides, dilations, paddings and
// groups, so that some inputs are seen by no window, or lie in front of all of them.
func randomGeometries() (all []backend.Convolution) {
	d := newData("geometries")
	for len(all) < 12 {
		var in, size, stride, dilation, pad [3]int
		for a := range 3 {
			in[a], size[a], stride[a], dilation[a] = 1+d.IntN(12), 1+d.IntN(4), 1+d.IntN(4), 1+d.IntN(3)
			pad[a] = d.IntN(size[a] * dilation[a] * 3 / 2)
			if a == 0 { // mostly images
				in[a], size[a] = 1+d.IntN(2), 1
			}
		}
		groups := 1 + d.IntN(2)
		g := backend.Convolution{Window: window(in, size, stride, dilation, pad, groups*(1+d.IntN(9))), Filters: groups * (1 + d.IntN(9)), Groups: groups}
		if min(g.Out[0], g.Out[1], g.Out[2]) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// wide are convolutions that backends may compute by a faster algorithm, as
// Winograd's: 3×3 with stride 1 and many channels. The numbers of channels and of
// filters are more than one block, the last of which is narrower.
func wide() []backend.Convolution {
	one, three := [3]int{1, 1, 1}, [3]int{1, 3, 3}
	all := []backend.Convolution{
		{Window: window([3]int{1, 14, 18}, three, one, one, [3]int{}, 32), Filters: 48, Groups: 1},
		{Window: window([3]int{1, 13, 14}, three, one, one, [3]int{0, 1, 1}, 80), Filters: 96, Groups: 1},
		{Window: window([3]int{1, 11, 15}, three, one, one, [3]int{0, 2, 1}, 48), Filters: 80, Groups: 1},
	}
	if testing.Short() {
		return all[:1] // the reference takes its time over the others
	}
	return all
}

// withGaps are convolutions whose windows' rows are runs of 32 numbers or a multiple of
// it, for which a backend may leave out the zeros of dy.
func withGaps() []backend.Convolution {
	one := [3]int{1, 1, 1}
	return []backend.Convolution{
		{Window: window([3]int{1, 12, 14}, [3]int{1, 3, 3}, one, one, [3]int{}, 32), Filters: 20, Groups: 1},
		{Window: window([3]int{1, 10, 9}, [3]int{1, 3, 3}, one, one, [3]int{0, 1, 1}, 64), Filters: 37, Groups: 1},
		{Window: window([3]int{1, 19, 21}, [3]int{1, 4, 2}, [3]int{1, 3, 2}, [3]int{1, 2, 1}, [3]int{0, 5, 1}, 16), Filters: 65, Groups: 1},
		{Window: window([3]int{1, 16, 15}, [3]int{1, 1, 2}, [3]int{1, 2, 3}, one, [3]int{0, 0, 2}, 80), Filters: 33, Groups: 1},
		{Window: window([3]int{1, 1, 90}, [3]int{1, 1, 5}, one, one, [3]int{0, 0, 2}, 32), Filters: 32, Groups: 1},
		{Window: window([3]int{1, 9, 8}, one, one, one, [3]int{}, 96), Filters: 70, Groups: 1},
		{Window: window([3]int{1, 11, 9}, one, [3]int{1, 2, 2}, one, [3]int{}, 260), Filters: 40, Groups: 1},
	}
}

// gapCalls makes of calls of a gradient others whose dy, the operand of that number,
// has zeros: nothing else, nearly nothing else, and some.
func gapCalls(d data, dy int, calls func() []call) (all []call) {
	for _, density := range []float64{0, 0.01, 0.1, 0.4} {
		for _, c := range calls() {
			δ := c.operands[dy].values
			for i := range δ {
				if d.Float64() >= density {
					δ[i] = 0
				}
			}
			c.what += fmt.Sprintf(", %v of dy is not 0", density)
			all = append(all, c)
		}
	}
	return all
}

// wideSlack allows 3e-5 where others may err by 1e-6: F(4×4, 3×3) in float32 was
// seen to err by 1e-5 of the largest number.
const wideSlack = 30

// convolutions makes calls of a kernel for the geometries. In terms of it x is n
// volumes, w the weights and y n results.
func convolutions(geometries []backend.Convolution, kernel func(g backend.Convolution, x, w, y int) call) []call {
	const n = 3
	var calls []call
	for _, g := range geometries {
		c := kernel(g, n*g.Inputs()*g.Channels, g.Depth()*g.Filters, n*g.Outputs()*g.Filters)
		c.what += fmt.Sprintf(" %+v", g)
		c.dims = []int{n}
		if g.Channels >= 32 && g.Filters >= 32 {
			c.slack = wideSlack
		}
		calls = append(calls, c)
	}
	return calls
}

func convCalls(d data) []call {
	var calls []call
	for i, f := range allActivations {
		all := geometries()
		if f.Kind == backend.ReLU {
			all = append(all, wide()...)
		}
		calls = append(calls, convolutions(all, func(g backend.Convolution, x, w, y int) call {
			return call{what: f.Kind.String(), terms: 3 * math.Sqrt(float64(g.Depth())),
				operands: []operand{in(d.normal(x)), in(d.normal(w)), out(y), in(d.normal(g.Filters)).or(i%2 == 0)},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.Conv(g, s[0], x[0], x[1], x[2], backend.Epilogue{Bias: x[3], Activation: f})
					return 0
				}}
		})...)
	}
	return calls
}

func convGradInputCalls(d data) []call {
	var calls []call
	for _, of := range [][]backend.Activation{nil, {{Kind: backend.ReLU}}, {{Kind: backend.Tanh}}} {
		all := geometries()
		if of == nil || of[0].Kind == backend.ReLU {
			all = append(all, wide()...)
		}
		calls = append(calls, gradInputCalls(d, all, of)...)
	}
	return append(calls, gapCalls(d, 0, func() []call {
		return gradInputCalls(d, withGaps(), []backend.Activation{{Kind: backend.Tanh}})
	})...)
}

// gradInputCalls are calls of ConvGradInput; where there is an activation, times its
// derivative.
func gradInputCalls(d data, geometries []backend.Convolution, of []backend.Activation) []call {
	return convolutions(geometries, func(g backend.Convolution, x, w, y int) call {
		return call{what: fmt.Sprintf("times the derivatives of %v", of), terms: math.Sqrt(float64(g.Cells() * g.Filters)),
			operands: []operand{in(d.normal(y)), in(d.normal(w)), out(x), in(d.normal(x)).or(of != nil)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.ConvGradInput(g, s[0], x[0], x[1], x[2], derivative(x[3], of))
				return 0
			}}
	})
}

func convGradKernelCalls(d data) []call {
	var calls []call
	for _, beta := range []float64{0, 1} {
		calls = append(calls, gradKernelCalls(d, slices.Concat(geometries(), wide()), beta)...)
		calls = append(calls, gapCalls(d, 1, func() []call { return gradKernelCalls(d, withGaps(), 0.5*beta) })...)
	}
	return calls
}

// gradKernelCalls are calls of ConvGradKernel.
func gradKernelCalls(d data, geometries []backend.Convolution, beta float64) []call {
	return convolutions(geometries, func(g backend.Convolution, x, w, y int) call {
		dw := out(w)
		if beta != 0 {
			dw = inout(d.normal(w))
		}
		return call{what: fmt.Sprintf("β=%v", beta), terms: math.Sqrt(float64(y / g.Filters)),
			operands: []operand{in(d.normal(x)), in(d.normal(y)), dw},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.ConvGradKernel(g, s[0], x[0], x[1], beta, x[2])
				return 0
			}}
	})
}

// convolutionGradients are ∂E/∂x and ∂E/∂w of each small geometry.
func convolutionGradients() []gradient {
	const n = 2
	var all []gradient
	for i, g := range geometries() {
		if g.Inputs()*g.Channels > 400 {
			continue
		}
		x, w, y := n*g.Inputs()*g.Channels, g.Depth()*g.Filters, n*g.Outputs()*g.Filters
		forward := func(b backend.Backend, weight []float32, input, kernel backend.Buffer) float64 {
			out := b.Alloc(y)
			b.Conv(g, n, input, kernel, out, backend.Epilogue{})
			return dot(b, weight, out)
		}
		all = append(all,
			gradient{fmt.Sprintf("Conv/input/%d", i), func(d data) function {
				kernel, weight := d.normal(w), d.normal(y)
				return function{x: d.normal(x),
					e: func(b backend.Backend, x backend.Buffer) float64 { return forward(b, weight, x, upload(b, kernel)) },
					grad: func(b backend.Backend, x, dx backend.Buffer) {
						b.ConvGradInput(g, n, upload(b, weight), upload(b, kernel), dx, backend.Derivative{})
					}}
			}},
			gradient{fmt.Sprintf("Conv/kernel/%d", i), func(d data) function {
				input, weight := d.normal(x), d.normal(y)
				return function{x: d.normal(w),
					e: func(b backend.Backend, x backend.Buffer) float64 { return forward(b, weight, upload(b, input), x) },
					grad: func(b backend.Backend, x, dx backend.Buffer) {
						b.ConvGradKernel(g, n, upload(b, input), upload(b, weight), 0, dx)
					}}
			}})
	}
	return all
}
