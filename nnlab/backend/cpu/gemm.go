package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// The product goes by the scheme of Goto & van de Geijn ("Anatomy of
// High-Performance Matrix Multiplication", 2008):
//
//   - a tile, mr×nr numbers of C, stays in registers while the inner dimension
//     passes by;
//   - the inner dimension is cut into slices, so that a panel of op(B), nr wide
//     and a slice deep, stays in the first-level cache;
//   - op(A) is packed once, into panels of mr rows, by all workers;
//   - C is cut into patches. A worker computes a patch alone: slice by slice, it
//     packs a panel of op(B) and runs the tiles of the patch down with it.
//
// Whoever computes what, a number of C is the sum over the slices in their
// order, and the slices depend on the inner dimension alone.
const (
	sliceDepth = 256     // a panel of op(B) takes 16 KB
	patchRows  = 252     // with sliceDepth, this part of op(A) fits a second-level cache
	patchCols  = 64      // keeps that part of op(A) in use for a while
	packSize   = 1 << 20 // numbers of op(A) that are packed at a time
	// sharedWork is the multiplications below which waking a helper costs more
	// than it brings.
	sharedWork = 1 << 18
)

// product is a call of Gemm, and the memory that it works in.
type product struct {
	*kernels
	packSize int
	packedA  []float32   // panels, mr wide
	packedB  [][]float32 // of each worker, a panel, nr wide
	edge     [][]float32 // of each worker, a tile that would stick out of C

	m, n, k        int
	a, b, c        []float32
	transA, transB bool
	beta           float32
	bias           []float32
	f              backend.Activation

	depth     int // of a slice; the last one may be less deep
	row, rows int // the rows of op(A) that are packed: row ≤ i < row + rows
	lo, hi    int // and their inner dimension: lo ≤ l < hi
	patch     struct{ rows, cols, across int }
}

// init makes the workers' memory.
func (p *product) init(k *kernels, packSize, workers int) {
	p.kernels, p.packSize = k, packSize
	for range workers {
		p.packedB = append(p.packedB, aligned(sliceDepth*k.nr))
		p.edge = append(p.edge, aligned(k.mr*k.nr))
	}
}

// Gemm: C = f(op(A)·op(B) + β·C + bias).
func (c *cpu) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, out backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	e.Activation.Check("Gemm")
	A, B, C := numbers("Gemm", a, m*k), numbers("Gemm", b, k*n), numbers("Gemm", out, m*n)
	bias := optional("Gemm", e.Bias, n)

	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.multiply(t, m, n, k, A, B, float32(beta), C, bias, e.Activation)
}

// multiply is Gemm on host memory. The caller holds the pool's lock.
func (c *cpu) multiply(t backend.Transpose, m, n, k int, a, b []float32, beta float32, out, bias []float32, f backend.Activation) {
	p := &c.product
	p.m, p.n, p.k, p.a, p.b, p.c = m, n, k, a, b, out
	p.transA, p.transB = t == backend.TN || t == backend.TT, t == backend.NT || t == backend.TT
	p.beta, p.bias, p.f = beta, bias, f
	p.multiply(c.pool)
	p.a, p.b, p.c, p.bias = nil, nil, nil, nil
}

// multiply packs as much of op(A) as is packed at a time and multiplies it, part
// after part.
func (p *product) multiply(pool *pool) {
	p.depth = roundUp(ceil(p.k, ceil(p.k, sliceDepth)), 4) // packing goes by fours
	slices := max(1, p.packSize/p.depth/roundUp(min(p.m, patchRows), p.mr))
	rows := max(1, p.packSize/p.depth/min(slices, ceil(p.k, p.depth))/p.mr) * p.mr
	for p.row = 0; p.row < p.m; p.row += rows {
		p.rows = min(rows, p.m-p.row)
		for p.lo = 0; p.lo < p.k; p.lo = p.hi {
			p.hi = min(p.k, p.lo+slices*p.depth)
			p.multiplyPacked(pool)
		}
	}
}

// multiplyPacked packs the part of op(A) and adds what it makes to its rows of C.
func (p *product) multiplyPacked(pool *pool) {
	panels := ceil(p.rows, p.mr)
	if need := panels * p.mr * (p.hi - p.lo); len(p.packedA) < need {
		p.packedA = aligned(need)
	}
	shared := p.rows*p.n*(p.hi-p.lo) >= sharedWork
	p.choosePatch(pool.workers, shared)
	patches := ceil(p.rows, p.patch.rows) * p.patch.across
	if shared {
		pool.run(job{part: packPanels, n: panels, grain: 1, product: p})
		pool.run(job{part: computePatches, n: patches, grain: 1, product: p})
		return
	}
	pool.run(job{part: packPanels, n: panels, grain: panels, product: p})
	pool.run(job{part: computePatches, n: patches, grain: patches, product: p})
}

