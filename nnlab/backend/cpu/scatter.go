package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// scatter computes dx where a weight is infinite or NaN, which must not meet the
// zeros around dy, and where every channel has a filter of its own whose windows lie
// more than one input apart: dP = dy·wᵀ is written out for some volumes at a time, and
// each input sums its places in it. The groups are computed one after the other.
type scatter struct {
	g                     backend.Convolution
	group                 int
	first                 int // the volume that patches begin with
	dx                    []float32
	epilogue              epilogue
	patches, weights, out []float32 // scratch
}

func (v *scatter) gradInput(c *cpu, g *backend.Convolution, n int, dy, w, dx []float32, e epilogue) {
	v.g, v.dx, v.epilogue = *g, dx, e
	depth, filters, outputs := g.Depth(), g.Filters/g.Groups, g.Outputs()
	lines := g.In[0] * g.In[1]
	volumes := max(1, c.scratch/2/(outputs*depth)) // whole ones, so that a line of dx is summed at once
	for v.group = range g.Groups {
		weights := v.columns(&v.weights, w, depth)
		for v.first = 0; v.first < n; v.first += volumes {
			count := min(volumes, n-v.first)
			δ := v.columns(&v.out, dy[v.first*outputs*g.Filters:], count*outputs)
			c.multiply(backend.NT, count*outputs, depth, filters, δ, weights, 0, sized(&v.patches, count*outputs*depth), epilogue{})
			c.pool.run(job{part: sumPatches, n: count * lines, kernels: c.kernels, scatter: v, grain: rowGrain(lightGrain, g.In[2]*g.Channels)})
		}
	}
	v.dx, v.epilogue = nil, epilogue{}
}

// columns returns the group's columns of a matrix of rows×Filters.
func (v *scatter) columns(scratch *[]float32, x []float32, rows int) []float32 {
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

// sumPatches adds up what the windows that saw a line of the input have for it,
// line after line.
func sumPatches(j *job, s span) {
	v := j.scatter
	g, depth := &v.g, v.g.Depth()
	channels := g.Channels / g.Groups
	for l := s.lo; l < s.hi; l++ {
		volume, z, y := l/(g.In[0]*g.In[1]), l/g.In[1]%g.In[0], l%g.In[1]
		at, width := (((v.first+volume)*g.In[0]+z)*g.In[1]+y)*g.In[2]*g.Channels, g.In[2]*g.Channels
		line := v.dx[at:][:width]
		if v.group == 0 {
			clear(line)
		}
		for kz := range g.Size[0] {
			oz, seesZ := v.seenBy(0, z, kz)
			for ky := range g.Size[1] {
				oy, seesY := v.seenBy(1, y, ky)
				if !seesZ || !seesY {
					continue
				}
				for ox := range g.Out[2] {
					patch := v.patches[(((volume*g.Out[0]+oz)*g.Out[1]+oy)*g.Out[2]+ox)*depth:][:depth]
					row := patch[(kz*g.Size[1]+ky)*g.Size[2]*channels:][:g.Size[2]*channels]
					x := ox*g.Stride[2] - g.Pad[2]
					if g.Groups == 1 && g.Dilation[2] == 1 && x >= 0 && x+g.Size[2] <= g.In[2] {
						j.kernels.axpy(row, line[x*channels:][:len(row)], 1)
						continue
					}
					for kx := range g.Size[2] {
						if x, in := g.At(2, ox, kx); in {
							j.kernels.axpy(row[kx*channels:][:channels], line[x*g.Channels+v.group*channels:][:channels], 1)
						}
					}
				}
			}
		}
		if v.group == g.Groups-1 {
			v.epilogue.finish(j.kernels, v.dx, at, width)
		}
	}
}

// seenBy returns the output whose window sees input position in through a cell,
// along an axis, and whether there is one.
func (v *scatter) seenBy(axis, in, cell int) (out int, ok bool) {
	g := &v.g
	at := in + g.Pad[axis] - cell*g.Dilation[axis]
	out = at / g.Stride[axis]
	return out, at >= 0 && at%g.Stride[axis] == 0 && out < g.Out[axis]
}
