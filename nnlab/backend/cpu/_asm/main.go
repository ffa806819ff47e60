// Command _asm writes the assembly of package cpu. It is a module of its own, so
// that the generator weighs on nobody who only uses the kernels.
//
//	go generate ./nnlab/backend/cpu
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!noasm")
	tiles(avx2)
	tiles(avx512)
	for _, width := range []int{6, 8, 16, 32, 48, 64} {
		packCopy(width)
	}
	inner()
	addRows()
	innerRows()
	for rows := 1; rows <= 6; rows++ {
		farTile(rows)
	}
	compress()
	for i, sets := range []int{2, 1, 1} {
		sparseRows(avx2, 32*(i+1), sets)
	}
	for i, sets := range []int{2, 2, 1} {
		sparseRows(avx512, 32*(i+1), sets)
	}
	packPart()
	packTransposed()
	winograd()
	functions()
	dropout()
	dropoutAVX512()
	noise()
	updates()
	losses()
	pools()
	columns()
	rows()
	reductions()
	Generate()
}
