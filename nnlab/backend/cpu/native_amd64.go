//go:build !noasm

package cpu

import x86 "golang.org/x/sys/cpu"

// native is the kernels in assembly that this processor can run.
func native() []kernels {
	if !x86.X86.HasAVX2 || !x86.X86.HasFMA {
		return nil
	}
	return []kernels{{
		name: "avx2",
		mr:   6, nr: 16, tiles: []tileFunc{tile1AVX2, tile2AVX2, tile3AVX2, tile4AVX2, tile5AVX2, tile6AVX2},
		packCopy: packCopyVector, packTransposed: packTransposedVector,
		relu: reluVector, sigmoid: sigmoidVector, tanh: tanhVector,
		reluGrad: reluGradVector, sigmoidGrad: sigmoidGradVector, tanhGrad: tanhGradVector,
		dropout: dropoutVector, axpy: axpyVector, momentum: momentumVector, rmsprop: rmspropVector, adam: adamVector,
	}}
}

// packCopyVector is [packCopy], in vectors where the strip is full.
func packCopyVector(dst []float32, width, valid int, src []float32, ld, depth int) {
	switch {
	case width == 16 && valid == 16:
		packCopy16AVX2(dst, src, ld, depth)
	case width == 6 && valid == 6:
		packCopy6AVX2(dst, src, ld, depth)
	default:
		packCopy(dst, width, valid, src, ld, depth)
	}
}

// packTransposedVector is [packTransposed], in vectors where the strip is full.
func packTransposedVector(dst []float32, width, valid int, src []float32, ld, depth int) {
	whole := depth &^ 3
	if valid < width || whole == 0 {
		packTransposed(dst, width, valid, src, ld, depth)
		return
	}
	switch width {
	case 16:
		packTransposed8AVX2(dst, 16, src, ld, whole)
		packTransposed8AVX2(dst[8:], 16, src[8*ld:], ld, whole)
	case 6:
		packTransposed6AVX2(dst, 6, src, ld, whole)
	default:
		whole = 0
	}
	if whole < depth {
		packTransposed(dst[whole*width:], width, valid, src[whole:], ld, depth-whole)
	}
}
