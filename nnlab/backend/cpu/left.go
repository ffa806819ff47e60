package cpu

// The left factor is packed too where a tile would wait for it: where the numbers of a
// row are so far apart that they meet in one set of a cache, and where it is so large
// that a second-level cache of 512 KB does not hold what a patch needs of it.
const (
	// leftApart is the distance, in numbers, whose multiples meet: 4 KB.
	leftApart = 1024
	// leftWork is how many multiplications a large product has, leftCols how many
	// columns there are at least to use what was packed.
	leftWork = 1 << 29
	leftCols = 96
)

// packedRows is how many rows of op(A) a packed panel of it has: those of a tile.
const packedRows = 6

// packLeftFunc packs the rows of a panel of op(A): number l of row i, which stands at
// src[i·rowA + l·stepA], goes to dst[l·packedRows + i]. Of the rows from src on there
// are so many; they may be more than the panel has, or fewer. It may write 2 numbers
// more than depth·packedRows.
type packLeftFunc func(dst, src []float32, rowA, stepA, rows, depth int)

// packsLeft tells whether op(A) is packed.
func (p *product) packsLeft() bool {
	return p.kernels.packLeft != nil && p.n >= leftCols && (p.stepA%leftApart == 0 || p.m*p.n*p.k >= leftWork)
}

// makeLeft makes room for what a worker packs of op(A).
func (p *product) makeLeft() {
	for _, d := range p.desks {
		sized(&d.left, roundUp(p.patch.rows, packedRows)*p.depth+2)
	}
}

// packLeft packs a slice of some rows of op(A).
func (p *product) packLeft(d *desk, from, to, top, bottom int) {
	for row := top; row < bottom; row += packedRows {
		p.kernels.packLeft(d.left[(row-top)*(to-from):], p.a[row*p.rowA+from*p.stepA:], p.rowA, p.stepA, p.m-row, to-from)
	}
}

// packedRowsOf runs tiles down some rows that are packed.
func (p *product) packedRowsOf(t *tile, rows int, a, c []float32) {
	tiles := p.tiles[ceil(t.cols, p.lanes)-1]
	t.rowA, t.stepA, t.a, t.c = 1, packedRows, a, c
	if n := rows / packedRows; n > 0 {
		t.times, t.nextA = n, packedRows*t.depth
		tiles[packedRows-1](t)
		if rows -= n * packedRows; rows == 0 {
			return
		}
		t.a, t.c = a[n*t.nextA:], c[n*packedRows*t.rowC:]
	}
	t.times = 1
	tiles[rows-1](t)
}
