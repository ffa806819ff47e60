//go:build !noasm

package cpu

// packCopyNEON is [packCopy] for full strips, a multiple of 4 wide.
//
//go:noescape
func packCopyNEON(dst []float32, width int, src []float32, ld, depth int)

// packTransposed4NEON writes 4 rows of src, ld apart, to the first 4 columns of
// dst, whose rows are width long.
//
//go:noescape
func packTransposed4NEON(dst []float32, width int, src []float32, ld, depth int)

// The others are named as their twins in Go are. They take buffers of the length
// of the first, four numbers at a time and the rest one by one, by the same
// instructions: where a worker's part ends changes no bit.

//go:noescape
func reluNEON(x, y []float32)

//go:noescape
func leakyReLUNEON(x, y []float32, alpha float32)

//go:noescape
func reluGradNEON(y, dy, dx []float32)

//go:noescape
func leakyReLUGradNEON(y, dy, dx []float32, alpha float32)

//go:noescape
func sigmoidGradNEON(y, dy, dx []float32)

//go:noescape
func tanhGradNEON(y, dy, dx []float32)

//go:noescape
func axpyNEON(x, y []float32, alpha float32)

//go:noescape
func scaleNEON(x []float32, alpha float32)

//go:noescape
func multiplyNEON(x, y, z []float32)

//go:noescape
func maximumNEON(x, y, z []float32)

//go:noescape
func momentumNEON(w, g, v []float32, rate, alpha float32)

//go:noescape
func nesterovNEON(w, g, v []float32, rate, alpha float32)

//go:noescape
func adagradNEON(w, g, s []float32, rate, epsilon float32)

//go:noescape
func rmspropNEON(w, g, s []float32, rate, rho, rest, epsilon float32)

//go:noescape
func adamNEON(w, g, m, v []float32, rate, beta1, rest1, beta2, rest2, epsilon float32)

// addRowsNEON computes y = y + Σ x[t]·b[rows[t]:] for eight numbers of x.
//
//go:noescape
func addRowsNEON(x []float32, rows []int, b, y []float32)

// innerRowsNEON computes sums[t] = Σ x·b[t·apart:] for eight sums.
//
//go:noescape
func innerRowsNEON(x, b, sums []float32, apart int)
