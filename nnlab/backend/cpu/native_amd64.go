//go:build !noasm

package cpu

import x86 "golang.org/x/sys/cpu"

// native is the kernels in assembly that this processor can run, the fastest
// first.
func native(eight kernels) []kernels {
	if !x86.X86.HasAVX2 || !x86.X86.HasFMA {
		return nil
	}
	eight.name, eight.lanes, eight.tiles = "avx2", 8, tilesAVX2
	eight.packCopy, eight.packTransposed, eight.inner, eight.compress = packCopyVector, packTransposedVector, innerAVX2, compressAVX2
	eight.farTiles = repeated(farTile1AVX2, farTile2AVX2, farTile3AVX2, farTile4AVX2, farTile5AVX2, farTile6AVX2)
	eight.packLeft, eight.gradientRows = packLeftVector, packedRows
	eight.addRows, eight.innerRows = addRowsAVX2, innerRowsAVX2
	eight.sparseRows, eight.mostDense = sparseRows64AVX2, 0.65
	eight.sparseNarrow, eight.sparseWide = sparseRows32AVX2, sparseRows96AVX2
	eight.transforms = transforms{winogradInputAVX2, winogradOutputAVX2, winogradErrorAVX2, winogradKernelAVX2, winogradKernelGradientAVX2}
	eight.vectors = vectorsAVX2()
	if !x86.X86.HasAVX512F || !x86.X86.HasBMI2 {
		return []kernels{eight}
	}
	sixteen := eight
	sixteen.name, sixteen.lanes, sixteen.tiles = "avx512", 16, tilesAVX512
	sixteen.farTiles = nil                          // its tiles are wide
	sixteen.packLeft, sixteen.gradientRows = nil, 0 // a line that it reads where it stands serves as well
	sixteen.sparseNarrow, sixteen.sparseRows, sixteen.sparseWide = sparseRows32AVX512, sparseRows64AVX512, sparseRows96AVX512
	sixteen.listing = 24
	if x86.X86.HasAVX512DQ {
		sixteen.dropout = dropoutSixteen
	}
	return []kernels{sixteen, eight}
}

var (
	tilesAVX2 = [][]tileFunc{
		{tile1x8AVX2, tile2x8AVX2, tile3x8AVX2, tile4x8AVX2, tile5x8AVX2, tile6x8AVX2, tile7x8AVX2, tile8x8AVX2},
		{tile1x16AVX2, tile2x16AVX2, tile3x16AVX2, tile4x16AVX2, tile5x16AVX2, tile6x16AVX2},
	}
	tilesAVX512 = [][]tileFunc{
		{tile1x16AVX512, tile2x16AVX512, tile3x16AVX512, tile4x16AVX512, tile5x16AVX512, tile6x16AVX512,
			tile7x16AVX512, tile8x16AVX512, tile9x16AVX512, tile10x16AVX512, tile11x16AVX512, tile12x16AVX512},
		{tile1x32AVX512, tile2x32AVX512, tile3x32AVX512, tile4x32AVX512, tile5x32AVX512, tile6x32AVX512,
			tile7x32AVX512, tile8x32AVX512, tile9x32AVX512, tile10x32AVX512, tile11x32AVX512, tile12x32AVX512},
		{tile1x48AVX512, tile2x48AVX512, tile3x48AVX512, tile4x48AVX512, tile5x48AVX512, tile6x48AVX512, tile7x48AVX512, tile8x48AVX512},
		{tile1x64AVX512, tile2x64AVX512, tile3x64AVX512, tile4x64AVX512, tile5x64AVX512, tile6x64AVX512, tile7x64AVX512},
	}
)

// packCopyVector is [packCopy], in vectors where the strip is full.
func packCopyVector(dst []float32, width, valid int, src []float32, ld, depth int) {
	switch {
	case width == packedRows: // its assembly writes over what is behind a row
		if depth > 1 && valid == width && ld >= 8 {
			packCopy6AVX2(dst, src, ld, depth-1)
			dst, src, depth = dst[(depth-1)*width:], src[(depth-1)*ld:], 1
		}
		packCopy(dst, width, valid, src, ld, depth)
	case valid < width:
		packPartAVX2(dst, width, valid, src, ld, depth)
	case width == 8:
		packCopy8AVX2(dst, src, ld, depth)
	case width == 16:
		packCopy16AVX2(dst, src, ld, depth)
	case width == 32:
		packCopy32AVX2(dst, src, ld, depth)
	case width == 48:
		packCopy48AVX2(dst, src, ld, depth)
	case width == 64:
		packCopy64AVX2(dst, src, ld, depth)
	}
}

// packTransposedVector is [packTransposed], in vectors where eight rows are there.
func packTransposedVector(dst []float32, width, valid int, src []float32, ld, depth int) {
	whole, rows := depth&^3, valid&^7
	if whole > 0 {
		for i := 0; i < rows; i += 8 {
			packTransposed8AVX2(dst[i:], width, src[i*ld:], ld, whole)
		}
		if whole < depth && rows > 0 {
			packColumns(dst[whole*width:], width, 0, rows, src[whole:], ld, depth-whole)
		}
	} else {
		rows = 0
	}
	packColumns(dst, width, rows, valid, src, ld, depth)
	zeroColumns(dst, width, valid, depth)
}

// packLeftVector is a [packLeftFunc]; in vectors eight rows are read.
func packLeftVector(dst, src []float32, rowA, stepA, rows, depth int) {
	whole := depth &^ 3
	switch {
	case rows >= 8 && stepA == 1 && whole > 0:
		packTransposed8AVX2(dst, packedRows, src, rowA, whole)
		if whole < depth {
			packColumns(dst[whole*packedRows:], packedRows, 0, packedRows, src[whole:], rowA, depth-whole)
		}
	case rows >= 8 && rowA == 1:
		packCopy6AVX2(dst, src, stepA, depth)
	default:
		for i := range min(rows, packedRows) {
			for l := range depth {
				dst[l*packedRows+i] = src[i*rowA+l*stepA]
			}
		}
	}
}
