package cpu

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// A product with few rows takes less time to compute than B takes to come from memory.
// So B is read once, and in the order in which memory gives most: each worker reads a
// piece of its own, from several places at a time that are far from each other. (Its
// rows one after the other give two thirds of that, rows beside each other half,
// strips of columns a fifth.)
//
// In A·B the rows of B are cut into parts, each of which makes sums of its own; they
// are added at last. In A·Bᵀ a row of B makes a column of C, and the columns are cut
// into parts. Within a part, a step takes rows that are as far apart as there are steps.
// What belongs together depends on the sizes, and for one row on its zeros, alone.
const (
	// thinRows is up to how many rows a product is thin, and thinDots for A·Bᵀ.
	thinRows = 8
	thinDots = 4
	// thinDepth is how many rows of B each row of sums takes, to be worth it.
	thinDepth = 128
	// thinParts is how many parts there are at most, thinPart their rows at least, of
	// short rows shortPart.
	thinParts = 8
	thinPart  = 32
	shortPart = 128
	// streams is the rows of B in a step, cachedStreams where it is mostly cached
	// already (up to cachedSize) and there is more to compute, and shortStreams where
	// they are short: then they stand beside each other, and more of them save work.
	streams       = 8
	cachedStreams = 16
	cachedSize    = 1 << 21
	shortStreams  = 128
	shortRow      = 256
	// deepRows is up to how many rows, and deepSteps the inner dimension at least for
	// each of them, a product with short rows is computed in parts too: then it is large,
	// and yet so narrow that patches of it for two cores would each pack most of B.
	deepRows  = 512
	deepSteps = 12
	deepLeast = 4 * shortPart // of the inner dimension
	// farCols is what the columns of a far tile are a multiple of, farBlock how many it
	// takes: what is read of B for some rows is then in a cache for the others.
	farCols  = 16
	farBlock = 256
	// thinLine is how many numbers lie between the rows of sums, so that these do not
	// meet in a cache.
	thinLine = 16
)

// thin is the parts of a thin product.
type thin struct {
	parts int
	ld    int       // of a row of sums
	sums  []float32 // [parts×m×ld]
}

// of returns which of n rows of B belong to a part.
func (t *thin) of(part, n int) (from, to int) { return n * part / t.parts, n * (part + 1) / t.parts }

// isThin tells whether the product has few rows. Where B has few rows too, sums of many
// long rows would be as much to read as B.
func (p *product) isThin(t backend.Transpose) bool {
	if p.transB {
		return t == backend.NT && p.m <= thinDots
	}
	return p.m == 1 || p.m <= thinRows && (p.k >= thinDepth*p.m || p.n <= shortRow)
}

// isDeep tells whether a product of more rows is computed in parts, unless its zeros
// are left out or B is transposed.
func isDeep(m, n, k int) bool {
	return n <= shortRow && m <= deepRows && k >= max(deepLeast, deepSteps*m)
}

// multiplyThin computes a thin product. The caller holds the pool's lock.
func (c *cpu) multiplyThin(p *product, shared bool) {
	t := &p.thin
	rows, least := p.k, thinPart
	switch {
	case p.transB:
		rows = p.n
	case p.n <= shortRow:
		least = shortPart
	}
	t.parts = max(1, min(thinParts, rows/least))
	grain, cols := 1, roundUp(ceil(p.n, c.pool.workers), p.width())
	if !shared {
		grain, cols = t.parts, p.n
	}
	if p.transB {
		c.pool.run(job{part: dotRows, n: t.parts, grain: grain, product: p})
		return
	}
	for _, d := range p.desks { // whoever computes which part, it has room
		d.live = slices.Grow(d.live[:0], ceil(p.k, t.parts))
	}
	t.ld = roundUp(p.n, p.width()) + thinLine
	sized(&t.sums, t.parts*p.m*t.ld)
	c.pool.run(job{part: addParts, n: t.parts, grain: grain, product: p})
	c.pool.run(job{part: totals, n: p.n, grain: cols, product: p})
}

