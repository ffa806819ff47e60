// Command _asm writes the assembly of package cpu. It is a module of its own, so
// that the generator weighs on nobody who only uses the kernels.
//
//	go generate ./nnlab/backend/cpu
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!noasm")
	for rows := 1; rows <= tileRows; rows++ {
		tile(rows)
	}
	packCopy(16)
	packCopy(6)
	packTransposed("packTransposed8", 8)
	packTransposed("packTransposed6", 6)
	functions()
	dropout()
	updates()
	Generate()
}
