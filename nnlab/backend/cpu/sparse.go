package cpu

// Half and more of what products of a network have on their left is 0: most pixels of
// an image, what a ReLU or a dropout has made of a layer's outputs, and so the δ below
// them. A product whose left factor has enough zeros leaves them out, one by one:
//
//   - The numbers of op(A) that are not 0 are listed, slice by slice of the inner
//     dimension, for the rows of a patch one after the other.
//   - A strip of C is 64 columns wide. A row of it stays in registers while its list
//     passes by, each number of which is multiplied with the row of op(B) at its place.
//   - A panel of op(B), a slice deep, stays in the first-level cache meanwhile: nearly
//     every multiply-add reads it.
//
// That takes the time of a product as much smaller as there are numbers that are not
// 0, and a tenth for the lists.
const (
	sparseWidth = 64      // of a strip
	sparseDepth = 112     // of a slice: its panel takes 28 KB
	sparsePatch = 256     // rows, whose lists for a slice a second-level cache holds
	sparseWork  = 1 << 18 // multiplications below which looking is not worth it
	sparseLooks = 8       // rows that are looked at to see how many zeros there are
	listSlack   = 8       // what compress may write behind a list
)

// lists is a factor whose zeros are left out: for a patch's rows in a slice, one part,
// the lists of the rows one behind the other, and how long each is.
type lists struct {
	on     bool // whether the product is computed from lists
	slices int
	values []float32
	places []int32 // in a panel
	counts []int32 // counts[slice·m + row]
}

// part is where the lists of a part begin, and how much room there is.
func (p *product) part(top, bottom, from, to int) (at, size int) {
	index := top/p.patch.rows*p.lists.slices + from/p.depth
	rows := bottom - top
	return top*p.k + rows*from + index*listSlack, rows*(to-from) + listSlack
}

// sparse tells whether so much of A is 0 that lists are faster. It looks at some rows
// of A as it is stored, and at two if these are dense.
func (p *product) sparse() bool {
	if p.m <= thinRows || p.m*p.n*p.k < sparseWork {
		return false
	}
	rows, cols := p.m, p.k
	if p.stepA != 1 {
		rows, cols = p.k, p.m
	}
	values, places := sized(&p.lists.values, cols+listSlack), sized(&p.lists.places, cols+listSlack)
	kept, seen := 0, 0
	for i := range sparseLooks {
		row := i * 5 % sparseLooks * rows / sparseLooks // the second is far from the first
		kept += p.compress(p.a[row*cols:][:cols], 0, 1, values, places)
		seen += cols
		if i == 1 && kept*10 > seen*9 {
			return false
		}
	}
	// A strip that is not full costs as much as one that is.
	return float64(kept)*float64(roundUp(p.n, sparseWidth)) <= p.mostDense*float64(seen)*float64(p.n)
}

// list lists the left factor, part by part.
func (c *cpu) list(p *product) {
	l := &p.lists
	l.slices = ceil(p.k, p.depth)
	parts := ceil(p.m, p.patch.rows) * l.slices
	sized(&l.values, p.m*p.k+parts*listSlack)
	sized(&l.places, p.m*p.k+parts*listSlack)
	sized(&l.counts, p.m*l.slices)
	c.pool.run(job{part: listParts, n: parts, grain: 1, product: p})
}

// listParts lists the rows of patches in slices.
func listParts(j *job, s span) {
	p := j.product
	for part := s.lo; part < s.hi; part++ {
		top, from := part/p.lists.slices*p.patch.rows, part%p.lists.slices*p.depth
		bottom, to := min(p.m, top+p.patch.rows), min(p.k, from+p.depth)
		at, size := p.part(top, bottom, from, to)
		values, places := p.lists.values[at:][:size], p.lists.places[at:][:size]
		depth, panel := to-from, p.desks[s.worker].panel
		for step := bottom - top; top < bottom; top += step {
			rows, ld := p.a[top*p.rowA+from*p.stepA:], p.k
			if p.stepA != 1 { // turned around in a cache
				step = min(len(panel)/depth, bottom-top)
				p.packTransposed(panel, depth, depth, rows, p.stepA, step)
				rows, ld = panel, depth
			}
			for i := range step {
				n := p.compress(rows[i*ld:][:depth], 0, sparseWidth, values, places)
				p.lists.counts[from/p.depth*p.m+top+i] = int32(n)
				values, places = values[n:], places[n:]
			}
		}
	}
}

// listed computes the rows from top to bottom of a strip from their lists, in the
// slice from ≤ l < to.
func (p *product) listed(d *desk, from, to, top, bottom, col int) {
	t := &d.tile
	at, size := p.part(top, bottom, from, to)
	t.a, t.places = p.lists.values[at:][:size], p.lists.places[at:][:size]
	t.counts = p.lists.counts[from/p.depth*p.m:][top:bottom]
	c := p.c[top*p.n+col:]
	if t.cols == sparseWidth {
		t.c = c
		p.sparseRows(t)
		return
	}
	// A strip that is not full is computed beside C.
	rows, cols := bottom-top, t.cols
	t.c, t.rowC, t.cols = sized(&d.edge, rows*sparseWidth), sparseWidth, sparseWidth
	if t.add {
		p.packCopy(t.c, sparseWidth, cols, c, p.n, rows)
	}
	if t.bias != nil {
		copy(d.bias[:], t.bias)
		t.bias = d.bias[:]
	}
	p.sparseRows(t)
	for i := range rows {
		copy(c[i*p.n:][:cols], d.edge[i*sparseWidth:])
	}
}

// sparseRows computes rows of a strip that is sparseWidth wide: with e over the list
// of row i, which follows that of row i − 1,
//
//	C[i,j] = f(C[i,j] if add + Σ_e a[e]·b[places[e] + j] + bias[j] if there is one)
//
// for as many rows as there are counts.
func sparseRows(t *tile) { sparseStrip(t, sparseWidth) }

// sparseNarrow and sparseWide are sparseRows for strips of other widths.
func sparseNarrow(t *tile) { sparseStrip(t, 32) }
func sparseWide(t *tile)   { sparseStrip(t, 96) }

func sparseStrip(t *tile, width int) {
	var sums [96]float32
	e := 0
	for i, n := range t.counts {
		clear(sums[:width])
		for range n {
			v, row := t.a[e], t.b[t.places[e]:][:width]
			for j, b := range row {
				sums[j] += v * b
			}
			e++
		}
		t.store(i, sums[:width])
	}
}