// stepsOf is how many steps, of so many rows each, n rows are taken in; some rows may be
// left over. As many rows lie between those of a step, and where that is a power of two
// they meet in a cache: it is odd, unless there are few.
func stepsOf(n, rows int) int {
	steps := n / rows
	if steps >= 16 {
		steps = (steps - 1) | 1
	}
	return steps
}

// together returns how many rows of B a step of A·B takes.
func (p *product) together() int {
	switch {
	case p.n <= shortRow:
		return shortStreams
	case p.m > 1 && p.n*p.k <= cachedSize:
		return cachedStreams
	}
	return streams
}

// addParts computes the sums of parts.
func addParts(j *job, s span) {
	p := j.product
	for part := s.lo; part < s.hi; part++ {
		from, to := p.thin.of(part, p.k)
		rows := p.together()
		steps := stepsOf(to-from, rows)
		next, apart := 1, steps
		if p.n <= shortRow {
			next, apart = rows, 1
		}
		sums := p.thin.sums[part*p.m*p.thin.ld:][:p.m*p.thin.ld]
		clear(sums)
		if p.m == 1 && p.n > shortRow {
			p.addLiveRows(p.desks[s.worker], from, to, sums[:p.n])
			continue
		}
		for r := range steps {
			p.addFarRows(s.worker, from+r*next, rows, apart, sums)
		}
		if rest := from + steps*rows; rest < to {
			p.addFarRows(s.worker, rest, to-rest, 1, sums)
		}
	}
}

// addLiveRows adds to the sums of a product with one row what rows of B make, but for
// those that a zero is multiplied with: there is no need to read them.
func (p *product) addLiveRows(d *desk, from, to int, sums []float32) {
	d.live = d.live[:0]
	for l := from; l < to; l++ {
		if p.a[l] != 0 { // NaN too
			d.live = append(d.live, l)
		}
	}
	steps := stepsOf(len(d.live), streams)
	for r := range steps {
		for t := range d.eight {
			l := d.live[r+t*steps]
			d.eight[t], d.rows[t] = p.a[l], l*p.n
		}
		p.addRows(d.eight[:], d.rows[:], p.b, sums)
	}
	for _, l := range d.live[steps*streams:] {
		p.axpy(p.b[l*p.n:][:p.n], sums, p.a[l])
	}
}

// addFarRows adds to the sums what depth rows of B make, from row first on and apart
// from each other.
func (p *product) addFarRows(worker, first, depth, apart int, sums []float32) {
	d := p.desks[worker]
	a := p.a[first*p.stepA:]
	t := &d.tile
	*t = tile{offsets: whole, rowA: p.rowA, stepA: p.stepA * apart, stepB: p.n * apart, rowC: p.thin.ld, depth: depth, add: true}
	col := 0
	if p.farTiles != nil && p.n > shortRow {
		for ; p.n-col >= farCols; col += t.cols {
			t.cols = min(farBlock, (p.n-col)/farCols*farCols)
			t.b = p.b[first*p.n+col:]
			down(p.farTiles, t, p.m, a, sums[col:])
		}
	}
	for ; col < p.n; col += p.width() {
		t.cols = min(p.width(), p.n-col)
		t.b = p.b[first*p.n+col:]
		if t.cols%p.lanes != 0 {
			t.stepB = roundUp(t.cols, p.lanes)
			p.packCopy(d.panel, t.stepB, t.cols, t.b, p.n*apart, depth)
			t.b = d.panel
		}
		p.rowsOf(t, p.m, a, sums[col:])
	}
}

// ones is what the sums of parts are multiplied by.
var ones = []float32{1, 1, 1, 1, 1, 1, 1, 1}

