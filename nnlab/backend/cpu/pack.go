package cpu

// A panel is a strip of a matrix, width numbers wide and depth long, stored so
// that a tile reads it from front to back. Where the matrix ends before the
// strip is full, it is filled with zeros.

// packCopy packs a strip whose rows stand in src as they are, ld apart.
func packCopy(dst []float32, width, valid int, src []float32, ld, depth int) {
	if width == genericLanes && valid == width { // moved without a call for each row
		for l := range depth {
			*(*[genericLanes]float32)(dst[l*width:]) = *(*[genericLanes]float32)(src[l*ld:])
		}
		return
	}
	for l := range depth {
		row := dst[l*width:][:width]
		clear(row[copy(row, src[l*ld:][:valid]):])
	}
}

// packTransposed packs a strip whose columns stand in src as rows, ld apart.
func packTransposed(dst []float32, width, valid int, src []float32, ld, depth int) {
	packColumns(dst, width, 0, valid, src, ld, depth)
	zeroColumns(dst, width, valid, depth)
}

// packColumns writes rows first ≤ i < last of src to the columns i of the strip.
func packColumns(dst []float32, width, first, last int, src []float32, ld, depth int) {
	for i := first; i < last; i++ {
		to := dst[i:]
		for l, v := range src[i*ld:][:depth] {
			to[l*width] = v
		}
	}
}

// zeroColumns fills the columns from valid on.
func zeroColumns(dst []float32, width, valid, depth int) {
	if valid == width {
		return
	}
	for l := range depth {
		clear(dst[l*width+valid : (l+1)*width])
	}
}
