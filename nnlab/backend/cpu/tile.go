package cpu

// A tile is a call of a microkernel: some rows and columns of a product, whose
// sums stay in registers while the inner dimension passes by. With s over the
// segments of the inner dimension and l < depth over a segment,
//
//	C[i,j] = f((C[i,j] if add + Σ_s Σ_l A[s,l,i]·B[s,l,j])·scale[j] + bias[j] + plus[i,j])
//
//	A[s,l,i]  a[offsets[s] + l·stepA + i·rowA]    any matrix, or the windows of an image
//	B[s,l,j]  b[(s·depth + l)·stepB + j]          read whole registers at a time
//	C[i,j]    c[i·rowC + j]                       j < cols
//	plus[i,j] plus[plusAt + i·rowPlus + j]
//
// where scale is 1, and bias and plus are 0, if there are none; where there is a scale
// there is a bias.
//
// Below it stand times−1 others, as high: their A begins nextA numbers further each, and
// their C and plus where the last one's end.
//
// How many rows there are, and the most columns, is the microkernel's own; see
// [kernels]. The assembly knows this struct by heart (_asm/tile.go).
type tile struct {
	a           []float32
	offsets     []int
	rowA, stepA int
	b           []float32
	stepB       int
	c           []float32
	rowC        int
	bias        []float32
	depth       int
	cols        int
	add, relu   bool // relu: f(x) = max(0, x), otherwise f(x) = x
	times       int  // is counted down; 0 is once
	nextA       int
	places      []int32 // of lists and how long these are; see [sparseRows]
	counts      []int32

	scale, plus     []float32
	rowPlus, plusAt int // plusAt is counted on
}

// tileFunc is a microkernel.
type tileFunc func(*tile)

// rowsOf runs tiles down some rows of a product whose factor A begins at a and
// whose result begins at c.
func (k *kernels) rowsOf(t *tile, rows int, a, c []float32) {
	down(k.tiles[ceil(t.cols, k.lanes)-1], t, rows, a, c)
}

// down runs tiles, of which tiles[r−1] has r rows, down some rows.
func down(tiles []tileFunc, t *tile, rows int, a, c []float32) {
	n := ceil(rows, len(tiles))
	r, more := rows/n, rows%n // shared out evenly
	t.a, t.c = a, c
	if more > 0 {
		t.times, t.nextA = more, (r+1)*t.rowA
		tiles[r](t)
		t.a, t.c = a[more*t.nextA:], c[more*(r+1)*t.rowC:]
	}
	t.times, t.nextA = n-more, r*t.rowA
	tiles[r-1](t)
}

// repeated makes tiles that compute all that stand one below the other, of such as
// compute one; once[r−1] has r rows.
func repeated(once ...tileFunc) (tiles []tileFunc) {
	for i, run := range once {
		tiles = append(tiles, func(t *tile) {
			for {
				run(t)
				t.plusAt += (i + 1) * t.rowPlus
				if t.times--; t.times <= 0 {
					return
				}
				t.a, t.c = t.a[t.nextA:], t.c[(i+1)*t.rowC:]
			}
		})
	}
	return tiles
}

// whole is the offsets of an inner dimension in one segment.
var whole = []int{0}

// genericLanes is how many columns the tiles in plain Go have.
const genericLanes = 2

// genericTiles are the tiles in plain Go. The largest is as large as the compiler
// can keep in registers.
func genericTiles() [][]tileFunc {
	return [][]tileFunc{repeated(tileRows(1), tileRows(2), tileRows(3), tile4x2)}
}

// tileRows is the tile of a few rows, row by row.
func tileRows(rows int) tileFunc {
	return func(t *tile) {
		for i := range rows {
			var sums [genericLanes]float32
			b := 0
			for _, at := range t.offsets {
				at += i * t.rowA
				for range t.depth {
					v := t.a[at]
					sums[0], sums[1] = sums[0]+v*t.b[b], sums[1]+v*t.b[b+1]
					at, b = at+t.stepA, b+t.stepB
				}
			}
			t.store(i, sums[:])
		}
	}
}

// tile4x2 is the tile of four rows.
func tile4x2(t *tile) {
	var c00, c01, c10, c11, c20, c21, c30, c31 float32
	b, stepB := t.b, t.stepB
	for _, at := range t.offsets {
		a0, a1, a2, a3 := t.a[at:], t.a[at+t.rowA:], t.a[at+2*t.rowA:], t.a[at+3*t.rowA:]
		for l := 0; l < t.depth*t.stepA; l += t.stepA {
			b0, b1 := b[0], b[1]
			c00, c01 = c00+a0[l]*b0, c01+a0[l]*b1
			c10, c11 = c10+a1[l]*b0, c11+a1[l]*b1
			c20, c21 = c20+a2[l]*b0, c21+a2[l]*b1
			c30, c31 = c30+a3[l]*b0, c31+a3[l]*b1
			b = b[min(stepB, len(b)):]
		}
	}
	for i, sums := range [4][genericLanes]float32{{c00, c01}, {c10, c11}, {c20, c21}, {c30, c31}} {
		t.store(i, sums[:])
	}
}

// store is what follows the multiplication in row i.
func (t *tile) store(i int, sums []float32) {
	c := t.c[i*t.rowC:][:t.cols]
	for j := range c {
		v := sums[j]
		if t.add {
			v += c[j]
		}
		if len(t.scale) > 0 {
			v = v*t.scale[j] + t.bias[j]
		} else if len(t.bias) > 0 {
			v += t.bias[j]
		}
		if len(t.plus) > 0 {
			v += t.plus[t.plusAt+i*t.rowPlus+j]
		}
		if t.relu {
			v = max(0, v) // NaN stays NaN
		}
		c[j] = v
	}
}

// inner is the inner product of two rows.
func inner(x, y []float32) float32 {
	var a, b, c, d float32
	y = y[:len(x)]
	for ; len(x) >= 4; x, y = x[4:], y[4:] {
		a += x[0] * y[0]
		b += x[1] * y[1]
		c += x[2] * y[2]
		d += x[3] * y[3]
	}
	for i, v := range x {
		a += v * y[i]
	}
	return a + b + c + d
}
