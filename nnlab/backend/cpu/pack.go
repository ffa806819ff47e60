package cpu

// A panel is a strip of a matrix, width numbers wide and depth long, stored so
// that a tile reads it from front to back. Where the matrix ends before the
// strip is full, it is filled with zeros.

// packCopy packs a strip whose rows stand in src as they are, ld apart: op(B)
// not transposed, op(A) transposed.
func packCopy(dst []float32, width, valid int, src []float32, ld, depth int) {
	if valid < width {
		for l := range depth {
			row := dst[l*width:][:width]
			clear(row[copy(row, src[l*ld:][:valid]):])
		}
		return
	}
	// The widths of the tiles are moved as arrays, without a call for each row.
	switch width {
	case 2:
		for l := range depth {
			*(*[2]float32)(dst[l*2:]) = *(*[2]float32)(src[l*ld:])
		}
	case 4:
		for l := range depth {
			*(*[4]float32)(dst[l*4:]) = *(*[4]float32)(src[l*ld:])
		}
	case 6:
		for l := range depth {
			*(*[6]float32)(dst[l*6:]) = *(*[6]float32)(src[l*ld:])
		}
	default:
		for l := range depth {
			copy(dst[l*width:][:width], src[l*ld:])
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
