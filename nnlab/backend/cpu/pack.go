package cpu

// A panel is a strip of a matrix, width numbers wide and depth long, stored so
// that a tile reads it from front to back. Where the matrix ends before the
// strip is full, it is filled with zeros.

// packCopy packs a strip whose rows stand in src as they are, ld apart: op(B)
// not transposed, op(A) transposed.
func packCopy(dst []float32, width, valid int, src []float32, ld, depth int) {
	switch {
	// The widths of the generic tiles are moved without a call for each row.
	case width == 2 && valid == 2:
		for l := range depth {
			v := *(*[2]float32)(src[l*ld:])
			*(*[2]float32)(dst[l*2:]) = v
		}
	case width == 4 && valid == 4:
		for l := range depth {
			v := *(*[4]float32)(src[l*ld:])
			*(*[4]float32)(dst[l*4:]) = v
		}
	default:
		for l := range depth {
			row := dst[l*width:][:width]
			clear(row[copy(row, src[l*ld:][:valid]):])
		}
	}
}

// packTransposed packs a strip whose columns stand in src as rows, ld apart.
func packTransposed(dst []float32, width, valid int, src []float32, ld, depth int) {
	for i := range valid {
		to := dst[i:]
		for l, v := range src[i*ld:][:depth] {
			to[l*width] = v
		}
	}
	for i := valid; i < width; i++ {
		for l := range depth {
			dst[l*width+i] = 0
		}
	}
}
