package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// slide computes a convolution y = f(w ∗ x + bias) without writing its windows
// out. Neighbours in a line of the output are the rows of a tile: their windows
// stand a stride apart, and a window is some runs of memory (one for each line
// that it sees, when cells touch), whose places are the tile's offsets.
//
// The weights are packed into panels of filters. The inner dimension is cut into
// slices, as in a product, and a worker computes some lines of the output for some
// panels, panel by panel and slice by slice.
type slide struct {
	volumes
	g        backend.Convolution // as it is computed: that of dx has In and Out exchanged
	w        []float32
	turned   bool // w is to be read turned around and transposed, for dx
	y        []float32
	epilogue epilogue
	panels   []panel
	slices   []slice
	offsets  []int
	late     bool      // a worker packs a slice of a panel when it comes to it
	weights  []float32 // packed, panel after panel, unless late
	lines    int       // of the output in a part of the work
	split    int       // panels in a part
	kernels  *kernels
	products *product
}

// panel is some filters of a group, as many as a tile has columns.
type panel struct {
	group, filter int // the first one, counted in its group
	cols, width   int
	at            int // where its weights are packed
}

// panels appends the panels of a convolution's filters to p, each with room for depth
// rows.
func (k *kernels) panels(p []panel, g *backend.Convolution, depth int) []panel {
	filters, at := g.Filters/g.Groups, 0
	for group := range g.Groups {
		for filter := 0; filter < filters; filter += k.width() {
			cols := min(k.width(), filters-filter)
			width := roundUp(cols, k.lanes)
			p = append(p, panel{group, filter, cols, width, at})
			at += width * depth
		}
	}
	return p
}

// slice is a part of the inner dimension.
type slice struct {
	offsets []int
	depth   int // of each of these segments
	row     int // of the weights, for the first of them
}

const (
	convSlice   = 384 // about how deep a slice is: a panel of 64 filters takes 96 KB
	lateOutputs = 512
)

// slides tells whether dx is a convolution of dy.
func slides(g *backend.Convolution) bool {
	for a := range 3 {
		if g.Stride[a] != 1 || g.Pad[a] > (g.Size[a]-1)*g.Dilation[a] {
			return false
		}
	}
	return true
}

// forward computes y from x.
func (v *slide) forward(c *cpu, g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	v.g, v.w, v.turned, v.y, v.epilogue = *g, w, false, y, e
	v.compute(c, n, x)
}

// backward computes dx from dy: each input lies under the windows around it.
func (v *slide) backward(c *cpu, g *backend.Convolution, n int, dy, w, dx []float32, e epilogue) {
	v.g, v.w, v.turned, v.y, v.epilogue = turnedAround(g), w, true, dx, e
	v.compute(c, n, dy)
}

// turnedAround is the convolution that computes dx from dy.
func turnedAround(g *backend.Convolution) backend.Convolution {
	t := *g
	t.In, t.Out, t.Channels, t.Filters = g.Out, g.In, g.Filters, g.Channels
	for a := range 3 {
		t.Pad[a] = (g.Size[a]-1)*g.Dilation[a] - g.Pad[a]
	}
	return t
}

func (v *slide) compute(c *cpu, n int, x []float32) {
	g := &v.g
	v.kernels, v.products = c.kernels, &c.product
	batch := v.prepare(c.scratch, x, n, g.In, g.Pad, need(&g.Window), g.Channels, g.Channels)
	v.cut()
	shared := n*g.Outputs()*g.Depth()*g.Filters >= sharedWork
	// With few outputs it takes longer to pack all weights than to use them.
	v.late = !v.turned && batch == n && n*g.Outputs() <= lateOutputs && len(v.panels) >= c.pool.workers
	if !v.late {
		v.pack(c)
	}
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		v.take(c, first, m)
		lines := m * g.Out[0] * g.Out[1]
		if v.late {
			v.lines, v.split = lines, 1
		} else {
			v.share(lines, c.pool.workers, shared)
		}
		parts := ceil(lines, v.lines) * ceil(len(v.panels), v.split)
		grain := parts
		if shared {
			grain = 1
		}
		c.pool.run(job{part: slideLines, n: parts, grain: grain, slide: v, rows: lines})
	}
	v.done()
	v.w, v.y, v.epilogue = nil, nil, epilogue{}
}

// cut makes the panels and the slices.
func (v *slide) cut() {
	g := &v.g
	channels := g.Channels / g.Groups
	v.panels, v.slices, v.offsets = v.kernels.panels(v.panels[:0], g, g.Depth()), v.slices[:0], v.offsets[:0]
	run, cells := channels, g.Size[2] // a run of memory, and how many there are in a line of the window
	if g.Groups == 1 && g.Dilation[2] == 1 {
		run, cells = channels*g.Size[2], 1
	}
	pieces := ceil(run, convSlice) // of a run
	for kz := range g.Size[0] {
		for ky := range g.Size[1] {
			for kx := range cells {
				start := ((kz*g.Dilation[0]*v.size[1]+ky*g.Dilation[1])*v.size[2] + kx*g.Dilation[2]) * g.Channels
				for p := range pieces {
					v.offsets = append(v.offsets, start+p*run/pieces)
				}
			}
		}
	}
	together := max(1, convSlice/run) // runs in a slice
	for i, row := 0, 0; i < len(v.offsets); {
		k, depth := min(together, len(v.offsets)-i), run
		if pieces > 1 {
			p := i % pieces
			k, depth = 1, (p+1)*run/pieces-p*run/pieces
		}
		v.slices = append(v.slices, slice{v.offsets[i : i+k], depth, row})
		i, row = i+k, row+k*depth
	}
}

