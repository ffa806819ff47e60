package cpu

import (
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// poolJob prepares a kernel on windows, whose parts are lines of the output.
func (c *cpu) poolJob(kernel string, part func(*job, span), w backend.Window, n int, in, out backend.Buffer) job {
	backend.Check(kernel, n)
	w.Check(kernel)
	return job{part: part, window: w, n: n * w.Out[0] * w.Out[1], grain: rowGrain(lightGrain, w.Cells()*w.Out[2]*w.Channels),
		a: numbers(kernel, in, n*w.Inputs()*w.Channels), b: numbers(kernel, out, n*w.Outputs()*w.Channels)}
}

// poolGradJob prepares one whose parts are lines of the input. Windows overlap, and
// a window that lies in two parts is looked at in both: the parts are large.
func (c *cpu) poolGradJob(kernel string, part func(*job, span), w backend.Window, n int, in, out backend.Buffer) job {
	j := c.poolJob(kernel, part, w, n, in, out)
	j.n, j.grain = n*w.In[0]*w.In[1], rowGrain(4*lightGrain, w.In[2]*w.Channels)
	return j
}

// runPool computes a job that lists the cells of windows.
func (c *cpu) runPool(j job) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	n := c.pool.workers * j.window.Cells()
	c.cells = slices.Grow(c.cells[:0], n)[:n]
	j.kernels, j.cells = c.kernels, c.cells
	if n := c.pool.workers * j.window.Channels; j.window.Cells() > manyTerms {
		j.e, j.means = sized(&c.rows, n), sized(&c.means, n)
	}
	if j.overlap { // lines of dx in float64, for each worker
		j.means = sized(&c.means, c.pool.workers*j.grain*j.window.In[2]*j.window.Channels)
	}
	c.pool.run(j)
}

func (c *cpu) MaxPool(w backend.Window, n int, x, y backend.Buffer) {
	c.runPool(c.poolJob("MaxPool", maxPool, w, n, x, y))
}

func (c *cpu) AveragePool(w backend.Window, n int, x, y backend.Buffer) {
	c.runPool(c.poolJob("AveragePool", averagePool, w, n, x, y))
}

// overlaps tells whether a cell may lie in so many windows that what it gets of them
// needs more digits than float32 has.
func overlaps(w *backend.Window) bool {
	windows := 1
	for a, size := range w.Size {
		windows *= min(w.Out[a], ceil(size, w.Stride[a]))
	}
	return windows > manyTerms
}

func (c *cpu) MaxPoolGrad(w backend.Window, n int, x, dy, dx backend.Buffer, d backend.Derivative) {
	j := c.poolGradJob("MaxPoolGrad", maxPoolGrad, w, n, x, dy)
	j.c = numbers("MaxPoolGrad", dx, len(j.a))
	j.epilogue = newEpilogue("MaxPoolGrad", backend.Epilogue{Derivative: d}, w.Channels, len(j.c))
	if overlaps(&w) {
		j.part, j.overlap = maxOfManyGrad, true
	} else if inFours(&w) {
		j.part, j.n, j.grain = maxOfFour, n*w.Out[0]*w.Out[1], rowGrain(lightGrain, 4*w.Out[2]*w.Channels)
	}
	c.runPool(j)
}

func (c *cpu) AveragePoolGrad(w backend.Window, n int, dy, dx backend.Buffer) {
	j := c.poolGradJob("AveragePoolGrad", averagePoolGrad, w, n, dx, dy)
	if overlaps(&w) {
		j.part, j.overlap = averageOfManyGrad, true
	}
	c.runPool(j)
}

// lines is a range of lines of the input, all images one after the other.
type lines struct{ lo, hi int }

