package cpu

import "unsafe"

// tileGeneric is the twin of the assembly in Go: 2×4 elements at a time, which
// is what the compiler keeps in registers.
func tileGeneric(k int, a, b, c *float32, ldc int, accumulate, relu bool) {
	A, B := unsafe.Slice(a, k*tileRows), unsafe.Slice(b, k*tileCols)
	C := unsafe.Slice(c, (tileRows-1)*ldc+tileCols)
	for i := 0; i < tileRows; i += 2 {
		for j := 0; j < tileCols; j += 4 {
			var s [2][4]float32
			tile2x4(k, A[i:], B[j:], &s)
			for r := range 2 {
				row := C[(i+r)*ldc+j:][:4]
				for x := range row {
					v := s[r][x]
					if accumulate {
						v += row[x]
					}
					if relu && v < 0 {
						v = 0
					}
					row[x] = v
				}
			}
		}
	}
}

func tile2x4(k int, a, b []float32, s *[2][4]float32) {
	var s00, s01, s02, s03, s10, s11, s12, s13 float32
	for l := range k {
		x, y := a[l*tileRows:][:2], b[l*tileCols:][:4]
		s00 += x[0] * y[0]
		s01 += x[0] * y[1]
		s02 += x[0] * y[2]
		s03 += x[0] * y[3]
		s10 += x[1] * y[0]
		s11 += x[1] * y[1]
		s12 += x[1] * y[2]
		s13 += x[1] * y[3]
	}
	*s = [2][4]float32{{s00, s01, s02, s03}, {s10, s11, s12, s13}}
}
