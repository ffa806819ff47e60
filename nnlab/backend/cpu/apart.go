package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// apart tells whether windows are single cells that lie a stride apart, as on the way around of a
// residual block that halves the size. What they see is copied, some volumes at a time, and is then
// what [pointwise] asks for: a product whose rows stand side by side, of which zeros are left out.
// Where it stands rows are far from each other, and each cache line between them is for nothing.
func apart(g *backend.Convolution) bool {
	size := need(&g.Window)
	inside := g.Pad == [3]int{} && size[0] <= g.In[0] && size[1] <= g.In[1] && size[2] <= g.In[2]
	return g.Groups == 1 && g.Cells() == 1 && inside && !pointwise(g)
}

// gathered computes f with the inputs of each of some volumes that the windows see, side by side:
// the volumes from first on, n of them.
func (c *cpu) gathered(g *backend.Convolution, n int, x []float32, f func(seen []float32, first, n int)) {
	of := g.Outputs() * g.Channels
	batch := min(n, max(1, c.scratch/of))
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		seen := sized(&c.conv.seen, m*of, batch*of)
		c.pool.run(job{part: gatherLines, n: m * g.Out[0] * g.Out[1], grain: rowGrain(lightGrain, g.Out[2]*g.Channels), window: g.Window, rows: first, a: x, e: seen})
		f(seen, first, m)
	}
}

// gatherLines copies lines of what windows of one cell see.
func gatherLines(j *job, s span) {
	w := &j.window
	places, step := lattice{size: w.In, step: w.Stride}, w.Stride[2]*w.Channels
	for i := s.lo; i < s.hi; i++ {
		from := j.a[places.at(j.rows+i/(w.Out[0]*w.Out[1]), i/w.Out[1]%w.Out[0], i%w.Out[1])*w.Channels:]
		to := j.e[i*w.Out[2]*w.Channels:][:w.Out[2]*w.Channels]
		for at := 0; at < w.Out[2]; at++ {
			copy(to[at*w.Channels:][:w.Channels], from[at*step:])
		}
	}
}
