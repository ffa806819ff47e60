package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// A convolution is a product: the windows of the input are the rows of a matrix
// P [outputs × depth], the weights are [depth × filters]. The gradients are the
// transposed products:
//
//	y = P·w      dw = Pᵀ·dy      dP = dy·wᵀ, and dx sums each input's places in dP
//
// P would be many times the input. It is not written out: the rows of a window
// are runs of memory, one behind the other in an image's line, and the microkernel
// reads them where they stand (see [slide] and [kernelGradient]). dx is the
// convolution of dy with the weights turned around, or some of them (see [class]).
// Where that does not do, dP is written out, as many rows at a time as a cache holds.
type convolution struct {
	depthwise depthwise
	slide     slide
	winograd  winograd
	kernel    kernelGradient
	sparse    sparseGradients
	scatter
	seen []float32 // see [cpu.gathered]
}

// deepChannels is how many channels a 1×1 convolution has at least, for its dw to be
// computed as a product in parts: with fewer a cache holds what its tiles read again.
const deepChannels = 256

// pointwise tells whether P is the input itself.
func pointwise(g *backend.Convolution) bool {
	return g.Groups == 1 && g.Cells() == 1 && g.In == g.Out && g.Stride == [3]int{1, 1, 1} && g.Pad == [3]int{}
}

func (c *cpu) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	backend.Check("Conv", n)
	g.Check("Conv")
	X, W := numbers("Conv", x, n*g.Inputs()*g.Channels), numbers("Conv", w, g.Depth()*g.Filters)
	Y := numbers("Conv", y, n*g.Outputs()*g.Filters)
	finish := newEpilogue("Conv", e, g.Filters, len(Y))
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.convolution(&g, n, X, W, Y, finish)
}

// convolution is Conv on host memory. The caller holds the pool's lock.
func (c *cpu) convolution(g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	switch {
	case pointwise(g):
		c.multiply(backend.NN, n*g.Outputs(), g.Filters, g.Channels, x, w, 0, y, e)
	case apart(g):
		c.gathered(g, n, x, func(seen []float32, first, m int) {
			to := first * g.Outputs()
			c.multiply(backend.NN, m*g.Outputs(), g.Filters, g.Channels, seen, w, 0, y[to*e.stride:], e.from(to))
		})
	case c.strip(g) < g.Out[1]:
		c.strips(g, n, x, w, y, e)
	default:
		c.convolve(g, n, x, w, y, e)
	}
}

// convolve computes y from x.
func (c *cpu) convolve(g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	switch {
	case separates(g):
		c.conv.depthwise.forward(c, g, n, x, w, y, e)
	case c.conv.winograd.saves(g, n):
		c.conv.winograd.forward(c, g, n, x, w, y, e)
	default:
		c.conv.slide.forward(c, g, n, x, w, y, e)
	}
}

// strip is how many rows of the output of an image are computed at a time, so that
// no more than about c.scratch numbers have to be copied: all of them, but of large
// images with padding.
func (c *cpu) strip(g *backend.Convolution) int {
	size := need(&g.Window)
	if g.Pad == [3]int{} || g.In[0] != 1 || g.Out[0] != 1 || size[1]*size[2]*g.Channels <= c.scratch {
		return g.Out[1]
	}
	const whole = 16 // a multiple of what Winograd's squares are high
	return min(g.Out[1], max(1, c.scratch/(size[2]*g.Channels*g.Stride[1]*whole))*whole)
}

// strips computes y from x, some rows of an image after the other.
func (c *cpu) strips(g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	strip := c.strip(g)
	for image := range n {
		for row := 0; row < g.Out[1]; row += strip {
			part := *g
			part.Out[1] = min(strip, g.Out[1]-row)
			top := row*g.Stride[1] - g.Pad[1] // the first row of the input that is seen
			bottom := top + (part.Out[1]-1)*g.Stride[1] + (g.Size[1]-1)*g.Dilation[1] + 1
			first := min(max(0, top), g.In[1]-1)
			part.Pad[1], part.In[1] = max(0, -top), max(1, min(g.In[1], bottom)-first)
			from := (image*g.In[1] + first) * g.In[2] * g.Channels
			to := (image*g.Out[1] + row) * g.Out[2]
			c.convolve(&part, 1, x[from:], w, y[to*e.stride:], e.from(to))
		}
	}
}

