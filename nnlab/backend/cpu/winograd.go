package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// winograd computes convolutions of 3×3 with stride 1 by Winograd's F(4×4, 3×3),
// a quarter of the multiplications: the output is cut into squares of 4×4, each with
// the 6×6 inputs that it sees. Transformed, the convolution of a square is 36
// products of numbers; over the channels of all squares, 36 products of matrices:
//
//	y   M[e] = U[e]·V[e]     U = Bᵀ·x·B   V = G·w·Gᵀ   y  = Aᵀ·M·A
//	dw  S[e] = U[e]ᵀ·D[e]    U = Bᵀ·x·B   D = A·dy·Aᵀ  dw = Gᵀ·S·G
//
// and dx is y of dy and the weights turned around. The squares are taken some at a
// time, and so are the filters, so that what is transformed stays in a cache. The
// result differs from the plain sum in the fifth or sixth digit, and a NaN or an
// infinity reaches the outputs of its squares, not those alone whose windows see it.
//
//	U[e]           [blocks of channels × squares × channels of the block]
//	V[e], S[e]     [blocks of filters × channels × filters of the block]
//	M[e], D[e]     [blocks of filters × squares × filters of the block]
type winograd struct {
	x, dy         volumes
	g             backend.Convolution // as it is computed: that of dx has In and Out exchanged
	u, v, m       []float32           // m is D, v is S where dw is computed
	kernel        []float32           // V: it is v, or kept of weights that are held
	turnedWeights []float32
	y, w          []float32 // w is dw where that is computed
	epilogue      epilogue
	beta          float32
	across, down  int  // squares of a volume
	squares       int  // at a time
	first, count  int  // the squares at hand, counted over the volumes that x holds
	block         int  // filters of a block
	from, filters int  // the filters at hand
	again         bool // S holds a sum already
	desks         []*winogradDesk
	kernels       *kernels
	products      *product
}

// winogradDesk is what a worker needs for its own work.
type winogradDesk struct {
	square  []float32 // an output that sticks out of y, or a part of dw
	offsets []int
}

const (
	winogradChannels = 64 // of a block of U
	turnedFilters    = 16 // that are turned around at a time, a line of memory of each channel
	winogradLine     = 16 // numbers between the 36 matrices, so that they do not meet in a cache
)

// saves tells whether Winograd's way computes a convolution of n volumes faster:
// where its transforms have enough to spread over.
func (v *winograd) saves(g *backend.Convolution, n int) bool {
	one := [3]int{1, 1, 1}
	return g.Size == [3]int{1, 3, 3} && g.Stride == one && g.Dilation == one && g.Groups == 1 && g.In[0] == 1 && g.Out[0] == 1 && g.Pad[0] == 0 &&
		g.Pad[1] <= 2 && g.Pad[2] <= 2 && g.Channels%16 == 0 && g.Filters%16 == 0 && g.Channels >= 32 && g.Filters >= 32 &&
		n*ceil(g.Out[1], 4)*ceil(g.Out[2], 4) >= 32 && g.Out[1] > 4 && g.Out[2] > 4
}

// forward computes y from x.
func (v *winograd) forward(c *cpu, g *backend.Convolution, n int, x, w, y []float32, e epilogue) {
	v.g, v.w, v.y, v.epilogue = *g, w, y, e
	v.compute(c, n, x)
}

// backward computes dx from dy.
func (v *winograd) backward(c *cpu, g *backend.Convolution, n int, dy, w, dx []float32, e epilogue) {
	turned := sized(&v.turnedWeights, len(w)) // [3 × 3 × filters × channels]
	c.pool.run(job{part: turnWeights, n: 9 * ceil(g.Filters, turnedFilters), grain: rowGrain(lightGrain, turnedFilters*g.Channels),
		kernels: c.kernels, a: w, b: turned, rows: g.Channels, cols: g.Filters})
	v.g, v.w, v.y, v.epilogue = turnedAround(g), turned, dx, e
	v.compute(c, n, dy)
}