// windows calls f for the windows of a line of the output, with the place of the
// output, where the cells that lie inside the input begin, channels first, by how
// much they have to be shifted, and which of them, from ≤ k < to, lie in some lines
// of the input.
func (j *job) windows(worker, line int, some lines, f func(out int, cells []int, shift, from, to int)) {
	w := &j.window
	scratch := j.cells[worker*w.Cells():][:w.Cells()]
	oz, oy := line/w.Out[1]%w.Out[0], line%w.Out[1]
	firstLine := line / (w.Out[0] * w.Out[1]) * w.In[0] * w.In[1] // of the image
	var cells []int
	var before [2]int // the cells inside along the line
	shift, from, to := 0, 0, 0
	for ox := range w.Out[2] {
		first, last := inside(w, ox)
		shift += w.Stride[2] * w.Channels
		if now := [2]int{first, last}; ox == 0 || now != before {
			before, shift = now, 0
			cells, from, to = scratch[:0], 0, 0
			for kz := range w.Size[0] {
				z, inZ := w.At(0, oz, kz)
				for ky := range w.Size[1] {
					y, inY := w.At(1, oy, ky)
					if !inZ || !inY {
						continue
					}
					in := firstLine + z*w.In[1] + y
					for kx := first; kx < last; kx++ {
						x, _ := w.At(2, ox, kx)
						cells = append(cells, (in*w.In[2]+x)*w.Channels)
					}
					if in < some.lo {
						from = len(cells)
					}
					if in < some.hi {
						to = len(cells)
					}
				}
			}
		}
		f((line*w.Out[2]+ox)*w.Channels, cells, shift, from, to)
	}
}

// inside returns the cells first ≤ k < last of the window of an output that lie
// inside the input, along the last axis.
func inside(w *backend.Window, out int) (first, last int) {
	start := out*w.Stride[2] - w.Pad[2]
	first, last = ceil(max(0, -start), w.Dilation[2]), ceil(max(0, w.In[2]-start), w.Dilation[2])
	last = min(last, w.Size[2])
	return min(first, last), last
}

func maxPool(j *job, s span) {
	for line := s.lo; line < s.hi; line++ {
		j.windows(s.worker, line, lines{}, func(out int, cells []int, shift, _, _ int) {
			y := j.b[out:][:j.window.Channels]
			if len(cells) == 0 {
				j.kernels.fill(y, float32(math.Inf(-1)))
				return
			}
			j.kernels.maxCells(cells, j.a[shift:], y)
		})
	}
}

func averagePool(j *job, s span) {
	for line := s.lo; line < s.hi; line++ {
		j.windows(s.worker, line, lines{}, func(out int, cells []int, shift, _, _ int) {
			y := j.b[out:][:j.window.Channels]
			switch {
			case len(cells) == 0:
				clear(y)
			case len(cells) > manyTerms:
				j.meanOfMany(s.worker, cells, j.a[shift:], y)
			default:
				j.kernels.meanCells(cells, j.a[shift:], y, float32(len(cells)))
			}
		})
	}
}

// A sum of up to manyTerms numbers is one in float32; of more, those of fewTerms each
// are added in float64: they err by less than fewTerms units in the last place.
const (
	manyTerms = 64
	fewTerms  = 16
)

// meanOfMany is meanCells of so many cells that their sum needs more digits.
func (j *job) meanOfMany(worker int, cells []int, x, y []float32) {
	part, sum := j.e[worker*len(y):][:len(y)], j.means[worker*len(y):][:len(y)]
	clear(sum)
	for few := range slices.Chunk(cells, fewTerms) {
		j.kernels.meanCells(few, x, part, 1)
		j.kernels.columnSums(part, sum)
	}
	for c, v := range sum {
		y[c] = float32(v / float64(len(cells)))
	}
}

// outputLines is the lines of the output of those images that have lines of the
// input in a span.
func outputLines(w *backend.Window, s span) (lo, hi int) {
	in, out := w.In[0]*w.In[1], w.Out[0]*w.Out[1]
	return s.lo / in * out, ceil(s.hi, in) * out
}

func maxPoolGrad(j *job, s span) {
	w := &j.window
	width := w.In[2] * w.Channels
	clear(j.c[s.lo*width : s.hi*width])
	first, last := outputLines(w, s)
	for line := first; line < last; line++ {
		j.windows(s.worker, line, lines{s.lo, s.hi}, func(out int, cells []int, shift, from, to int) {
			if from < to {
				j.kernels.maxCellsGrad(cells, from, to, j.a[shift:], j.b[out:][:w.Channels], j.c[shift:])
			}
		})
	}
	j.epilogue.finish(j.kernels, j.c, s.lo*width, (s.hi-s.lo)*width)
}

