package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// A product is computed in tiles that stay in registers. Both factors are first
// copied in the order in which the tiles read them: a in panels of tileRows
// rows, b in panels of tileCols columns, the inner dimension running outermost
// in each, the last panel filled up with zeros. The inner dimension is cut into
// blocks of depth, so that a panel of b stays in the first-level cache; the
// cuts are the same whoever computes, and so are the bits.
const depth = 256

// gemm is one product with its operands and packed copies, which are kept from
// call to call.
type gemm struct {
	t          backend.Transpose
	m, n, k    int
	a, b, c    []float32
	beta       float32
	bias       []float32
	activation backend.Activation
	tile       tileKernel

	packedA, packedB []float32
	edges            [][tileRows * tileCols]float32 // one a thread
	panelsA, panelsB int
	stage            stage
	across           int // column blocks of the tile stage
	blockA, blockB   int // panels a block of the tile stage takes
}

type stage uint8

const (
	packing stage = iota
	tiling
)

// Panels a part of the packing stage copies.
const packPanels = 4

func (c *cpu) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, out backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.gemm
	g.t, g.m, g.n, g.k, g.beta = t, m, n, k, float32(beta)
	g.a, g.b, g.c = numbers("Gemm", a, m*k), numbers("Gemm", b, k*n), numbers("Gemm", out, m*n)
	g.bias, g.activation, g.tile = optional("Gemm", e.Bias, n), e.Activation, c.tile
	g.panelsA, g.panelsB = ceil(m, tileRows), ceil(n, tileCols)
	g.packedA = grow(g.packedA, g.panelsA*tileRows*k)
	g.packedB = grow(g.packedB, g.panelsB*tileCols*k)

	if g.edges == nil {
		g.edges = make([][tileRows * tileCols]float32, c.pool.threads())
	}
	g.stage = packing
	c.pool.run(g, ceil(g.panelsA, packPanels)+ceil(g.panelsB, packPanels))
	g.plan(c.pool.threads())
	g.stage = tiling
	c.pool.run(g, ceil(g.panelsA, g.blockA)*g.across)
	g.a, g.b, g.c, g.bias = nil, nil, nil, nil
}

// plan cuts the output into blocks: few enough that each reads its panels often,
// enough that the threads end together.
func (g *gemm) plan(threads int) {
	g.blockA = min(g.panelsA, 16) // 96 rows: with depth 256 they fill 96 KB of the second-level cache
	g.blockB = min(g.panelsB, max(1, ceil(g.panelsB*ceil(g.panelsA, g.blockA), 4*threads)))
	g.across = ceil(g.panelsB, g.blockB)
}

func (g *gemm) part(i, thread int) {
	if g.stage == tiling {
		ra, rb := i/g.across*g.blockA, i%g.across*g.blockB
		g.block(ra, min(g.panelsA, ra+g.blockA), rb, min(g.panelsB, rb+g.blockB), &g.edges[thread])
		return
	}
	if parts := ceil(g.panelsA, packPanels); i >= parts {
		lo := (i - parts) * packPanels
		for p := lo; p < min(g.panelsB, lo+packPanels); p++ {
			g.packB(p)
		}
		return
	}
	for p := i * packPanels; p < min(g.panelsA, (i+1)*packPanels); p++ {
		g.packA(p)
	}
}

// block computes the tiles of the panels a0 ≤ p < a1 of a and b0 ≤ q < b1 of b;
// those over the edge of the output go through the tile edge.
func (g *gemm) block(a0, a1, b0, b1 int, edge *[tileRows * tileCols]float32) {
	relu := g.activation.Kind == backend.ReLU
	g.start(a0, a1, b0, b1)
	for lo := 0; lo < g.k; lo += depth {
		d := min(depth, g.k-lo)
		last := lo+d == g.k
		for q := b0; q < b1; q++ {
			b := &g.packedB[(q*g.k+lo)*tileCols]
			for p := a0; p < a1; p++ {
				a := &g.packedA[(p*g.k+lo)*tileRows]
				row, col := p*tileRows, q*tileCols
				rows, cols := min(tileRows, g.m-row), min(tileCols, g.n-col)
				c := g.c[row*g.n+col:]
				accumulate := lo > 0 || g.beta != 0 || g.bias != nil
				if rows == tileRows && cols == tileCols {
					g.tile(d, a, b, &c[0], g.n, accumulate, relu && last)
					continue
				}
				for i := range rows {
					copy(edge[i*tileCols:][:cols], c[i*g.n:])
				}
				g.tile(d, a, b, &edge[0], tileCols, accumulate, relu && last)
				for i := range rows {
					copy(c[i*g.n:][:cols], edge[i*tileCols:])
				}
			}
		}
	}
	if !relu && g.activation.Kind != backend.Linear {
		g.eachRow(a0, a1, b0, b1, func(g *gemm, row []float32, _ int) { activate(g.activation, row, row) })
	}
}

// start puts β·c + bias where the tiles are to be added to it.
func (g *gemm) start(a0, a1, b0, b1 int) {
	if g.beta == 0 && g.bias == nil || g.beta == 1 && g.bias == nil {
		return
	}
	g.eachRow(a0, a1, b0, b1, func(g *gemm, row []float32, col int) {
		switch {
		case g.beta == 0:
			copy(row, g.bias[col:])
			return
		case g.beta != 1:
			for i := range row {
				row[i] *= g.beta
			}
		}
		if g.bias != nil {
			for i, v := range g.bias[col:][:len(row)] {
				row[i] += v
			}
		}
	})
}

// eachRow calls f with the rows of a block of the output.
func (g *gemm) eachRow(a0, a1, b0, b1 int, f func(g *gemm, row []float32, col int)) {
	col, end := b0*tileCols, min(g.n, b1*tileCols)
	for i := a0 * tileRows; i < min(g.m, a1*tileRows); i++ {
		f(g, g.c[i*g.n+col:i*g.n+end], col)
	}
}

func ceil(n, d int) int { return (n + d - 1) / d }

// grow returns a slice of n numbers, the old memory where it is enough.
func grow(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}
