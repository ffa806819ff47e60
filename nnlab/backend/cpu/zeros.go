package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Images have borders: of the 784 pixels of MNIST a fifth is 0 in every image of a
// batch of 128, a third in one of 32. In x·W such a column of x has nothing to add, and in xᵀ·δ it makes a
// row of zeros, so both leave it out. What is left out is four columns wide, as far
// as packing goes.

const (
	zeroGroup = 4       // columns that are left out together
	zeroLooks = 8       // rows after which it is clear that nothing is to be found
	zeroWork  = 1 << 21 // multiplications below which looking is not worth it
)

// findZeros notes which columns of A, as it is stored, are not zero throughout; none
// are noted unless a tenth at least is.
func (p *product) findZeros(t backend.Transpose) {
	p.live, p.transA = nil, t == backend.TN
	rows, cols := p.m, p.k
	if p.transA {
		rows, cols = p.k, p.m
	}
	plain := p.beta == 0 && !p.epilogue.pending() && p.epilogue.bias == nil && !p.epilogue.relu()
	if t != backend.NN && !(p.transA && plain) || p.direct || cols%zeroGroup != 0 || p.m*p.n*p.k < zeroWork {
		return
	}
	union := sized(&p.union, cols)
	copy(union, p.a[:cols])
	for r := 1; r < rows; r++ {
		if r == zeroLooks && p.countLive(union) > cols/zeroGroup*9/10 {
			return
		}
		p.unite(p.a[r*cols:][:cols], union)
	}
	if live := p.countLive(union); live > 0 && live <= cols/zeroGroup*9/10 {
		p.live = p.groups
	}
}

// countLive makes groups the first columns of those that are not zero, and returns
// how many there are.
func (p *product) countLive(union []float32) int {
	p.groups = p.groups[:0]
	for g := 0; g < len(union); g += zeroGroup {
		bits := uint32(0)
		for _, v := range union[g : g+zeroGroup] {
			bits |= math.Float32bits(v)
		}
		if bits != 0 {
			p.groups = append(p.groups, g)
		}
	}
	return len(p.groups)
}

// run returns how many of the first live groups stand side by side.
func run(live []int) (n int) {
	for n = 1; n < len(live) && live[n] == live[n-1]+zeroGroup; n++ {
	}
	return n
}

// packLive packs the rows of op(B) that the live columns of A meet.
func (p *product) packLive(panel []float32, width, cols, col int, live []int) {
	for len(live) > 0 {
		n := run(live)
		p.packCopy(panel, width, cols, p.b[live[0]*p.n+col:], p.n, n*zeroGroup)
		panel, live = panel[n*zeroGroup*width:], live[n:]
	}
}

// liveRows runs the tiles down the rows of C that live columns of A make, and clears
// the others.
func (p *product) liveRows(t *tile, from, top, bottom, col int) {
	row := top
	for i := 0; i < len(p.live); {
		n := run(p.live[i:])
		first, end := max(top, p.live[i]), min(bottom, p.live[i]+n*zeroGroup)
		i += n
		if first >= end {
			continue
		}
		p.clearRows(t, row, first, col)
		p.rowsOf(t, end-first, p.a[first*p.rowA+from*p.stepA:], p.c[first*p.n+col:])
		row = end
	}
	p.clearRows(t, row, bottom, col)
}

func (p *product) clearRows(t *tile, from, to, col int) {
	for i := from; i < to && !t.add; i++ {
		clear(p.c[i*p.n+col:][:t.cols])
	}
}

// unite computes y = x | y, bit by bit.
func unite(x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = math.Float32frombits(math.Float32bits(v) | math.Float32bits(y[i]))
	}
}
