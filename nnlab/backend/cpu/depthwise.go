package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// depthwise computes convolutions in which every channel has one filter of its own:
// no sum goes over channels, so they stand side by side in registers, as in a pool.
type depthwise struct {
	volumes
	g        backend.Convolution // as it is computed: that of dx has In and Out exchanged
	w, y, dy []float32
	epilogue epilogue
	turned   []float32 // weights turned around
	offsets  []int     // of the cells of a window
	sums     []float32 // of dw, for each part
}

// separates tells whether a convolution is one of these.
func separates(g *backend.Convolution) bool {
	return g.Groups == g.Channels && g.Filters == g.Channels && g.Channels > 1
}

// forward computes y from x.
func (v *depthwise) forward(c *cpu, g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	v.g, v.w, v.y, v.epilogue = *g, w, y, e
	v.compute(c, n, x)
}

// backward computes dx from dy where windows lie one input apart, see [slides].
func (v *depthwise) backward(c *cpu, g *backend.Convolution, n int, dy, w, dx []float32, e epilogue) {
	sized(&v.turned, len(w))
	for k := range g.Cells() {
		copy(v.turned[(g.Cells()-1-k)*g.Channels:], w[k*g.Channels:][:g.Channels])
	}
	v.g, v.w, v.y, v.epilogue = turnedAround(g), v.turned, dx, e
	v.compute(c, n, dy)
}

func (v *depthwise) compute(c *cpu, n int, x []float32) {
	g := &v.g
	batch := v.prepare(c.scratch, x, n, g.In, g.Pad, need(&g.Window), g.Channels, g.Channels)
	v.placeCells()
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		v.take(c, first, m)
		c.pool.run(job{part: depthwiseLines, n: m * g.Out[0] * g.Out[1], grain: rowGrain(heavyGrain, g.Out[2]*g.Channels), kernels: c.kernels, depthwise: v})
	}
	v.done()
	v.w, v.y, v.epilogue = nil, nil, epilogue{}
}

// placeCells notes where the cells of a window stand.
func (v *depthwise) placeCells() {
	g := &v.g
	v.offsets = v.offsets[:0]
	for kz := range g.Size[0] {
		for ky := range g.Size[1] {
			for kx := range g.Size[2] {
				v.offsets = append(v.offsets, ((kz*g.Dilation[0]*v.size[1]+ky*g.Dilation[1])*v.size[2]+kx*g.Dilation[2])*g.Channels)
			}
		}
	}
}

// line returns where the windows of a line of outputs begin.
func (v *depthwise) line(line int) []float32 {
	g := &v.g
	volume, oz, oy := line/(g.Out[1]*g.Out[0]), line/g.Out[1]%g.Out[0], line%g.Out[1]
	return v.values[volume*v.volume()+(oz*g.Stride[0]*v.size[1]+oy*g.Stride[1])*v.size[2]*g.Channels:]
}

// depthwiseLines computes lines of the output.
func depthwiseLines(j *job, s span) {
	v := j.depthwise
	g := &v.g
	for line := s.lo; line < s.hi; line++ {
		x, row := v.line(line), (v.first*g.Out[0]*g.Out[1]+line)*g.Out[2]
		for ox := range g.Out[2] {
			y := v.y[(row+ox)*v.epilogue.stride:][:g.Channels]
			j.kernels.weighCells(v.offsets, x[ox*g.Stride[2]*g.Channels:], v.w, y)
			if bias := v.epilogue.biasOf(0, g.Channels); bias != nil {
				j.kernels.axpy(bias, y, 1)
			}
			if v.epilogue.relu() {
				j.kernels.relu(y, y)
			}
			v.epilogue.finishRow(j.kernels, v.y, row+ox, 0, g.Channels)
		}
	}
}

// depthwiseParts is into how many parts the lines of a gradient are cut, whoever
// computes them: their sums are added up in one order.
const depthwiseParts = 16

// gradKernel computes dw = β·dw + Σ x·dy.
func (v *depthwise) gradKernel(c *cpu, g *backend.Convolution, n int, x, dy []float32, beta float32, dw []float32) {
	v.g, v.dy = *g, dy
	batch := v.prepare(c.scratch, x, n, g.In, g.Pad, need(&g.Window), g.Channels, g.Channels)
	v.placeCells()
	if beta == 0 {
		clear(dw)
	} else {
		c.kernels.scale(dw, beta)
	}
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		v.take(c, first, m)
		lines := m * g.Out[0] * g.Out[1]
		grain := ceil(lines, depthwiseParts)
		clear(sized(&v.sums, ceil(lines, grain)*len(dw)))
		c.pool.run(job{part: depthwiseGradient, n: lines, grain: grain, kernels: c.kernels, depthwise: v})
		for at := 0; at < len(v.sums); at += len(dw) {
			c.kernels.axpy(v.sums[at:][:len(dw)], dw, 1)
		}
	}
	v.done()
	v.dy = nil
}

// depthwiseGradient adds up what some lines of outputs have for dw.
func depthwiseGradient(j *job, s span) {
	v := j.depthwise
	g := &v.g
	sum := v.sums[s.lo/j.grain*len(v.offsets)*g.Channels:][:len(v.offsets)*g.Channels]
	for line := s.lo; line < s.hi; line++ {
		x := v.line(line)
		dy := v.dy[(v.first*g.Out[0]*g.Out[1]+line)*g.Out[2]*g.Channels:]
		for ox := range g.Out[2] {
			j.kernels.crossCells(v.offsets, x[ox*g.Stride[2]*g.Channels:], dy[ox*g.Channels:][:g.Channels], sum)
		}
	}
}
