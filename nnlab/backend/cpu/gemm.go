package cpu

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// The product goes by the scheme of Goto & van de Geijn ("Anatomy of
// High-Performance Matrix Multiplication", 2008). The rows of op(A) are packed
// once into panels of mr rows, by all workers. Then C is cut into tiles, and a
// worker computes a tile alone: block by block of the inner dimension, it packs
// nr columns of op(B) into a panel that stays in its first-level cache and runs
// the microkernel down the tile with it.
const (
	blockK   = 256     // inner dimension of a block: a panel of B takes 16 KB
	tileRows = 252     // rows of a tile: with blockK, A's part of a block fits a second-level cache
	tileCols = 64      // columns of a tile
	packSize = 1 << 20 // numbers of A that are packed at a time, by default
	// sharedWork is the multiplications below which waking a helper costs more
	// than it brings.
	sharedWork = 1 << 18
)

// product is a call of Gemm, and the memory that it works in.
type product struct {
	*kernels
	packSize int
	packedA  []float32   // panels of mr rows, each k×mr
	packedB  [][]float32 // of each worker: a panel blockK×nr
	edge     [][]float32 // of each worker: a tile mr×nr that would stick out of C

	m, n, k          int
	a, b, c          []float32
	transA, transB   bool
	beta             float32
	bias             []float32
	f                backend.Activation
	first, rows      int // the rows of C whose part of A is packed
	blocks           int // of the inner dimension
	tileRow, tileCol int // rows and columns of a tile
	tilesAcross      int
}

// init makes the workers' memory.
func (p *product) init(k *kernels, packSize, workers int) {
	p.kernels, p.packSize = k, packSize
	for range workers {
		p.packedB = append(p.packedB, aligned(blockK*k.nr))
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
	p := &c.product
	p.m, p.n, p.k, p.a, p.b, p.c = m, n, k, A, B, C
	p.transA, p.transB = t == backend.TN || t == backend.TT, t == backend.NT || t == backend.TT
	p.beta, p.bias, p.f = float32(beta), bias, e.Activation
	p.blocks = ceil(k, blockK)
	atOnce := max(p.mr, p.packSize/k/p.mr*p.mr)
	for p.first = 0; p.first < m; p.first += atOnce {
		p.rows = min(atOnce, m-p.first)
		p.multiply(c.pool)
	}
	p.a, p.b, p.c, p.bias = nil, nil, nil, nil
}

// multiply computes the rows of C from first on.
func (p *product) multiply(pool *pool) {
	panels := ceil(p.rows, p.mr)
	if need := panels * p.mr * p.k; len(p.packedA) < need {
		p.packedA = aligned(need)
	}
	small := p.rows*p.n*p.k < sharedWork
	grain := 1
	if small {
		grain = panels
	}
	pool.run(job{part: packRows, n: panels, grain: grain, product: p})

	p.tileRow, p.tileCol = ceil(ceil(p.rows, ceil(p.rows, tileRows)), p.mr)*p.mr, ceil(tileCols, p.nr)*p.nr
	// Enough tiles that a worker which is slow, or late, holds nobody up.
	for !small && ceil(p.rows, p.tileRow)*ceil(p.n, p.tileCol) < 4*pool.workers {
		if p.tileCol > p.nr {
			p.tileCol = ceil(p.tileCol/2, p.nr) * p.nr
		} else if p.tileRow > p.mr {
			p.tileRow = ceil(p.tileRow/2, p.mr) * p.mr
		} else {
			break
		}
	}
	p.tilesAcross = ceil(p.n, p.tileCol)
	tiles := ceil(p.rows, p.tileRow) * p.tilesAcross
	if small {
		grain = tiles
	}
	pool.run(job{part: computeTiles, n: tiles, grain: grain, product: p})
}

// packRows packs panels of A.
func packRows(j *job, s span) {
	p := j.product
	for panel := s.lo; panel < s.hi; panel++ {
		i := p.first + panel*p.mr
		rows := min(p.mr, p.first+p.rows-i)
		to := p.packedA[panel*p.mr*p.k:][:p.mr*p.k]
		if p.transA {
			p.packCopy(to, p.mr, rows, p.a[i:], p.m, p.k)
		} else {
			p.packTransposed(to, p.mr, rows, p.a[i*p.k:], p.k, p.k)
		}
	}
}

// computeTiles computes tiles of C.
func computeTiles(j *job, s span) {
	p := j.product
	for tile := s.lo; tile < s.hi; tile++ {
		row, col := tile/p.tilesAcross*p.tileRow, tile%p.tilesAcross*p.tileCol
		p.tile(s.worker, row, min(p.rows, row+p.tileRow), col, min(p.n, col+p.tileCol))
	}
}

// tile computes the rows lo ≤ i < hi, counted from first, of the columns
// left ≤ j < right.
func (p *product) tile(worker, lo, hi, left, right int) {
	relu := p.f.Kind == backend.ReLU
	for block := range p.blocks {
		from, to := block*p.k/p.blocks&^3, p.k // multiples of 4 suit the packing
		last := block == p.blocks-1
		if !last {
			to = (block + 1) * p.k / p.blocks &^ 3
		}
		depth := to - from
		for col := left; col < right; col += p.nr {
			cols := min(p.nr, right-col)
			panel := p.packedB[worker][:depth*p.nr]
			if p.transB {
				p.packTransposed(panel, p.nr, cols, p.b[col*p.k+from:], p.k, depth)
			} else {
				p.packCopy(panel, p.nr, cols, p.b[from*p.n+col:], p.n, depth)
			}
			if block == 0 && p.beta != 0 && p.beta != 1 {
				p.scale(lo, hi, col, cols)
			}
			add := block > 0 || p.beta != 0
			var bias []float32
			if last && p.bias != nil {
				bias = p.bias[col:][:cols]
			}
			for row := lo; row < hi; row += p.mr {
				a := p.packedA[row*p.k+from*p.mr:][:depth*p.mr]
				c := p.c[(p.first+row)*p.n+col:]
				rows := min(p.mr, hi-row)
				if run := p.tiles[rows-1]; run != nil && cols == p.nr {
					run(depth, a, panel, c, p.n, bias, add, relu && last)
				} else {
					p.stickingOut(worker, depth, a, panel, c, rows, cols, bias, add, relu && last)
				}
			}
			if last && !relu && p.f.Kind != backend.Linear {
				p.activateStrip(lo, hi, col, cols)
			}
		}
	}
}

// stickingOut computes a tile of which only rows×cols belong to C.
func (p *product) stickingOut(worker, depth int, a, b, c []float32, rows, cols int, bias []float32, add, relu bool) {
	whole := p.edge[worker]
	p.tiles[p.mr-1](depth, a, b, whole, p.nr, nil, false, false)
	for i := range rows {
		store(whole[i*p.nr:][:cols], c[i*p.n:], bias, add, relu)
	}
}

// scale multiplies a part of C by β.
func (p *product) scale(lo, hi, col, cols int) {
	for i := lo; i < hi; i++ {
		row := p.c[(p.first+i)*p.n+col:][:cols]
		for j := range row {
			row[j] *= p.beta
		}
	}
}

// activateStrip applies the activation functions that a tile cannot, while the part
// of C is in the cache.
func (p *product) activateStrip(lo, hi, col, cols int) {
	for i := lo; i < hi; i++ {
		row := p.c[(p.first+i)*p.n+col:][:cols]
		p.kernels.activate(p.f, row, row)
	}
}

// ceil is x/y rounded up.
func ceil(x, y int) int { return (x + y - 1) / y }
