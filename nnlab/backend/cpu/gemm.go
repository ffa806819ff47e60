package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// The product goes by the scheme of Goto & van de Geijn ("Anatomy of
// High-Performance Matrix Multiplication", 2008), with one thing left out: the
// microkernel reads op(A) where it stands, number by number, whatever its strides
// (but for a few products, see left.go).
//
//   - A tile of C stays in registers while the inner dimension passes by.
//   - The inner dimension is cut into slices, so that a panel of op(B), as wide as
//     a tile and a slice deep, stays in a cache.
//   - C is cut into patches. A worker computes a patch alone: panel by panel and
//     slice by slice it packs op(B), and runs the tiles of the patch down with it.
//     (Products of few rows go another way: see thin.go.)
//
// Whoever computes what, a number of C is the sum over the slices in their
// order, and the slices depend on the sizes, and on A where its zeros are left out
// (sparse.go), alone.
const (
	sliceDepth = 256 // a panel of op(B), 64 wide, takes 64 KB
	patchRows  = 252 // with sliceDepth, this part of op(A) fits a second-level cache
	patchCols  = 128 // keeps that part of op(A) in use for a while
	// sharedWork is the multiplications below which waking a helper costs more
	// than it brings.
	sharedWork = 1 << 16
)

// product is a call of Gemm, and the memory that it works in.
type product struct {
	*kernels
	desks []*desk // of each worker

	m, n, k     int
	a, b, c     []float32
	packed      []float32 // op(B), slice by slice and strip by strip, where B is held; see held.go
	rowA, stepA int
	transB      bool
	thin        thin
	beta        float32
	epilogue    epilogue
	ld          int  // how far apart the rows of C are
	depth       int  // of a slice; the last one may be less deep
	strips      int  // how wide a strip is
	sparse      bool // the zeros of A are left out
	left        bool // A is packed
	inPlace     bool // op(B) is read where it stands
	patch       struct{ rows, cols, across int }
}

// desk is what a worker needs for its own work.
type desk struct {
	panel []float32 // of op(B)
	left  []float32 // of op(A), where that is packed
	slice []float32 // of a convolution's weights
	tile  tile
	lists lists
	edge  []float32 // rows of a strip that is not full, and its bias
	bias  [sparseWidth]float32
	eight [streams]float32 // of a thin product
	rows  [streams]int     // where rows of B begin
	live  []int            // those that no zero is multiplied with
}

// init makes the workers' memory.
func (p *product) init(k *kernels, workers int) {
	p.kernels = k
	for range workers {
		p.desks = append(p.desks, &desk{panel: aligned(max(sliceDepth*k.width(), sparseDepth*sparseWidth))})
	}
}

// Gemm: C = f(op(A)·op(B) + β·C + bias) ⊙ g'(y).
func (c *cpu) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, out backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	A, B, C := numbers("Gemm", a, m*k), numbers("Gemm", b, k*n), numbers("Gemm", out, m*n)
	finish := newEpilogue("Gemm", e, n, m*n)

	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.multiply(t, m, n, k, A, B, float32(beta), C, finish)
}

// multiply is Gemm on host memory. The caller holds the pool's lock.
func (c *cpu) multiply(t backend.Transpose, m, n, k int, a, b []float32, beta float32, out []float32, e epilogue) {
	p := &c.product
	p.m, p.n, p.k, p.a, p.b, p.c = m, n, k, a, b, out
	p.rowA, p.stepA = k, 1
	if t == backend.TN || t == backend.TT {
		p.rowA, p.stepA = 1, m
	}
	p.transB = t == backend.NT || t == backend.TT
	p.beta, p.epilogue, p.ld = beta, e, e.ld(n)
	shared := m*n*k >= sharedWork
	thin := p.isThin(t)
	deep := !p.transB && isDeep(m, n, k)
	// Where one strip alone reads lists, to make them takes longer than what they leave out.
	p.sparse, p.left = !thin && !(deep && n <= sparseWidth) && p.hasZeros(), false
	if thin || deep && !p.sparse {
		c.multiplyThin(p, shared)
		p.release()
		return
	}
	p.strips = p.width()
	most := sliceDepth
	if p.inPlace = false; p.sparse {
		p.strips, most = sparseWidth, sparseDepth
	} else if width := p.widthInPlace(); width > 0 {
		p.inPlace, p.strips, most = true, width, depthInPlace
	}
	p.depth = roundUp(ceil(k, ceil(k, most)), 4) // packing goes by fours
	if p.sparse {
		p.chooseSparsePatch(c.pool.workers, shared)
	} else {
		p.left = p.packsLeft()
		p.choosePatch(c.pool.workers, shared)
	}
	patches := ceil(m, p.patch.rows) * p.patch.across
	grain := patches
	if shared {
		grain = 1
	}
	c.packHeld(p)
	c.pool.run(job{part: computePatches, n: patches, grain: grain, product: p})
	p.release()
}