// choosePatch makes patches small enough that there are some for each worker, so
// that one which is slow, or late, holds nobody up.
func (p *product) choosePatch(workers int, shared bool) {
	rows := roundUp(ceil(p.rows, ceil(p.rows, patchRows)), p.mr)
	cols := roundUp(patchCols, p.nr)
	for shared && ceil(p.rows, rows)*ceil(p.n, cols) < 4*workers && (rows > p.mr || cols > p.nr) {
		if cols > p.nr {
			cols = roundUp(cols/2, p.nr)
		} else {
			rows = roundUp(rows/2, p.mr)
		}
	}
	p.patch.rows, p.patch.cols, p.patch.across = rows, cols, ceil(p.n, cols)
}

// packPanels packs panels of op(A).
func packPanels(j *job, s span) {
	p := j.product
	depth := p.hi - p.lo
	for panel := s.lo; panel < s.hi; panel++ {
		i := p.row + panel*p.mr
		valid := min(p.mr, p.row+p.rows-i)
		to := p.packedA[panel*p.mr*depth:][:p.mr*depth]
		if p.transA {
			p.packCopy(to, p.mr, valid, p.a[p.lo*p.m+i:], p.m, depth)
		} else {
			p.packTransposed(to, p.mr, valid, p.a[i*p.k+p.lo:], p.k, depth)
		}
	}
}

// computePatches computes patches of C.
func computePatches(j *job, s span) {
	p := j.product
	for patch := s.lo; patch < s.hi; patch++ {
		top, left := patch/p.patch.across*p.patch.rows, patch%p.patch.across*p.patch.cols
		bottom, right := min(p.rows, top+p.patch.rows), min(p.n, left+p.patch.cols)
		for from := p.lo; from < p.hi; from += p.depth {
			for col := left; col < right; col += p.nr {
				p.strip(s.worker, from, min(p.hi, from+p.depth), top, bottom, col, min(p.nr, right-col))
			}
		}
	}
}

// strip adds the slice from ≤ l < to to a strip of C: the rows from top to
// bottom, counted from p.row, of cols columns from col on.
func (p *product) strip(worker, from, to, top, bottom, col, cols int) {
	depth := to - from
	panel := p.packedB[worker][:depth*p.nr]
	if p.transB {
		p.packTransposed(panel, p.nr, cols, p.b[col*p.k+from:], p.k, depth)
	} else {
		p.packCopy(panel, p.nr, cols, p.b[from*p.n+col:], p.n, depth)
	}

	first, last := from == 0, to == p.k
	if first && p.beta != 0 && p.beta != 1 {
		for i := top; i < bottom; i++ {
			row := p.part(i, col, cols)
			for j := range row {
				row[j] *= p.beta
			}
		}
	}
	add, relu := !first || p.beta != 0, last && p.f.Kind == backend.ReLU
	var bias []float32
	if last && p.bias != nil {
		bias = p.bias[col:][:cols]
	}
	for row := top; row < bottom; row += p.mr {
		a := p.packedA[row*(p.hi-p.lo)+(from-p.lo)*p.mr:][:depth*p.mr]
		c := p.c[(p.row+row)*p.n+col:]
		rows := min(p.mr, bottom-row)
		if tile := p.tiles[rows-1]; tile != nil && cols == p.nr {
			tile(depth, a, panel, c, p.n, bias, add, relu)
			continue
		}
		// The tile would stick out of C: only rows×cols of it belong there.
		whole := p.edge[worker]
		p.tiles[p.mr-1](depth, a, panel, whole, p.nr, nil, false, false)
		for i := range rows {
			store(whole[i*p.nr:][:cols], c[i*p.n:], bias, add, relu)
		}
	}
	if last && !relu && p.f.Kind != backend.Linear {
		for i := top; i < bottom; i++ {
			row := p.part(i, col, cols)
			p.activate(p.f, row, row)
		}
	}
}

// part is the columns of a row of C, counted from p.row, that belong to a strip.
func (p *product) part(row, col, cols int) []float32 { return p.c[(p.row+row)*p.n+col:][:cols] }

// ceil is x/y rounded up.
func ceil(x, y int) int { return (x + y - 1) / y }

// roundUp is the smallest multiple of y that is not below x.
func roundUp(x, y int) int { return ceil(x, y) * y }
