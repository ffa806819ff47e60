package cpu

// tile4x2 is the tile in plain Go. Eight sums and what feeds them are as many
// as the compiler keeps in registers.
func tile4x2(depth int, a, b, c []float32, ldc int, bias []float32, add, relu bool) {
	var c00, c01, c10, c11, c20, c21, c30, c31 float32
	for ; depth >= 4; depth -= 4 {
		p, q := (*[16]float32)(a), (*[8]float32)(b)
		b0, b1 := q[0], q[1]
		c00, c01 = c00+p[0]*b0, c01+p[0]*b1
		c10, c11 = c10+p[1]*b0, c11+p[1]*b1
		c20, c21 = c20+p[2]*b0, c21+p[2]*b1
		c30, c31 = c30+p[3]*b0, c31+p[3]*b1
		b0, b1 = q[2], q[3]
		c00, c01 = c00+p[4]*b0, c01+p[4]*b1
		c10, c11 = c10+p[5]*b0, c11+p[5]*b1
		c20, c21 = c20+p[6]*b0, c21+p[6]*b1
		c30, c31 = c30+p[7]*b0, c31+p[7]*b1
		b0, b1 = q[4], q[5]
		c00, c01 = c00+p[8]*b0, c01+p[8]*b1
		c10, c11 = c10+p[9]*b0, c11+p[9]*b1
		c20, c21 = c20+p[10]*b0, c21+p[10]*b1
		c30, c31 = c30+p[11]*b0, c31+p[11]*b1
		b0, b1 = q[6], q[7]
		c00, c01 = c00+p[12]*b0, c01+p[12]*b1
		c10, c11 = c10+p[13]*b0, c11+p[13]*b1
		c20, c21 = c20+p[14]*b0, c21+p[14]*b1
		c30, c31 = c30+p[15]*b0, c31+p[15]*b1
		a, b = a[16:], b[8:]
	}
	for ; depth > 0; depth-- {
		p, b0, b1 := (*[4]float32)(a), b[0], b[1]
		c00, c01 = c00+p[0]*b0, c01+p[0]*b1
		c10, c11 = c10+p[1]*b0, c11+p[1]*b1
		c20, c21 = c20+p[2]*b0, c21+p[2]*b1
		c30, c31 = c30+p[3]*b0, c31+p[3]*b1
		a, b = a[4:], b[2:]
	}
	for i, sums := range [4][2]float32{{c00, c01}, {c10, c11}, {c20, c21}, {c30, c31}} {
		store(sums[:], c[i*ldc:], bias, add, relu)
	}
}

// store is what follows the multiplication in a row of a tile.
func store(sums, c, bias []float32, add, relu bool) {
	c = c[:len(sums)]
	for j, v := range sums {
		if add {
			v += c[j]
		}
		if len(bias) > 0 {
			v += bias[j]
		}
		if relu {
			v = max(0, v) // NaN stays NaN
		}
		c[j] = v
	}
}
