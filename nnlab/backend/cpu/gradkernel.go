package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// kernelGradient computes dw = β·dw + Pᵀ·dy without writing the windows P out. A
// tile of dw is some weights that stand side by side, for a panel of filters; its
// inner dimension goes through the outputs, line by line: there the inputs that
// the weights meet stand a stride apart.
//
// The outputs are cut into groups of lines that a cache holds. A worker computes
// some tiles, group after group; the order of the additions is that of the lines,
// whoever computes what.
type kernelGradient struct {
	volumes
	g        backend.Convolution
	dy, dw   []float32
	direct   bool // dy is read where it stands
	add      bool // onto what dw holds
	panels   []panel
	pieces   []piece
	offsets  []int     // of the first input of each line of outputs
	columns  []float32 // dy of the batch, panel after panel
	outputs  int       // of the batch
	kernels  *kernels
	products *product
}

// piece is some weights that meet inputs side by side: the rows of a tile.
type piece struct {
	group, row, rows int // of dw
	at               int // the input that the first one meets at the first output
}

const (
	gradientBlock   = 48  // channels that stand together when there are more than a tile reads at once
	gradientNarrow  = 64  // channels up to which they are left where they are
	gradientFew     = 16  // the same where a tile's rows stand by themselves
	gradientOutputs = 512 // about how many outputs go into a tile before the next
)

func (v *kernelGradient) compute(c *cpu, g *backend.Convolution, n int, x, dy []float32, beta float32, dw []float32) {
	v.g, v.dy, v.dw, v.kernels, v.products = *g, dy, dw, c.kernels, &c.product
	block := v.together(g)
	batch := v.prepare(c.scratch, x, n, g.In, g.Pad, need(&g.Window), g.Channels, block)
	v.direct = g.Groups == 1 && g.Filters <= v.kernels.width() && g.Filters%v.kernels.lanes == 0
	if !v.direct {
		batch = min(batch, max(1, c.scratch/(g.Outputs()*g.Filters)))
	}
	v.cut()
	if beta != 0 && beta != 1 {
		scale(dw, beta)
	}
	v.add = beta != 0
	parts := len(v.panels) * len(v.pieces)
	grain := parts
	if n*g.Outputs()*g.Depth()*g.Filters >= sharedWork {
		grain = max(1, parts/(4*c.pool.workers))
	}
	for first := 0; first < n; first += batch {
		m := min(batch, n-first)
		v.take(c, first, m)
		v.outputs = m * g.Outputs()
		if !v.direct {
			sized(&v.columns, v.outputs*(last(v.panels).at+last(v.panels).width))
			c.pool.run(job{part: packErrors, n: v.outputs, grain: rowGrain(lightGrain, g.Filters), grad: v})
		}
		v.placeLines(m)
		c.pool.run(job{part: gradientTiles, n: parts, grain: grain, grad: v})
		v.add = true
	}
	v.done()
	v.dy, v.dw = nil, nil
}

// together is how many channels stand side by side. What one cell sees, it sees once: too little
// for a copy.
//
// A tile reads some channels at each output. Where these alone stand side by side it reads one
// piece of memory from one end to the other, which the nearest cache holds together with a panel
// of dy; among 48 it would take a cache line for each output, and leave most of it unread. Behind a
// stride that would be every second piece.
func (v *kernelGradient) together(g *backend.Convolution) int {
	switch rows := v.kernels.gradientRows; {
	case g.Groups > 1 || g.Cells() == 1:
	case rows > 0 && g.Stride[2] == 1 && g.Channels > gradientFew:
		return rows
	case g.Channels > gradientNarrow:
		return gradientBlock
	}
	return g.Channels
}

// last is the last of some things.
func last[T any](x []T) T { return x[len(x)-1] }

// cut makes the panels of filters and the pieces of weights.
func (v *kernelGradient) cut() {
	g := &v.g
	channels, filters := g.Channels/g.Groups, g.Filters/g.Groups
	v.panels, v.pieces = v.kernels.panels(v.panels[:0], g, 1), v.pieces[:0]
	most := v.kernels.rows(min(filters, v.kernels.width()))
	// run cuts rows of dw that stand side by side, as their inputs do.
	run := func(group, row, rows, at int) {
		for left := ceil(rows, most); left > 0; left-- {
			k := ceil(rows, left)
			v.pieces = append(v.pieces, piece{group, row, k, at})
			row, rows, at = row+k, rows-k, at+k
		}
	}
	for kz := range g.Size[0] {
		for ky := range g.Size[1] {
			line := (kz*g.Dilation[0]*v.size[1] + ky*g.Dilation[1]) * v.size[2]
			row := (kz*g.Size[1] + ky) * g.Size[2]
			if v.block == g.Channels && g.Groups == 1 && g.Dilation[2] == 1 {
				run(0, row*channels, g.Size[2]*channels, line*v.block)
				continue
			}
			for kx := range g.Size[2] {
				at := (line + kx*g.Dilation[2]) * v.block
				for group := range g.Groups {
					if v.block == g.Channels {
						run(group, (row+kx)*channels, channels, at+group*channels)
						continue
					}
					for b := range v.blocks() {
						run(group, (row+kx)*channels+b*v.block, min(v.block, channels-b*v.block), at+b*v.positions()*v.block)
					}
				}
			}
		}
	}
}

// placeLines notes where the windows of each line of outputs begin.
func (v *kernelGradient) placeLines(n int) {
	g := &v.g
	v.offsets = v.offsets[:0]
	for volume := range n {
		for oz := range g.Out[0] {
			for oy := range g.Out[1] {
				v.offsets = append(v.offsets, volume*v.volume()+(oz*g.Stride[0]*v.size[1]+oy*g.Stride[1])*v.size[2]*v.block)
			}
		}
	}
}

// packErrors copies rows of dy to the panels.
func packErrors(j *job, s span) {
	v := j.grad
	g := &v.g
	for _, p := range v.panels {
		from := v.dy[(v.first*g.Outputs()+s.lo)*g.Filters+p.group*(g.Filters/g.Groups)+p.filter:]
		v.kernels.packCopy(v.columns[p.at*v.outputs+s.lo*p.width:], p.width, p.cols, from, g.Filters, s.hi-s.lo)
	}
}

// gradientTiles computes tiles of dw.
func gradientTiles(j *job, s span) {
	v := j.grad
	g := &v.g
	t := &v.products.desks[s.worker].tile
	lines := max(1, gradientOutputs/g.Out[2])
	for from := 0; from < len(v.offsets); from += lines {
		to := min(len(v.offsets), from+lines)
		*t = tile{offsets: v.offsets[from:to], rowA: 1, stepA: g.Stride[2] * v.block, rowC: g.Filters, depth: g.Out[2], add: v.add || from > 0}
		for i := s.lo; i < s.hi; i++ {
			p, k := &v.panels[i/len(v.pieces)], &v.pieces[i%len(v.pieces)]
			if p.group != k.group {
				continue
			}
			t.a, t.cols = v.values[k.at:], p.cols
			if v.direct {
				t.b, t.stepB = v.dy[(v.first*g.Outputs()+from*g.Out[2])*g.Filters:], g.Filters
			} else {
				t.b, t.stepB = v.columns[p.at*v.outputs+from*g.Out[2]*p.width:], p.width
			}
			t.c = v.dw[k.row*g.Filters+p.group*(g.Filters/g.Groups)+p.filter:]
			v.kernels.tiles[p.width/v.kernels.lanes-1][k.rows-1](t)
		}
	}
}