// turnWeights turns weights around, for some filters of a cell after the other.
func turnWeights(j *job, s span) {
	channels, filters := j.rows, j.cols
	size, blocks := channels*filters, ceil(filters, turnedFilters)
	for i := s.lo; i < s.hi; i++ {
		cell, first := i/blocks, i%blocks*turnedFilters
		to, from := j.b[(8-cell)*size+first*channels:], j.a[cell*size+first:]
		j.kernels.packTransposed(to, channels, channels, from, filters, min(turnedFilters, filters-first))
	}
}

// prepare makes the squares and the blocks.
func (v *winograd) prepare(c *cpu) {
	v.kernels, v.products = c.kernels, &c.product
	for len(v.desks) < c.pool.workers {
		v.desks = append(v.desks, &winogradDesk{square: aligned(16 * max(64, c.kernels.width()))})
	}
	g := &v.g
	v.down, v.across = ceil(g.Out[1], 4), ceil(g.Out[2], 4)
	v.block = max(16, c.kernels.width())
	// U and M stay in a second-level cache, V or S in a third-level one, unless that
	// left too few squares to use V for.
	v.squares = max(1, c.scratch>>14, c.scratch/2/36/(g.Channels+g.Filters))
	v.filters = min(max(1, c.scratch*5/2/36/g.Channels/v.block), ceil(g.Filters, v.block)) * v.block
}

// Distances between the 36 matrices.
func (v *winograd) distU() int { return v.squares*v.g.Channels + winogradLine }
func (v *winograd) distM() int { return v.squares*v.filters + winogradLine }
func (v *winograd) distV() int { return v.g.Channels*v.filters + winogradLine }

func (v *winograd) compute(c *cpu, n int, x []float32) {
	v.prepare(c)
	g := &v.g
	batch := v.x.prepare(c.scratch, x, n, g.In, g.Pad, [3]int{1, 4*v.down + 2, 4*v.across + 2}, g.Channels, g.Channels)
	v.squares = min(v.squares, batch*v.down*v.across)
	for first := 0; first < n; first += batch {
		volumes := min(batch, n-first)
		v.x.take(c, first, volumes)
		for v.from = 0; v.from < g.Filters; v.from += v.filters {
			made := false
			v.kernel, made = c.held.keep(v.w, form{kind: winogradV, sizes: [4]int{g.Channels, g.Filters, v.from, v.filters}}, 36*v.distV())
			if v.kernel == nil {
				v.kernel, made = sized(&v.v, 36*v.distV(), c.scratch*5/2), first > 0 && v.filters >= g.Filters
			}
			if !made {
				c.pool.run(job{part: transformWeights, n: g.Channels, grain: rowGrain(heavyGrain, v.filters), winograd: v})
			}
			v.each(volumes, func() {
				sized(&v.u, 36*v.distU(), c.scratch)
				sized(&v.m, 36*v.distM(), c.scratch)
				c.pool.run(job{part: transformInputs, n: v.count, grain: 4, winograd: v})
				c.pool.run(job{part: multiplySquares, n: 36 * v.blocks(), grain: 1, winograd: v})
				c.pool.run(job{part: transformOutputs, n: v.count, grain: 4, winograd: v})
			})
		}
	}
	v.x.done()
	v.y, v.w, v.kernel, v.epilogue = nil, nil, nil, epilogue{}
}

// each goes through the squares of some volumes.
func (v *winograd) each(volumes int, f func()) {
	total := volumes * v.down * v.across
	for v.first = 0; v.first < total; v.first += v.squares {
		v.count = min(v.squares, total-v.first)
		f()
	}
}

// place returns where a square stands: its volume, of those that x holds, and its
// first row and column.
func (v *winograd) place(square int) (volume, row, col int) {
	square += v.first
	return square / (v.down * v.across), square / v.across % v.down * 4, square % v.across * 4
}

// blocks is how many blocks the filters at hand are.
func (v *winograd) blocks() int { return ceil(min(v.filters, v.g.Filters-v.from), v.block) }

