package cpu

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// A convolution is a product: the windows of the input, written out as the rows
// of a matrix P [outputs × depth], times the weights [depth × filters]. P would
// be many times the input, so only as many rows as fit a cache are written out
// at a time. The gradients are the transposed products:
//
//	y = P·w      dw = Pᵀ·dy      dP = dy·wᵀ, and dx sums each input's places in dP
//
// The groups are computed one after the other. Where a window is a single cell
// that skips nothing, P is the input itself.
type convolution struct {
	g                     backend.Convolution
	group                 int
	first                 int // the output, over the batch, that row 0 of patches belongs to
	x                     []float32
	patches, weights, out []float32 // scratch
}

// patchFloats is about how many numbers of P are written out at a time.
const patchFloats = 1 << 19

// pointwise tells whether P is the input.
func (v *convolution) pointwise() bool {
	g := &v.g
	return g.Groups == 1 && g.Cells() == 1 && g.In == g.Out && g.Stride == [3]int{1, 1, 1} && g.Pad == [3]int{}
}

// sized returns scratch of n numbers.
func sized(x *[]float32, n int) []float32 {
	*x = slices.Grow((*x)[:0], n)[:n]
	return *x
}

func (c *cpu) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	backend.Check("Conv", n)
	g.Check("Conv")
	e.Activation.Check("Conv")
	X, W := numbers("Conv", x, n*g.Inputs()*g.Channels), numbers("Conv", w, g.Depth()*g.Filters)
	Y, bias := numbers("Conv", y, n*g.Outputs()*g.Filters), optional("Conv", e.Bias, g.Filters)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	v := c.convolve(g, X)
	depth, filters, rows := g.Depth(), g.Filters/g.Groups, n*g.Outputs()
	for v.group = range g.Groups {
		weights, groupBias := v.columns(&v.weights, W, depth), bias
		if bias != nil {
			groupBias = bias[v.group*filters:][:filters]
		}
		for first := 0; first < rows; first += v.chunk() {
			m := min(v.chunk(), rows-first)
			part := Y[first*g.Filters:][:m*g.Filters]
			patches := c.gather(first, m)
			if g.Groups == 1 {
				c.multiply(backend.NN, m, filters, depth, patches, weights, 0, part, groupBias, e.Activation)
				continue
			}
			out := sized(&v.out, m*filters)
			c.multiply(backend.NN, m, filters, depth, patches, weights, 0, out, groupBias, e.Activation)
			v.putColumns(out, part, m)
		}
	}
	v.x = nil
}

func (c *cpu) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	backend.Check("ConvGradKernel", n)
	g.Check("ConvGradKernel")
	X, DY := numbers("ConvGradKernel", x, n*g.Inputs()*g.Channels), numbers("ConvGradKernel", dy, n*g.Outputs()*g.Filters)
	DW := numbers("ConvGradKernel", dw, g.Depth()*g.Filters)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	v := c.convolve(g, X)
	depth, filters, rows := g.Depth(), g.Filters/g.Groups, n*g.Outputs()
	for v.group = range g.Groups {
		to, onto := v.columns(&v.weights, DW, depth), float32(beta)
		for first := 0; first < rows; first += v.chunk() {
			m := min(v.chunk(), rows-first)
			δ := v.columns(&v.out, DY[first*g.Filters:], m)
			c.multiply(backend.TN, depth, filters, m, c.gather(first, m), δ, onto, to, nil, backend.Activation{})
			onto = 1
		}
		if g.Groups > 1 {
			v.putColumns(to, DW, depth)
		}
	}
	v.x = nil
}

func (c *cpu) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer) {
	backend.Check("ConvGradInput", n)
	g.Check("ConvGradInput")
	DY, W := numbers("ConvGradInput", dy, n*g.Outputs()*g.Filters), numbers("ConvGradInput", w, g.Depth()*g.Filters)
	DX := numbers("ConvGradInput", dx, n*g.Inputs()*g.Channels)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	v := c.convolve(g, DX)
	depth, filters, outputs := g.Depth(), g.Filters/g.Groups, g.Outputs()
	lines := g.In[0] * g.In[1]
	images := max(1, patchFloats/(outputs*depth)) // whole ones, so that a line of dx is summed at once
	for v.group = range g.Groups {
		weights := v.columns(&v.weights, W, depth)
		if v.pointwise() {
			c.multiply(backend.NT, n*outputs, depth, filters, DY, weights, 0, DX, nil, backend.Activation{})
			break
		}
		for image := 0; image < n; image += images {
			m := min(images, n-image) * outputs
			v.first = image * outputs
			δ := v.columns(&v.out, DY[v.first*g.Filters:], m)
			c.multiply(backend.NT, m, depth, filters, δ, weights, 0, sized(&v.patches, m*depth), nil, backend.Activation{})
			c.pool.run(job{part: sumPatches, n: min(images, n-image) * lines, kernels: c.kernels, conv: v,
				grain: rowGrain(lightGrain, g.In[2]*g.Channels)})
		}
	}
	v.x = nil
}

// convolve prepares the scratch for a convolution of x.
func (c *cpu) convolve(g backend.Convolution, x []float32) *convolution {
	v := &c.conv
	v.g, v.x, v.group = g, x, 0
	return v
}

// chunk is how many rows of P are written out at a time.
func (v *convolution) chunk() int { return max(1, patchFloats/v.g.Depth()) }

// columns returns the group's columns of a matrix of rows×Filters.
func (v *convolution) columns(scratch *[]float32, x []float32, rows int) []float32 {
	if v.g.Groups == 1 {
		return x[:rows*v.g.Filters]
	}
	filters := v.g.Filters / v.g.Groups
	to := sized(scratch, rows*filters)
	for r := range rows {
		copy(to[r*filters:][:filters], x[r*v.g.Filters+v.group*filters:])
	}
	return to
}

// putColumns writes the group's columns back.
func (v *convolution) putColumns(from, x []float32, rows int) {
	filters := v.g.Filters / v.g.Groups
	for r := range rows {
		copy(x[r*v.g.Filters+v.group*filters:][:filters], from[r*filters:])
	}
}

// gather returns m rows of P, from output first on.
func (c *cpu) gather(first, m int) []float32 {
	v := &c.conv
	if v.pointwise() {
		return v.x[first*v.g.Channels:][:m*v.g.Channels]
	}
	v.first = first
	patches := sized(&v.patches, m*v.g.Depth())
	c.pool.run(job{part: gatherPatches, n: m, kernels: c.kernels, conv: v, grain: rowGrain(lightGrain, v.g.Depth())})
	return patches
}
