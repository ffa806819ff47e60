package cpu

// Half and more of what products of a network have on their left is 0: most pixels of
// an image, what a ReLU or a dropout has made of a layer's outputs, and so the δ below
// them. A product whose left factor has enough zeros leaves them out, one by one:
//
//   - The numbers of op(A) that are not 0 are listed, slice by slice of the inner
//     dimension, row by row of a patch.
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
	sparsePatch = 256     // rows of a patch, at most
	sparseList  = 1 << 20 // numbers of op(A) that the lists of a patch are made of, at most
	sparseWork  = 1 << 18 // multiplications below which looking is not worth it
	sparseLooks = 8       // rows that are looked at to see how many zeros there are
	listSlack   = 8       // what compress may write behind a list
)

// lists is some rows of a factor without its zeros: slice by slice, the lists of the
// rows one behind the other. Each worker makes those that it needs, so that they are
// in its own cache.
type lists struct {
	top    int // the first row; −1: there are none
	values []float32
	places []int32 // in a panel
	counts []int32 // how long each list is
}

// hasZeros tells whether so much of A is 0 that lists are faster. It looks at some rows
// of A as it is stored, and at two if these are dense.
func (p *product) hasZeros() bool {
	if p.m <= thinRows || p.m*p.n*p.k < sparseWork {
		return false
	}
	rows, cols := p.m, p.k
	if p.stepA != 1 {
		rows, cols = p.k, p.m
	}
	l := &p.desks[0].lists
	values, places := sized(&l.values, cols+listSlack), sized(&l.places, cols+listSlack)
	kept, seen := 0, 0
	for i := range sparseLooks {
		row := i * 5 % sparseLooks * rows / sparseLooks // the second is far from the first
		kept += p.compress(p.a[row*cols:][:cols], 0, 1, values, places)
		seen += cols
		if i == 1 && kept*10 > seen*9 {
			return false
		}
	}
	// A strip that is not full costs as much as one that is, and where there are few strips
	// the lists are made for little.
	return float64(kept*roundUp(p.n, sparseWidth)+seen*p.listing) <= p.mostDense*float64(seen*p.n)
}

// chooseSparsePatch is choosePatch for lists. Patches beside each other need the same
// lists, those below each other the same panels: the longer side is cut.
func (p *product) chooseSparsePatch(workers int, shared bool) {
	const fewest = 32 // rows that a panel is packed for
	most := min(sparsePatch, max(fewest, sparseList/p.k))
	rows, cols := ceil(p.m, ceil(p.m, most)), roundUp(p.n, sparseWidth)
	for shared && ceil(p.m, rows)*ceil(p.n, cols) < 4*workers {
		switch {
		case cols > sparseWidth && (p.m < p.n || rows < 2*fewest):
			cols = roundUp(cols/2, sparseWidth)
		case rows >= 2*fewest:
			rows = ceil(rows, 2)
		default:
			shared = false // there are no more
		}
	}
	p.patch.rows, p.patch.cols, p.patch.across = rows, cols, ceil(p.n, cols)
	for _, d := range p.desks { // all of them now: who will list is not known
		d.lists.top = -1
		p.reserve(d, rows)
	}
}

// reserve makes room for what a patch of some rows takes.
func (p *product) reserve(d *desk, rows int) {
	slices := ceil(p.k, p.depth)
	sized(&d.lists.values, rows*p.k+slices*listSlack)
	sized(&d.lists.places, rows*p.k+slices*listSlack)
	sized(&d.lists.counts, rows*slices)
	if p.n%sparseWidth != 0 {
		sized(&d.edge, rows*sparseWidth)
	}
}

// part is where the lists of a slice begin, which ends before to, and how much room
// they have.
func (p *product) part(rows, from, to int) (at, size int) {
	return rows*from + from/p.depth*listSlack, rows*(to-from) + listSlack
}

// list makes the lists of the rows from top to bottom.
func (p *product) list(d *desk, top, bottom int) {
	l, m := &d.lists, bottom-top
	l.top = top
	counts := l.counts
	for from := 0; from < p.k; from += p.depth {
		depth := min(p.depth, p.k-from)
		at, size := p.part(m, from, from+depth)
		values, places := l.values[at:][:size], l.places[at:][:size]
		for row, step := top, m; row < bottom; row += step {
			rows, ld := p.a[row*p.rowA+from*p.stepA:], p.k
			if p.stepA != 1 { // turned around in a cache
				step = min(len(d.panel)/depth, bottom-row)
				p.packTransposed(d.panel, depth, depth, rows, p.stepA, step)
				rows, ld = d.panel, depth
			}
			for i := range step {
				n := p.compress(rows[i*ld:][:depth], 0, sparseWidth, values, places)
				counts[i] = int32(n)
				values, places = values[n:], places[n:]
			}
			counts = counts[step:]
		}
	}
}

// listed computes the rows from top to bottom of a strip from their lists, in the
// slice from ≤ l < to.
func (p *product) listed(d *desk, from, to, top, bottom, col int) {
	t, rows := &d.tile, bottom-top
	at, size := p.part(rows, from, to)
	t.a, t.places = d.lists.values[at:][:size], d.lists.places[at:][:size]
	t.counts = d.lists.counts[from/p.depth*rows:][:rows]
	c := p.c[top*p.ld+col:]
	if t.cols == sparseWidth {
		t.c = c
		p.sparseRows(t)
		return
	}
	// A strip that is not full is computed beside C.
	cols := t.cols
	t.c, t.rowC, t.cols = d.edge[:rows*sparseWidth], sparseWidth, sparseWidth
	if t.add {
		p.packCopy(t.c, sparseWidth, cols, c, p.ld, rows)
	}
	if t.bias != nil {
		copy(d.bias[:], t.bias)
		t.bias = d.bias[:]
	}
	p.sparseRows(t)
	for i := range rows {
		copy(c[i*p.ld:][:cols], d.edge[i*sparseWidth:])
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
