package main

// sparseVecs is how many registers wide a strip of lists is; see sparse.go of package
// cpu. As many are the sums; a number of the list takes the others in two halves.
const sparseVecs = 64 / lanes

// What the general registers hold besides those of a tile.
const (
	places = "R2"
	counts = "R3"
	rows   = "R4"
	rowB   = "R5"
)

// newSparse is the microkernel of rows whose zeros have been left out.
func newSparse() *kernel {
	k := &kernel{name: "sparseRowsNEON", doc: "is [sparseRows]", vecs: sparseVecs}
	for r := sparseVecs; r < 32; r++ {
		k.free = append(k.free, r)
	}
	return k
}

func (k *kernel) writeSparse() {
	k.begin()
	k.ins("MOVD tile_a(%s), %s", tile, a)
	k.ins("MOVD tile_places(%s), %s", tile, places)
	k.ins("MOVD tile_counts(%s), %s", tile, counts)
	k.ins("MOVD (tile_counts+8)(%s), %s", tile, rows)
	k.ins("MOVD tile_b(%s), %s", tile, b)
	k.ins("MOVD tile_c(%s), %s", tile, c)
	k.inBytes("rowC", rowC)

	k.label("row")
	for v := range k.vecs {
		k.zero(v)
	}
	k.ins("MOVW.P 4(%s), %s", counts, left)
	k.ins("CBZ %s, listed", left)
	k.label("number")
	const half = sparseVecs / 2
	x := k.free[half]
	k.ins("MOVWU.P 4(%s), %s", places, rowB)
	k.ins("FMOVS.P 4(%s), F%d", a, x)
	k.ins("ADD %s<<2, %s, %s", rowB, b, rowB)
	for first := 0; first < k.vecs; first += half {
		for v := 0; v < half; v += 2 {
			k.ins("FLDPQ %d(%s), (F%d, F%d)", 16*(first+v), rowB, k.free[v], k.free[v+1])
		}
		for v := range half {
			k.ins("FMLA0(%d, %d, %d)", x, k.free[v], first+v)
		}
	}
	k.ins("SUBS $1, %s", left)
	k.ins("BNE number")

	k.label("listed")
	k.finishRows(1, "")
	k.ins("ADD %s, %s", rowC, c)
	k.ins("SUBS $1, %s", rows)
	k.ins("BNE row")
	k.ins("RET")
}