// totals adds the sums of all parts in columns of C.
func totals(j *job, s span) {
	p := j.product
	t := &p.desks[s.worker].tile
	rest := p.epilogue.behind(p.kernels)
	for i := range p.m {
		row := p.c[i*p.ld:][:p.n]
		if p.beta != 0 && p.beta != 1 {
			p.scale(s.of(row), p.beta)
		}
		for col := s.lo; col < s.hi; col += p.width() {
			cols := min(p.width(), s.hi-col)
			*t = tile{offsets: whole, rowA: p.thin.parts, stepA: 1, b: p.thin.sums[i*p.thin.ld+col:], stepB: p.m * p.thin.ld,
				depth: p.thin.parts, cols: cols, add: p.beta != 0}
			p.epilogue.within(p.kernels, t, i, 1, col, cols)
			p.rowsOf(t, 1, ones, row[col:])
		}
		if rest.pending() {
			rest.finishRow(p.kernels, p.c, i, s.lo, s.hi-s.lo)
		}
	}
}

// dotRows computes columns of C = A·Bᵀ: each number is the inner product of two rows.
func dotRows(j *job, s span) {
	p := j.product
	sums := &p.desks[s.worker].eight
	for part := s.lo; part < s.hi; part++ {
		from, to := p.thin.of(part, p.n)
		steps := stepsOf(to-from, streams)
		for r := from; r < from+steps; r++ {
			for i := range p.m {
				p.innerRows(p.a[i*p.k:][:p.k], p.b[r*p.k:], sums[:], steps*p.k)
				for t, v := range sums {
					p.finishDot(i, r+t*steps, v)
				}
			}
		}
		for r := from + steps*streams; r < to; r++ {
			for i := range p.m {
				p.finishDot(i, r, p.kernels.inner(p.a[i*p.k:][:p.k], p.b[r*p.k:][:p.k]))
			}
		}
		for i := range p.m {
			if p.epilogue.pending() {
				p.epilogue.finishRow(p.kernels, p.c, i, from, to-from)
			}
		}
	}
}

// finishDot is what follows an inner product.
func (p *product) finishDot(row, col int, v float32) {
	c := &p.c[row*p.n+col]
	if p.beta != 0 {
		v += p.beta * *c
	}
	if bias := p.epilogue.bias; bias != nil {
		v += bias[col]
	}
	if p.epilogue.relu() {
		v = max(0, v) // NaN stays NaN
	}
	*c = v
}

// addRows computes y = y + Σ x[t]·b[rows[t]:].
func addRows(x []float32, rows []int, b, y []float32) {
	for t, v := range x {
		for i, w := range b[rows[t]:][:len(y)] {
			y[i] += v * w
		}
	}
}

// innerRows computes sums[t] = Σ x·b[t·apart:].
func innerRows(x, b, sums []float32, apart int) {
	for t := range sums {
		sums[t] = inner(x, b[t*apart:][:len(x)])
	}
}

const (
	// leastInPlace is how wide a strip of B is at least that is read where it stands: as many
	// numbers side by side, in rows that are far from each other.
	leastInPlace = 32
	// mostInPlace is how many numbers B has then at most: those that a second-level cache
	// holds.
	mostInPlace = 1 << 19
	// depthInPlace is how many rows of such a B all strips take before the next ones: it comes
	// from memory nearly in its order then, and the sums are in a cache.
	depthInPlace = 96
)

// widthInPlace is how wide the strips are of a product with few rows that is not computed in
// parts, and whose B is read where it stands: one tile has all rows of a strip of C, so that
// B is read once, and to pack it would take as long as to multiply. It is 0 where no tile is
// as high, or B is too large.
func (p *product) widthInPlace() int {
	if p.transB || p.m > thinRows || p.n*p.k > mostInPlace {
		return 0
	}
	width := p.width()
	for width >= leastInPlace && p.m > p.rows(width) {
		width -= p.lanes
	}
	if width < leastInPlace {
		return 0
	}
	return width
}
