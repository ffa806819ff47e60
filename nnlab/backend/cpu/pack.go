package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// packA copies panel p of op(a): packed[l·6+i] = op(a)[6p+i, l].
func (g *gemm) packA(p int) {
	out := g.packedA[p*tileRows*g.k:][:tileRows*g.k]
	row := p * tileRows
	rows := min(tileRows, g.m-row)
	if g.t == backend.TN || g.t == backend.TT {
		packRows(out, g.a[row:], g.k, g.m, rows, tileRows)
		return
	}
	packColumns(out, g.a[row*g.k:], g.k, rows, tileRows)
}

// packB copies panel q of op(b): packed[l·16+j] = op(b)[l, 16q+j].
func (g *gemm) packB(q int) {
	out := g.packedB[q*tileCols*g.k:][:tileCols*g.k]
	col := q * tileCols
	cols := min(tileCols, g.n-col)
	if g.t == backend.NT || g.t == backend.TT {
		packColumns(out, g.b[col*g.k:], g.k, cols, tileCols)
		return
	}
	packRows(out, g.b[col:], g.k, g.n, cols, tileCols)
}

// packRows copies k rows of n numbers that lie stride apart into rows of width,
// filled up with zeros.
func packRows(out, in []float32, k, stride, n, width int) {
	if n == tileCols {
		for l := range k {
			*(*[tileCols]float32)(out[l*tileCols:]) = *(*[tileCols]float32)(in[l*stride:])
		}
		return
	}
	for l := range k {
		row := out[l*width:][:width]
		copy(row, in[l*stride:][:n])
		clear(row[n:])
	}
}

// packColumns copies n rows of k numbers each into the columns of rows of
// width, filled up with zeros.
func packColumns(out, in []float32, k, n, width int) {
	if n < width {
		clear(out)
	}
	// Two rows at a time: the writes of both fall into one line of the cache.
	i := 0
	for ; i+1 < n; i += 2 {
		a, b := in[i*k:][:k], in[(i+1)*k:][:k]
		at := i
		for l, v := range a {
			o := out[at : at+2 : at+2]
			o[0], o[1] = v, b[l]
			at += width
		}
	}
	if i < n {
		for l, v := range in[i*k:][:k] {
			out[l*width+i] = v
		}
	}
}
