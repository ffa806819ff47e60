package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// sparseInput computes dx from the δ that are not 0. A worker lists those of some
// lines of outputs, and with the lists computes the lines of dx that see no others.
type sparseInput struct {
	g        backend.Convolution
	dy, w    []float32
	dx       []float32
	epilogue epilogue
	strips   []strip
	weights  []float32 // [row of a window][filter][run]
	lines    int       // of dx in a part
	rows     int       // of outputs that are listed for it, at most
	desks    []inputDesk
	kernels  *kernels
}

// inputDesk is what a worker needs.
type inputDesk struct {
	tile   tile
	values []float32 // of the outputs' lines, line after line
	places []int32   // in weights
	counts []int32   // of each output
	starts []int     // of each line's list
	lines  []float32 // of dx with the padding
}

const (
	inputList  = 1 << 16 // about how many δ a worker looks at, at a time
	inputLines = 4       // that stay in a cache while the windows' rows pass by
)

func (v *sparseInput) compute(c *cpu, g *backend.Convolution, n int, dy, w, dx []float32, e epilogue) {
	v.g, v.dy, v.w, v.dx, v.epilogue, v.kernels = *g, dy, w, dx, e, c.kernels
	run := g.Size[2] * g.Channels
	v.strips = cutStrips(v.strips[:0], run)
	sized(&v.weights, g.Size[1]*g.Filters*run)
	sized(&v.desks, c.pool.workers)
	c.pool.run(job{part: turnWindowRows, n: g.Size[1], grain: 1, sparse: v})
	listed := max(1, inputList/(g.Out[2]*g.Filters))
	v.lines = min(g.In[1], max(inputLines, listed*g.Stride[1]))
	v.rows = min(g.Out[1], (v.lines+(g.Size[1]-1)*g.Dilation[1])/g.Stride[1]+1)
	c.pool.run(job{part: inputParts, n: n * ceil(g.In[1], v.lines), grain: 1, sparse: v})
	v.dy, v.w, v.dx, v.epilogue = nil, nil, nil, epilogue{}
}

// turnWindowRows puts the weights of a filter in a window's row side by side.
func turnWindowRows(j *job, s span) {
	v := j.sparse
	f, run := v.g.Filters, v.g.Size[2]*v.g.Channels
	for ky := s.lo; ky < s.hi; ky++ {
		v.kernels.packTransposed(v.weights[ky*f*run:], run, run, v.w[ky*f*run:], f, f)
	}
}

// inputParts computes some lines of dx of an image.
func inputParts(j *job, s span) {
	v := j.sparse
	g, d := &v.g, &v.desks[s.worker]
	parts := ceil(g.In[1], v.lines)
	for part := s.lo; part < s.hi; part++ {
		image, top := part/parts, part%parts*v.lines
		bottom := min(g.In[1], top+v.lines)
		first := max(0, ceil(top+g.Pad[1]-(g.Size[1]-1)*g.Dilation[1], g.Stride[1])) // of the outputs that see the lines
		last := min(g.Out[1], (bottom-1+g.Pad[1])/g.Stride[1]+1)
		v.list(d, image, first, last)
		for ; top < bottom; top += inputLines {
			v.some(d, image, first, last, top, min(bottom, top+inputLines))
		}
	}
}

// list lists the δ of the lines of outputs from first to last.
func (v *sparseInput) list(d *inputDesk, image, first, last int) {
	g := &v.g
	line, run := g.Out[2]*g.Filters, g.Size[2]*g.Channels
	room := v.rows*line + listSlack
	values, places := sized(&d.values, room), sized(&d.places, room)
	sized(&d.starts, v.rows)
	counts := sized(&d.counts, v.rows*g.Out[2])
	at := 0
	for y := first; y < last; y++ {
		d.starts[y-first] = at
		δ := v.dy[(image*g.Out[1]+y)*line:]
		for x := range g.Out[2] {
			n := v.kernels.compress(δ[x*g.Filters:][:g.Filters], 0, run, values[at:], places[at:])
			counts[(y-first)*g.Out[2]+x] = int32(n)
			at += n
		}
	}
}

// some computes the lines of dx from top to bottom, of which the outputs from first
// to last are listed.
func (v *sparseInput) some(d *inputDesk, image, first, last, top, bottom int) {
	g, t := &v.g, &d.tile
	padded := max(g.In[2]+g.Pad[2], (g.Out[2]-1)*g.Stride[2]+g.Size[2]) * g.Channels
	line, run := g.In[2]*g.Channels, g.Size[2]*g.Channels
	from := (image*g.In[1] + top) * line
	lines, pitch := v.dx[from:][:(bottom-top)*line], line
	aside := g.Pad[2] > 0 || padded > line
	if aside {
		lines, pitch = sized(&d.lines, (bottom-top)*padded), padded
	}
	clear(lines)
	*t = tile{rowC: g.Stride[2] * g.Channels, add: true}
	for ky := range g.Size[1] {
		for _, strip := range v.strips {
			t.b, t.cols = v.weights[ky*g.Filters*run+strip.col:], strip.width
			for y := top; y < bottom; y++ {
				at := y + g.Pad[1] - ky*g.Dilation[1]
				oy := at / g.Stride[1]
				if at < 0 || at%g.Stride[1] != 0 || oy < first || oy >= last {
					continue
				}
				t.a, t.places = d.values[d.starts[oy-first]:], d.places[d.starts[oy-first]:]
				t.counts, t.c = d.counts[(oy-first)*g.Out[2]:][:g.Out[2]], lines[(y-top)*pitch+strip.col:]
				v.kernels.stripOf(strip.width)(t)
			}
		}
	}
	for y := range bottom - top {
		to := from + y*line
		if aside {
			copy(v.dx[to:][:line], lines[y*pitch+g.Pad[2]*g.Channels:])
		}
		v.epilogue.finish(v.kernels, v.dx, to, line)
	}
}