// release lets go of the operands.
func (p *product) release() { p.a, p.b, p.c, p.packed, p.epilogue = nil, nil, nil, nil, epilogue{} }

// choosePatch makes patches small enough that there are some for each worker, so
// that one which is slow, or late, holds nobody up.
func (p *product) choosePatch(workers int, shared bool) {
	rows, cols, most := patchRows, patchCols, p.rows(p.width())
	if p.left { // packed once for twice as many columns
		rows, cols = 2*rows, 2*cols
	}
	rows, cols = ceil(p.m, ceil(p.m, rows)), roundUp(cols, p.strips)
	if p.inPlace { // the longer the pieces that are read of B's rows, the better
		if cols = p.n; shared {
			cols = ceil(p.n, workers)
		}
		cols, shared = roundUp(cols, p.strips), false
	}
	for shared && ceil(p.m, rows)*ceil(p.n, cols) < 4*workers && (rows > most || cols > p.strips) {
		if cols > p.strips {
			cols = roundUp(cols/2, p.strips)
		} else {
			rows = roundUp(rows/2, most)
		}
	}
	p.patch.rows, p.patch.cols, p.patch.across = rows, cols, ceil(p.n, cols)
	if p.left {
		p.makeLeft()
	}
}

// computePatches computes patches of C.
func computePatches(j *job, s span) {
	p := j.product
	for patch := s.lo; patch < s.hi; patch++ {
		top, left := patch/p.patch.across*p.patch.rows, patch%p.patch.across*p.patch.cols
		bottom, right := min(p.m, top+p.patch.rows), min(p.n, left+p.patch.cols)
		if d := p.desks[s.worker]; p.sparse && d.lists.top != top {
			p.list(d, top, bottom)
		}
		for from := 0; from < p.k; from += p.depth {
			if p.left {
				p.packLeft(p.desks[s.worker], from, min(p.k, from+p.depth), top, bottom)
			}
			for col := left; col < right; col += p.strips {
				p.strip(s.worker, from, min(p.k, from+p.depth), top, bottom, col, min(p.strips, right-col))
			}
		}
	}
}

// strip adds the slice from ≤ l < to to a strip of C: the rows from top to bottom
// and cols columns from col on.
func (p *product) strip(worker, from, to, top, bottom, col, cols int) {
	depth, width := to-from, p.widthOf(cols)
	d := p.desks[worker]
	t := &d.tile
	*t = tile{a: p.a, offsets: whole, rowA: p.rowA, stepA: p.stepA, rowC: p.ld, depth: depth, cols: cols}
	t.b, t.stepB = d.panel, width
	switch {
	case p.packed != nil:
		t.b = p.packed[p.placeOf(from, to, col):]
	case p.inPlace && cols%p.lanes == 0:
		t.b, t.stepB = p.b[from*p.n+col:], p.n
	default:
		p.pack(t.b, from, to, col, cols)
	}

	first, last := from == 0, to == p.k
	if first && p.beta != 0 && p.beta != 1 {
		for i := top; i < bottom; i++ {
			p.scale(p.c[i*p.ld+col:][:cols], p.beta)
		}
	}
	t.add = !first || p.beta != 0
	rest := p.epilogue
	if last && !p.sparse {
		p.epilogue.within(p.kernels, t, top, 1, col, cols)
		rest = rest.behind(p.kernels)
	} else if last {
		t.bias, t.relu = p.epilogue.biasOf(col, cols), p.epilogue.relu()
	}
	if p.sparse {
		p.listed(d, from, to, top, bottom, col)
	} else if p.left {
		p.packedRowsOf(t, bottom-top, d.left, p.c[top*p.ld+col:])
	} else {
		p.rowsOf(t, bottom-top, p.a[top*p.rowA+from*p.stepA:], p.c[top*p.ld+col:])
	}
	if last && rest.pending() {
		for i := top; i < bottom; i++ {
			rest.finishRow(p.kernels, p.c, i, col, cols)
		}
	}
}

// widthOf is how wide some columns are when they are packed, in one strip or in several.
func (p *product) widthOf(cols int) int {
	if p.sparse {
		return roundUp(cols, sparseWidth)
	}
	return roundUp(cols, p.lanes)
}

// pack packs the slice from ≤ l < to of cols columns of op(B), from col on.
func (p *product) pack(panel []float32, from, to, col, cols int) {
	if p.transB {
		p.packTransposed(panel, p.widthOf(cols), cols, p.b[col*p.k+from:], p.k, to-from)
	} else {
		p.packCopy(panel, p.widthOf(cols), cols, p.b[from*p.n+col:], p.n, to-from)
	}
}

// ceil is x/y rounded up.
func ceil(x, y int) int { return (x + y - 1) / y }

// roundUp is the smallest multiple of y that is not below x.
func roundUp(x, y int) int { return ceil(x, y) * y }