// averagePoolGrad computes dx, which is a.
func averagePoolGrad(j *job, s span) {
	w := &j.window
	clear(j.a[s.lo*w.In[2]*w.Channels : s.hi*w.In[2]*w.Channels])
	first, last := outputLines(w, s)
	for line := first; line < last; line++ {
		j.windows(s.worker, line, lines{s.lo, s.hi}, func(out int, cells []int, shift, from, to int) {
			if from < to {
				j.kernels.spreadCells(cells[from:to], j.b[out:][:w.Channels], j.a[shift:], 1/float32(len(cells)))
			}
		})
	}
}

// inFours tells of windows of 2×2 cells with which the input is tiled.
func inFours(w *backend.Window) bool {
	in := [3]int{w.Out[0], 2 * w.Out[1], 2 * w.Out[2]}
	box, touching := [3]int{1, 2, 2}, [3]int{1, 1, 1}
	return w.In == in && w.Size == box && w.Stride == box && w.Dilation == touching && w.Pad == [3]int{}
}

// maxOfFour is maxPoolGrad for such windows, whose parts are lines of the output.
func maxOfFour(j *job, s span) {
	w := &j.window
	for line := s.lo; line < s.hi; line++ {
		j.windows(s.worker, line, lines{}, func(out int, cells []int, shift, _, _ int) {
			x, dx := j.a[shift:], j.c[shift:]
			j.kernels.maxOfFourGrad(j.b[out:][:w.Channels], x[cells[0]:], x[cells[1]:], x[cells[2]:], x[cells[3]:],
				dx[cells[0]:], dx[cells[1]:], dx[cells[2]:], dx[cells[3]:])
		})
		both := 2 * w.In[2] * w.Channels // the two lines of the input that this one sees
		j.epilogue.finish(j.kernels, j.c, line*both, both)
	}
}

// inFloat64 adds up the lines of dx in a span in float64: add is told of each window that
// sees some of them, with its cells and from where they are shifted, and adds to sums,
// which begins at the first line.
func (j *job) inFloat64(s span, dx []float32, add func(sums []float64, out int, cells []int, shift, from, to int)) {
	width := j.window.In[2] * j.window.Channels
	sums := j.means[s.worker*j.grain*width:][:(s.hi-s.lo)*width]
	clear(sums)
	first, last := outputLines(&j.window, s)
	for line := first; line < last; line++ {
		j.windows(s.worker, line, lines{s.lo, s.hi}, func(out int, cells []int, shift, from, to int) {
			if from < to {
				add(sums, out, cells, shift-s.lo*width, from, to)
			}
		})
	}
	for i, v := range sums {
		dx[s.lo*width+i] = float32(v)
	}
}

// averageOfManyGrad is averagePoolGrad of windows that overlap much.
func averageOfManyGrad(j *job, s span) {
	j.inFloat64(s, j.a, func(sums []float64, out int, cells []int, shift, from, to int) {
		share := 1 / float64(len(cells))
		for _, cell := range cells[from:to] {
			for c, v := range j.b[out:][:j.window.Channels] {
				sums[cell+shift+c] += float64(v) * share
			}
		}
	})
}

// maxOfManyGrad is maxPoolGrad of windows that overlap much.
func maxOfManyGrad(j *job, s span) {
	width := j.window.In[2] * j.window.Channels
	j.inFloat64(s, j.c, func(sums []float64, out int, cells []int, shift, from, to int) {
		for c, v := range j.b[out:][:j.window.Channels] {
			if k := j.largestCell(cells, shift+s.lo*width+c); k >= from && k < to {
				sums[cells[k]+shift+c] += float64(v)
			}
		}
	})
	j.epilogue.finish(j.kernels, j.c, s.lo*width, (s.hi-s.lo)*width)
}

// largestCell is the first of the cells, shifted, with the largest number; NaN counts as
// larger than any.
func (j *job) largestCell(cells []int, shift int) int {
	best := 0
	for k, cell := range cells {
		if x, largest := j.a[cell+shift], j.a[cells[best]+shift]; x > largest || x != x && largest == largest {
			best = k
		}
	}
	return best
}
