package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// class is the inputs that the same cells of windows see, none or some: along each
// axis they stand a stride apart. So there are as many classes as a stride has inputs,
// and the dx of each is a convolution of dy with stride 1, with its own cells of the
// weights, turned around.
type class [3]residue

// residue is a class along an axis. An input i of it has i + padding = q·stride + r
// with the same r; output o sees it through cell k if q = o + (k·dilation − r)/stride.
type residue struct {
	first, count     int // the inputs first, first + stride, …
	cell, step, size int // the cells that see them: cell, cell + step, …
	dilation, pad    int // of the convolution of dy; a negative pad leaves outputs out
}

// residueOf returns the class with the given r along an axis of a window.
func residueOf(w *backend.Window, axis, r int) (c residue) {
	stride, dilation, pad := w.Stride[axis], w.Dilation[axis], w.Pad[axis]
	common := gcd(stride, dilation)
	c.step, c.dilation = stride/common, dilation/common
	for c.cell < w.Size[axis] && c.cell*dilation%stride != r {
		c.cell++
	}
	c.size = ceil(w.Size[axis]-c.cell, c.step)
	q := ceil(max(0, pad-r), stride)
	c.first = q*stride + r - pad
	c.count = max(0, ceil(w.In[axis]-c.first, stride))
	c.pad = (c.cell*dilation-r)/stride + (c.size-1)*c.dilation - q
	return c
}

// gcd is the greatest common divisor.
func gcd(x, y int) int {
	for y != 0 {
		x, y = y, x%y
	}
	return x
}

// seen tells whether a class has inputs and cells that see them.
func (c *residue) seen() bool { return c.count > 0 && c.size > 0 }

// classOf returns class i of the inputs under a window.
func classOf(w *backend.Window, i int) (c class) {
	for a := 2; a >= 0; a-- {
		c[a] = residueOf(w, a, i%w.Stride[a])
		i /= w.Stride[a]
	}
	return c
}

// seen tells whether the class has inputs and cells that see them.
func (c *class) seen() bool {
	return c[0].seen() && c[1].seen() && c[2].seen()
}

// weights returns which cell of a window w is a cell of the class's own, of which
// there are size along each axis.
func (c *class) weights(w *backend.Window, cell int) int {
	z, y, x := cell/(c[1].size*c[2].size), cell/c[2].size%c[1].size, cell%c[2].size
	return ((c[0].cell+z*c[0].step)*w.Size[1]+c[1].cell+y*c[1].step)*w.Size[2] + c[2].cell + x*c[2].step
}

// backward computes dx from dy.
func (v *slide) backward(c *cpu, g *backend.Convolution, n int, dy, w, dx []float32, e epilogue) {
	v.begin(c, w, dx, e)
	v.whole, v.turned, v.late = g.Window, true, false
	pad, size := reach(&g.Window)
	batch := v.prepare(c.scratch, dy, n, g.Out, pad, size, g.Filters, g.Filters)
	classes := g.Stride[0] * g.Stride[1] * g.Stride[2]
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		v.take(c, first, m)
		for i := range classes {
			if classes > 1 || first == 0 {
				v.choose(c, g, i, pad)
			}
			switch lines := m * v.g.Out[0] * v.g.Out[1]; {
			case v.class.seen():
				v.compute(c, m, n)
			case lines*v.g.Out[2] > 0:
				c.pool.run(job{part: clearInputs, n: lines, grain: rowGrain(lightGrain, v.g.Out[2]*v.g.Filters), slide: v})
			}
		}
	}
	v.end()
}

// reach is how much padding all classes of inputs need in front of dy, and how far
// they reach from there.
func reach(w *backend.Window) (pad, size [3]int) {
	for a := range 3 {
		front, back := math.MinInt, 0
		for r := range w.Stride[a] {
			if c := residueOf(w, a, r); c.seen() {
				front = max(front, c.pad)
				back = max(back, c.count+(c.size-1)*c.dilation-c.pad)
			}
		}
		if front > math.MinInt {
			pad[a], size[a] = front, front+back
		} else {
			size[a] = 1
		}
	}
	return pad, size
}

// choose makes the convolution that computes dx of class i. dy has so much padding.
func (v *slide) choose(c *cpu, g *backend.Convolution, i int, pad [3]int) {
	v.class, v.g = classOf(&g.Window, i), *g
	v.g.Channels, v.g.Filters, v.lattice.size = g.Filters, g.Channels, g.In
	for a, r := range v.class {
		v.g.In[a], v.g.Out[a], v.g.Size[a], v.g.Dilation[a], v.g.Stride[a] = g.Out[a], r.count, r.size, r.dilation, 1
		v.origin[a] = pad[a] - r.pad
		v.lattice.first[a], v.lattice.step[a] = r.first, g.Stride[a]
	}
	if v.class.seen() {
		v.cut()
		v.pack(c, nil)
	}
}

// clearInputs makes dx of inputs that no window sees.
func clearInputs(j *job, s span) {
	v := j.slide
	g := &v.g
	for line := s.lo; line < s.hi; line++ {
		volume, z, y := v.place(line)
		at := v.lattice.at(v.first+volume, z, y) * g.Filters
		for range g.Out[2] {
			clear(v.y[at:][:g.Filters])
			v.epilogue.finish(v.kernels, v.y, at, g.Filters)
			at += v.lattice.step[2] * g.Filters
		}
	}
}