func (c *cpu) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer, d backend.Derivative) {
	backend.Check("ConvGradInput", n)
	g.Check("ConvGradInput")
	DY, W := numbers("ConvGradInput", dy, n*g.Outputs()*g.Filters), numbers("ConvGradInput", w, g.Depth()*g.Filters)
	DX := numbers("ConvGradInput", dx, n*g.Inputs()*g.Channels)
	finish := newEpilogue("ConvGradInput", backend.Epilogue{Derivative: d}, g.Channels, len(DX))
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	switch {
	case pointwise(&g):
		c.multiply(backend.NT, n*g.Outputs(), g.Channels, g.Filters, DY, W, 0, DX, finish)
	case c.conv.sparse.worth(c.kernels, &g, DY, slides(&g) && c.conv.winograd.saves(new(turnedAround(&g)), n)):
		c.conv.sparse.input.compute(c, &g, n, DY, W, DX, finish)
	case slides(&g) && c.conv.winograd.saves(new(turnedAround(&g)), n):
		c.conv.winograd.backward(c, &g, n, DY, W, DX, finish)
	// An infinity of w must not meet the zeros around dy.
	case separates(&g) && slides(&g) && c.total(W, nonFinite) == 0:
		c.conv.depthwise.backward(c, &g, n, DY, W, DX, finish)
	case !separates(&g) && c.total(W, nonFinite) == 0:
		c.conv.slide.backward(c, &g, n, DY, W, DX, finish)
	default:
		c.conv.scatter.gradInput(c, &g, n, DY, W, DX, finish)
	}
}

func (c *cpu) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	backend.Check("ConvGradKernel", n)
	g.Check("ConvGradKernel")
	X, DY := numbers("ConvGradKernel", x, n*g.Inputs()*g.Channels), numbers("ConvGradKernel", dy, n*g.Outputs()*g.Filters)
	DW := numbers("ConvGradKernel", dw, g.Depth()*g.Filters)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if c.conv.sparse.worth(c.kernels, &g, DY, c.conv.winograd.saves(&g, n)) {
		c.conv.sparse.kernel.compute(c, &g, n, X, DY, float32(beta), DW)
		return
	}
	switch {
	case pointwise(&g):
		c.pointwiseKernel(g, n, X, DY, float32(beta), DW)
	case apart(&g):
		c.gathered(&g, n, X, func(seen []float32, first, m int) {
			c.pointwiseKernel(g, m, seen, DY[first*g.Outputs()*g.Filters:], float32(beta), DW)
			beta = 1
		})
	case separates(&g):
		c.conv.depthwise.gradKernel(c, &g, n, X, DY, float32(beta), DW)
	case c.conv.winograd.saves(&g, n):
		c.conv.winograd.gradKernel(c, &g, n, X, DY, float32(beta), DW)
	default:
		c.conv.kernel.compute(c, &g, n, X, DY, float32(beta), DW)
	}
}

// pointwiseKernel computes dw = β·dw + xᵀ·dy of single cells that stand side by side.
func (c *cpu) pointwiseKernel(g backend.Convolution, n int, x, dy []float32, beta float32, dw []float32) {
	if k := n * g.Outputs(); g.Channels >= deepChannels && isDeep(g.Channels, g.Filters, k) { // all of x and dy is read once, in its order
		c.multiply(backend.TN, g.Channels, g.Filters, k, x, dy, beta, dw, epilogue{})
		return
	}
	// Nothing says where a line ends: lines as long as a tile likes them.
	line := gradientOutputs
	for g.Outputs()%line != 0 {
		line--
	}
	n *= g.Outputs() / line
	g.In, g.Out, g.Stride = [3]int{1, 1, line}, [3]int{1, 1, line}, [3]int{1, 1, 1}
	c.conv.kernel.compute(c, &g, n, x, dy, beta, dw)
}