// pack packs the weights.
func (v *slide) pack(c *cpu) {
	last := v.panels[len(v.panels)-1]
	sized(&v.weights, last.at+last.width*v.g.Depth())
	c.pool.run(job{part: packWeights, n: len(v.panels), grain: rowGrain(lightGrain, last.width*v.g.Depth()), slide: v})
}

func packWeights(j *job, s span) {
	v := j.slide
	g := &v.g
	channels, filters := g.Channels/g.Groups, g.Filters/g.Groups
	for _, p := range v.panels[s.lo:s.hi] {
		to := v.weights[p.at:]
		if !v.turned {
			v.kernels.packCopy(to, p.width, p.cols, v.w[p.group*filters+p.filter:], g.Filters, g.Depth())
			continue
		}
		// w is [cells × filters × Groups·channels], in the words of the turned convolution.
		for cell := range g.Cells() {
			from := v.w[(cell*filters+p.filter)*g.Channels+p.group*channels:]
			v.kernels.packTransposed(to[(g.Cells()-1-cell)*channels*p.width:], p.width, p.cols, from, g.Channels, channels)
		}
	}
}

// share makes parts of the work that are large enough to use what they have packed
// and read, and small enough that there are some for each worker.
func (v *slide) share(lines, workers int, shared bool) {
	const outputs = 128
	v.lines, v.split = min(lines, ceil(outputs, v.g.Out[2])), len(v.panels)
	for shared && ceil(lines, v.lines)*ceil(len(v.panels), v.split) < 4*workers && (v.split > 1 || v.lines > 1) {
		if v.split > 1 {
			v.split = ceil(v.split, 2)
		} else {
			v.lines = ceil(v.lines, 2)
		}
	}
}

// slideLines computes parts: lines of the output for some panels.
func slideLines(j *job, s span) {
	v := j.slide
	across := ceil(len(v.panels), v.split)
	for part := s.lo; part < s.hi; part++ {
		from, first := part/across*v.lines, part%across*v.split
		to := min(j.rows, from+v.lines)
		for _, p := range v.panels[first:min(len(v.panels), first+v.split)] {
			for i := range v.slices {
				v.add(v.products.desks[s.worker], &p, i, from, to)
			}
			v.finish(&p, from, to)
		}
	}
}

// add adds a slice to the lines of the output, for a panel.
func (v *slide) add(d *desk, p *panel, i, from, to int) {
	g, sl, t := &v.g, &v.slices[i], &d.tile
	last := i == len(v.slices)-1
	*t = tile{offsets: sl.offsets, rowA: g.Stride[2] * g.Channels, stepA: 1, stepB: p.width,
		rowC: g.Filters, depth: sl.depth, cols: p.cols, add: i > 0, relu: last && v.epilogue.relu()}
	filter := p.group*(g.Filters/g.Groups) + p.filter
	if v.late {
		rows := sl.depth * len(sl.offsets)
		t.b = sized(&d.slice, rows*p.width)
		v.kernels.packCopy(t.b, p.width, p.cols, v.w[sl.row*g.Filters+filter:], g.Filters, rows)
	} else {
		t.b = v.weights[p.at+sl.row*p.width:]
	}
	if last {
		t.bias = v.epilogue.biasOf(filter, p.cols)
	}
	for line := from; line < to; line++ {
		volume, oz, oy := line/(g.Out[1]*g.Out[0]), line/g.Out[1]%g.Out[0], line%g.Out[1]
		a := v.values[volume*v.volume()+(oz*g.Stride[0]*v.size[1]+oy*g.Stride[1])*v.size[2]*g.Channels+p.group*(g.Channels/g.Groups):]
		c := v.y[(v.first*g.Out[0]*g.Out[1]+line)*g.Out[2]*g.Filters+filter:]
		v.kernels.rowsOf(t, g.Out[2], a, c)
	}
}

// finish does what the tiles have left to do with lines of the output.
func (v *slide) finish(p *panel, from, to int) {
	if !v.epilogue.pending() {
		return
	}
	g := &v.g
	filter, cols := p.group*(g.Filters/g.Groups)+p.filter, p.cols
	pixels, step := (to-from)*g.Out[2], 1
	if cols == g.Filters { // a line is one piece of memory
		cols, step = g.Out[2]*g.Filters, g.Out[2]
	}
	for pixel := 0; pixel < pixels; pixel += step {
		v.epilogue.finish(v.kernels, v.y, (v.first*g.Outputs()+from*g.Out[2]+pixel)*g.Filters+filter, cols)
	}
}
