package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// slide computes a convolution y = f(w ∗ x + bias) without writing its windows
// out. Neighbours in a line of the output are the rows of a tile: their windows
// stand a stride apart, and a window is some runs of memory (one for each line
// that it sees, when cells touch), whose places are the tile's offsets. dx is one
// convolution of dy with stride 1 for each class of inputs, see [class].
//
// The weights are packed into panels of filters. The inner dimension is cut into
// slices, as in a product, and a worker computes some lines of the output for some
// panels, panel by panel and slice by slice.
type slide struct {
	volumes
	g        backend.Convolution // as it is computed; for dx, see class
	w        []float32
	turned   bool           // w is to be read turned around and transposed, for dx
	class    class          // of the inputs whose dx is computed
	whole    backend.Window // of the convolution whose dx it is
	origin   [3]int         // of the first window in a volume
	lattice  lattice        // where the outputs stand in y
	y        []float32
	epilogue epilogue
	panels   []panel
	slices   []slice
	offsets  []int
	late     bool      // a worker packs a slice of a panel when it comes to it
	weights  []float32 // memory for packed
	packed   []float32 // the weights, panel after panel, unless late
	ranges   int       // into how many the lines of the output are cut
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

// lattice is the positions of volumes of so many along each axis that are first, then
// a step apart.
type lattice struct{ size, first, step [3]int }

// at returns where the line of these positions through (z, y) begins in a volume, in
// positions.
func (l *lattice) at(volume, z, y int) int {
	return ((volume*l.size[0]+l.first[0]+z*l.step[0])*l.size[1]+l.first[1]+y*l.step[1])*l.size[2] + l.first[2]
}

// forward computes y from x.
func (v *slide) forward(c *cpu, g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	v.begin(c, w, y, e)
	v.g, v.turned, v.origin, v.lattice = *g, false, [3]int{}, lattice{size: g.Out, step: [3]int{1, 1, 1}}
	batch := v.prepare(c.scratch, x, n, g.In, g.Pad, need(&g.Window), g.Channels, g.Channels)
	v.cut()
	packed, made := c.held.keep(w, form{kind: filterPanels, sizes: [4]int{g.Groups, g.Filters, g.Depth()}}, v.room())
	// With few outputs it takes longer to pack all weights than to use them.
	v.late = packed == nil && batch == n && n*g.Outputs() <= lateOutputs && len(v.panels) >= c.pool.workers
	switch {
	case made:
		v.packed = packed
	case !v.late:
		v.pack(c, packed)
	}
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		v.take(c, first, m)
		v.compute(c, m, n)
	}
	v.end()
}

func (v *slide) begin(c *cpu, w, y []float32, e epilogue) {
	v.w, v.y, v.epilogue, v.kernels, v.products = w, y, e, c.kernels, &c.product
}