// blockOf returns the filters of a block at hand, and how many there are.
func (v *winograd) blockOf(b int) (first, width int) {
	first = b * v.block
	return first, min(v.block, v.g.Filters-v.from-first)
}

// transformWeights makes V, for some channels.
func transformWeights(j *job, s span) {
	v := j.winograd
	channels, all := v.g.Channels, v.g.Filters
	for b := range v.blocks() {
		first, width := v.blockOf(b)
		for ch := s.lo; ch < s.hi; ch++ {
			v.kernels.kernel(v.kernel[first*channels+ch*width:], v.w[ch*all+v.from+first:], 6*v.distV(), v.distV(), 3*channels*all, channels*all, width)
		}
	}
}

// transformInputs makes U, for some squares.
func transformInputs(j *job, s span) {
	v := j.winograd
	channels := v.g.Channels
	row := v.x.size[2] * channels
	for t := s.lo; t < s.hi; t++ {
		volume, y, x := v.place(t)
		from := v.x.values[volume*v.x.volume()+y*row+x*channels:]
		for ch := 0; ch < channels; ch += winogradChannels {
			width := min(winogradChannels, channels-ch)
			v.kernels.input(v.u[ch*v.squares+t*width:], from[ch:], 6*v.distU(), v.distU(), row, channels, width)
		}
	}
}

// multiplySquares makes M = U·V, for one of the 36 and a block of filters.
func multiplySquares(j *job, s span) {
	v := j.winograd
	d, t := v.desks[s.worker], &v.products.desks[s.worker].tile
	channels := v.g.Channels
	for item := s.lo; item < s.hi; item++ {
		e, b := item%36, item/36
		first, width := v.blockOf(b)
		u, w, m := v.u[e*v.distU():], v.kernel[e*v.distV()+first*channels:], v.m[e*v.distM()+first*v.squares:]
		for ch := 0; ch < channels; {
			// As many blocks of channels as a slice takes, the last one alone where it is narrower.
			depth := min(winogradChannels, channels-ch)
			together := max(1, min(convSlice, channels-ch)/depth)
			d.offsets = d.offsets[:0]
			for i := range together {
				d.offsets = append(d.offsets, i*depth*v.squares)
			}
			for col := 0; col < width; col += v.kernels.width() {
				*t = tile{offsets: d.offsets, rowA: depth, stepA: 1, b: w[ch*width+col:], stepB: width, rowC: width,
					depth: depth, cols: min(v.kernels.width(), width-col), add: ch > 0}
				v.kernels.rowsOf(t, v.count, u[ch*v.squares:], m[col:])
			}
			ch += together * depth
		}
	}
}

// transformOutputs makes y of M, for some squares.
func transformOutputs(j *job, s span) {
	v := j.winograd
	g := &v.g
	for t := s.lo; t < s.hi; t++ {
		volume, oy, ox := v.place(t)
		rows, cols := min(4, g.Out[1]-oy), min(4, g.Out[2]-ox)
		y := (v.x.first+volume)*g.Outputs() + oy*g.Out[2] + ox // where the square begins
		for b := range v.blocks() {
			first, width := v.blockOf(b)
			m := v.m[first*v.squares+t*width:]
			to := v.desks[s.worker].square
			v.kernels.output(to, m, 4*width, width, 6*v.distM(), v.distM(), width)
			for r := range rows {
				for c := range cols {
					v.put(y+r*g.Out[2]+c, v.from+first, to[(4*r+c)*width:][:width])
				}
			}
		}
	}
}

// put writes some filters of an output, from that one on, to its row of y.
func (v *winograd) put(row, filter int, sum []float32) {
	if bias := v.epilogue.biasOf(filter, len(sum)); bias != nil {
		v.kernels.axpy(bias, sum, 1)
	}
	to := v.y[row*v.epilogue.stride+filter:][:len(sum)]
	if v.epilogue.relu() {
		v.kernels.relu(sum, to)
	} else {
		copy(to, sum)
	}
	v.epilogue.finishRow(v.kernels, v.y, row, filter, len(sum))
}
