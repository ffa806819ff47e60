//go:build !noasm

package cpu

// native is the kernels in assembly: every arm64 processor has NEON. What is not
// named here is generic: what needs an exponential, dropout, whose 64-bit products
// NEON does not have, rarer updates and the pools.
func native(four kernels) []kernels {
	four.name, four.lanes, four.tiles, four.scales = "neon", 4, tilesNEON(), false
	four.sparseRows, four.mostDense = sparseRowsNEON, 0.65
	four.sparseNarrow, four.sparseWide = nil, nil // gradients of convolutions do without lists
	four.packCopy, four.packTransposed = packCopyVector, packTransposedVector
	four.addRows, four.innerRows = addRowsNEON, innerRowsNEON
	four.relu, four.leakyReLU = reluNEON, leakyReLUNEON
	four.reluGrad, four.leakyReLUGrad = reluGradNEON, leakyReLUGradNEON
	four.sigmoidGrad, four.tanhGrad = sigmoidGradNEON, tanhGradNEON
	four.axpy, four.scale, four.multiply, four.maximum = axpyNEON, scaleNEON, multiplyNEON, maximumNEON
	four.momentum, four.nesterov, four.adagrad = momentumNEON, nesterovNEON, adagradNEON
	four.rmsprop, four.adam = rmspropNEON, adamNEON
	return []kernels{four}
}

func tilesNEON() [][]tileFunc {
	return [][]tileFunc{
		repeated(tile1x4NEON, tile2x4NEON, tile3x4NEON, tile4x4NEON, tile5x4NEON, tile6x4NEON,
			tile7x4NEON, tile8x4NEON, tile9x4NEON, tile10x4NEON, tile11x4NEON, tile12x4NEON),
		repeated(tile1x8NEON, tile2x8NEON, tile3x8NEON, tile4x8NEON, tile5x8NEON, tile6x8NEON,
			tile7x8NEON, tile8x8NEON, tile9x8NEON, tile10x8NEON, tile11x8NEON, tile12x8NEON),
		repeated(tile1x12NEON, tile2x12NEON, tile3x12NEON, tile4x12NEON, tile5x12NEON, tile6x12NEON, tile7x12NEON, tile8x12NEON),
		repeated(tile1x16NEON, tile2x16NEON, tile3x16NEON, tile4x16NEON, tile5x16NEON, tile6x16NEON),
	}
}

// packCopyVector is [packCopy], in vectors where the strip is full.
func packCopyVector(dst []float32, width, valid int, src []float32, ld, depth int) {
	if valid < width {
		packCopy(dst, width, valid, src, ld, depth)
	} else {
		packCopyNEON(dst, width, src, ld, depth)
	}
}

// packTransposedVector is [packTransposed], in vectors where four rows are there.
func packTransposedVector(dst []float32, width, valid int, src []float32, ld, depth int) {
	rows := valid &^ 3
	for i := 0; i < rows; i += 4 {
		packTransposed4NEON(dst[i:], width, src[i*ld:], ld, depth)
	}
	packColumns(dst, width, rows, valid, src, ld, depth)
	zeroColumns(dst, width, valid, depth)
}
