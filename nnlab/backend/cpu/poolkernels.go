package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// poolJob prepares a kernel whose windows each read what lies below them.
func (c *cpu) poolJob(kernel string, part func(*job, span), w backend.Window, n int, in, out backend.Buffer) job {
	backend.Check(kernel, n)
	w.Check(kernel)
	return job{part: part, window: w, n: n * w.Outputs(), grain: rowGrain(heavyGrain, w.Cells()*w.Channels),
		a: numbers(kernel, in, n*w.Inputs()*w.Channels), b: numbers(kernel, out, n*w.Outputs()*w.Channels)}
}

func (c *cpu) MaxPool(w backend.Window, n int, x, y backend.Buffer) {
	c.run(c.poolJob("MaxPool", maxPool, w, n, x, y))
}

func (c *cpu) AveragePool(w backend.Window, n int, x, y backend.Buffer) {
	c.run(c.poolJob("AveragePool", averagePool, w, n, x, y))
}

func (c *cpu) MaxPoolGrad(w backend.Window, n int, x, dy, dx backend.Buffer) {
	j := c.poolJob("MaxPoolGrad", maxPoolGrad, w, n, x, dy)
	j.c = numbers("MaxPoolGrad", dx, len(j.a))
	j.n, j.grain = n, 1 // windows may overlap, images do not
	c.run(j)
}

func (c *cpu) AveragePoolGrad(w backend.Window, n int, dy, dx backend.Buffer) {
	j := c.poolJob("AveragePoolGrad", averagePoolGrad, w, n, dx, dy)
	j.n, j.grain = n, 1
	c.run(j)
}

// cells calls f with the place of each cell of an output's window that lies
// inside the input, its channels first.
func cells(w *backend.Window, out int, f func(at int)) {
	image, o := out/w.Outputs(), out%w.Outputs()
	ox, oy, oz := o%w.Out[2], o/w.Out[2]%w.Out[1], o/(w.Out[2]*w.Out[1])
	for kz := range w.Size[0] {
		z, inZ := w.At(0, oz, kz)
		for ky := range w.Size[1] {
			y, inY := w.At(1, oy, ky)
			if !inZ || !inY {
				continue
			}
			for kx := range w.Size[2] {
				if x, in := w.At(2, ox, kx); in {
					f((((image*w.In[0]+z)*w.In[1]+y)*w.In[2] + x) * w.Channels)
				}
			}
		}
	}
}

func maxPool(j *job, s span) {
	w := &j.window
	for out := s.lo; out < s.hi; out++ {
		y := j.b[out*w.Channels:][:w.Channels]
		for c := range y {
			y[c] = float32(math.Inf(-1))
		}
		cells(w, out, func(at int) {
			for c, v := range j.a[at:][:len(y)] {
				y[c] = max(y[c], v) // NaN stays NaN
			}
		})
	}
}

// maxPoolGrad goes image by image, and some channels of a window at a time.
func maxPoolGrad(j *job, s span) {
	w := &j.window
	inputs := w.Inputs() * w.Channels
	clear(j.c[s.lo*inputs : s.hi*inputs])
	var largest [64]float32
	var best [64]int
	for out := s.lo * w.Outputs(); out < s.hi*w.Outputs(); out++ {
		for first := 0; first < w.Channels; first += len(best) {
			δ := j.b[out*w.Channels+first:][:min(len(best), w.Channels-first)]
			for c := range δ {
				best[c] = -1
			}
			cells(w, out, func(at int) {
				for c, v := range j.a[at+first:][:len(δ)] {
					if best[c] < 0 || v > largest[c] || v != v && largest[c] == largest[c] {
						best[c], largest[c] = at+first+c, v
					}
				}
			})
			for c, d := range δ {
				if best[c] >= 0 {
					j.c[best[c]] += d
				}
			}
		}
	}
}

func averagePool(j *job, s span) {
	w := &j.window
	for out := s.lo; out < s.hi; out++ {
		y, n := j.b[out*w.Channels:][:w.Channels], 0
		clear(y)
		cells(w, out, func(at int) {
			n++
			for c, v := range j.a[at:][:len(y)] {
				y[c] += v
			}
		})
		for c := range y {
			y[c] /= float32(max(1, n))
		}
	}
}

// averagePoolGrad goes image by image; a is dx.
func averagePoolGrad(j *job, s span) {
	w := &j.window
	inputs := w.Inputs() * w.Channels
	clear(j.a[s.lo*inputs : s.hi*inputs])
	for out := s.lo * w.Outputs(); out < s.hi*w.Outputs(); out++ {
		δ, n := j.b[out*w.Channels:][:w.Channels], 0
		cells(w, out, func(int) { n++ })
		share := 1 / float32(max(1, n))
		cells(w, out, func(at int) {
			for c, d := range δ {
				j.a[at+c] += share * d
			}
		})
	}
}