// end lets go of the operands.
func (v *slide) end() {
	v.done()
	v.w, v.y, v.packed, v.epilogue = nil, nil, nil, epilogue{}
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

// compute computes the outputs of the m volumes that have been taken, of n.
func (v *slide) compute(c *cpu, m, n int) {
	g := &v.g
	shared := n*g.Outputs()*g.Depth()*g.Filters >= sharedWork
	lines := m * g.Out[0] * g.Out[1]
	if v.late {
		v.ranges, v.split = 1, 1
	} else {
		v.share(lines, c.pool.workers, shared)
	}
	parts := v.ranges * ceil(len(v.panels), v.split)
	grain := parts
	if shared {
		grain = 1
	}
	c.pool.run(job{part: slideLines, n: parts, grain: grain, slide: v, rows: lines})
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

// room is how many numbers the packed weights are.
func (v *slide) room() int {
	last := v.panels[len(v.panels)-1]
	return last.at + last.width*v.g.Depth()
}

// pack packs the weights to where they are kept, or in memory for one call.
func (v *slide) pack(c *cpu, kept []float32) {
	if v.packed = kept; kept == nil {
		v.packed = sized(&v.weights, v.room())
	}
	last := v.panels[len(v.panels)-1]
	c.pool.run(job{part: packWeights, n: len(v.panels), grain: rowGrain(lightGrain, last.width*v.g.Depth()), slide: v})
}

func packWeights(j *job, s span) {
	v := j.slide
	g := &v.g
	channels, filters := g.Channels/g.Groups, g.Filters/g.Groups
	for _, p := range v.panels[s.lo:s.hi] {
		to := v.packed[p.at:]
		if !v.turned {
			v.kernels.packCopy(to, p.width, p.cols, v.w[p.group*filters+p.filter:], g.Filters, g.Depth())
			continue
		}
		// w is [cells × filters × Groups·channels], in the words of the turned convolution.
		for cell := range g.Cells() {
			from := v.w[(v.class.weights(&v.whole, cell)*filters+p.filter)*g.Channels+p.group*channels:]
			v.kernels.packTransposed(to[(g.Cells()-1-cell)*channels*p.width:], p.width, p.cols, from, g.Channels, channels)
		}
	}
}

// share cuts the work into parts that are large enough to use what they have packed
// and read, and small enough that there are some for each worker.
func (v *slide) share(lines, workers int, shared bool) {
	const outputs = 128
	v.ranges, v.split = ceil(lines, ceil(outputs, v.g.Out[2])), len(v.panels)
	if !shared {
		return
	}
	for v.ranges*ceil(len(v.panels), v.split) < 4*workers && (v.split > 1 || v.ranges < lines) {
		if v.split > 1 {
			v.split = ceil(v.split, 2)
		} else {
			v.ranges = min(lines, 2*v.ranges)
		}
	}
	v.ranges = min(lines, roundUp(v.ranges, workers)) // so that all end together
}

// slideLines computes parts: ranges of the output's lines for some panels.
func slideLines(j *job, s span) {
	v := j.slide
	across := ceil(len(v.panels), v.split)
	for part := s.lo; part < s.hi; part++ {
		i, first := part/across, part%across*v.split
		from, to := i*j.rows/v.ranges, (i+1)*j.rows/v.ranges
		for _, p := range v.panels[first:min(len(v.panels), first+v.split)] {
			for i := range v.slices {
				v.add(v.products.desks[s.worker], &p, i, from, to)
			}
			v.finish(&p, from, to)
		}
	}
}

// place returns where a line of outputs stands: its volume, of those at hand, and its
// place along the other axes.
func (v *slide) place(line int) (volume, z, y int) {
	g := &v.g
	return line / (g.Out[1] * g.Out[0]), line / g.Out[1] % g.Out[0], line % g.Out[1]
}

// add adds a slice to the lines of the output, for a panel.
func (v *slide) add(d *desk, p *panel, i, from, to int) {
	g, sl, t := &v.g, &v.slices[i], &d.tile
	last := i == len(v.slices)-1
	*t = tile{offsets: sl.offsets, rowA: g.Stride[2] * g.Channels, stepA: 1, stepB: p.width,
		rowC: v.lattice.step[2] * v.epilogue.stride, depth: sl.depth, cols: p.cols, add: i > 0}
	filter := p.group*(g.Filters/g.Groups) + p.filter
	if v.late {
		rows := sl.depth * len(sl.offsets)
		t.b = sized(&d.slice, rows*p.width)
		v.kernels.packCopy(t.b, p.width, p.cols, v.w[sl.row*g.Filters+filter:], g.Filters, rows)
	} else {
		t.b = v.packed[p.at+sl.row*p.width:]
	}
	for line := from; line < to; line++ {
		volume, z, y := v.place(line)
		window := ((v.origin[0]+z*g.Stride[0])*v.size[1]+v.origin[1]+y*g.Stride[1])*v.size[2] + v.origin[2]
		a := v.values[volume*v.volume()+window*g.Channels+p.group*(g.Channels/g.Groups):]
		row := v.lattice.at(v.first+volume, z, y)
		c := v.y[row*v.epilogue.stride+filter:]
		if last {
			v.epilogue.within(v.kernels, t, row, v.lattice.step[2], filter, p.cols)
		}
		v.kernels.rowsOf(t, g.Out[2], a, c)
	}
}

// finish does what the tiles have left to do with lines of the output.
func (v *slide) finish(p *panel, from, to int) {
	rest := v.epilogue.behind(v.kernels)
	if !rest.pending() {
		return
	}
	g := &v.g
	filter, cols := p.group*(g.Filters/g.Groups)+p.filter, p.cols
	step := v.lattice.step[2]
	for line := from; line < to; line++ {
		volume, z, y := v.place(line)
		at := v.lattice.at(v.first+volume, z, y)
		if rest.scale == nil && step*rest.stride == cols { // a line is one piece of memory
			rest.finish(v.kernels, v.y, at*rest.stride, g.Out[2]*cols)
			continue
		}
		for pixel := range g.Out[2] {
			rest.finishRow(v.kernels, v.y, at+pixel*step, filter, cols)
		}
	}
}
