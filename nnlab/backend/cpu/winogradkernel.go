package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// gradKernel computes dw = β·dw + Gᵀ·S·G, S the sum over the squares of Uᵀ·D.
func (v *winograd) gradKernel(c *cpu, g *backend.Convolution, n int, x, dy []float32, beta float32, dw []float32) {
	v.g, v.w, v.beta = *g, dw, beta
	v.prepare(c)
	batch := v.x.prepare(c.scratch, x, n, g.In, g.Pad, [3]int{1, 4*v.down + 2, 4*v.across + 2}, g.Channels, g.Channels)
	batch = min(batch, v.dy.prepare(c.scratch, dy, n, g.Out, [3]int{}, [3]int{1, 4 * v.down, 4 * v.across}, g.Filters, g.Filters))
	v.squares = min(v.squares, batch*v.down*v.across)
	for v.from = 0; v.from < g.Filters; v.from += v.filters {
		sized(&v.v, 36*v.distV(), c.scratch*5/2)
		v.again = false
		for first := 0; first < n; first += batch {
			volumes := min(batch, n-first)
			v.x.take(c, first, volumes)
			v.dy.take(c, first, volumes)
			v.each(volumes, func() {
				sized(&v.u, 36*v.distU(), c.scratch)
				sized(&v.m, 36*v.distM(), c.scratch)
				c.pool.run(job{part: transformInputs, n: v.count, grain: 4, winograd: v})
				c.pool.run(job{part: transformErrors, n: v.count, grain: 4, winograd: v})
				c.pool.run(job{part: sumSquaresOfKernel, n: 36 * v.blocks() * ceil(g.Channels, winogradChannels), grain: 1, winograd: v})
				v.again = true
			})
		}
		c.pool.run(job{part: transformKernelGradient, n: g.Channels, grain: rowGrain(heavyGrain, v.filters), winograd: v})
	}
	v.x.done()
	v.dy.done()
	v.w = nil
}

// transformErrors makes D, for some squares.
func transformErrors(j *job, s span) {
	v := j.winograd
	all := v.g.Filters
	row := v.dy.size[2] * all
	for t := s.lo; t < s.hi; t++ {
		volume, y, x := v.place(t)
		from := v.dy.values[volume*v.dy.volume()+y*row+x*all+v.from:]
		for b := range v.blocks() {
			first, width := v.blockOf(b)
			v.kernels.error(v.m[first*v.squares+t*width:], from[first:], 6*v.distM(), v.distM(), row, all, width)
		}
	}
}

// sumSquaresOfKernel adds Uᵀ·D to S, for one of the 36, a block of filters and one
// of channels.
func sumSquaresOfKernel(j *job, s span) {
	v := j.winograd
	t := &v.products.desks[s.worker].tile
	channels := v.g.Channels
	for item := s.lo; item < s.hi; item++ {
		e, ch, b := item%36, item/36%ceil(channels, winogradChannels)*winogradChannels, item/36/ceil(channels, winogradChannels)
		first, width := v.blockOf(b)
		rows := min(winogradChannels, channels-ch)
		u, d, sum := v.u[e*v.distU()+ch*v.squares:], v.m[e*v.distM()+first*v.squares:], v.v[e*v.distV()+first*channels+ch*width:]
		for col := 0; col < width; col += v.kernels.width() {
			*t = tile{offsets: whole, rowA: 1, stepA: rows, b: d[col:], stepB: width, rowC: width,
				depth: v.count, cols: min(v.kernels.width(), width-col), add: v.again}
			v.kernels.rowsOf(t, rows, u, sum[col:])
		}
	}
}

// transformKernelGradient makes dw of S, for some channels.
func transformKernelGradient(j *job, s span) {
	v := j.winograd
	channels, all := v.g.Channels, v.g.Filters
	square := v.desks[s.worker].square
	for b := range v.blocks() {
		first, width := v.blockOf(b)
		for ch := s.lo; ch < s.hi; ch++ {
			from, to := v.v[first*channels+ch*width:], v.w[ch*all+v.from+first:]
			if v.beta == 0 {
				v.kernels.kernelGradient(to, from, 3*channels*all, channels*all, 6*v.distV(), v.distV(), width)
				continue
			}
			v.kernels.kernelGradient(square, from, 3*width, width, 6*v.distV(), v.distV(), width)
			for cell := range 9 {
				dw := to[cell*channels*all:][:width]
				scale(dw, v.beta)
				v.kernels.axpy(square[cell*width:][:width], dw, 1)
			}
		}
	}
}
