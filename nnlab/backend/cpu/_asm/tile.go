package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The tile of the AVX2 microkernel: twelve sums of eight numbers, two vectors of
// b and a broadcast number of a fill the sixteen registers but one, and twelve
// independent multiply-adds hide the latency of each.
const (
	tileRows = 6
	tileCols = 16
	unroll   = 4
)

// tile computes the first rows of a tile.
func tile(rows int) {
	TEXT(fmt.Sprintf("tile%dAVX2", rows), NOSPLIT,
		"func(depth int, a, b, c []float32, ldc int, bias []float32, add, relu bool)")
	Doc(fmt.Sprintf("tile%dAVX2 computes a tile of %d×%d; see [tileFunc].", rows, rows, tileCols))
	Pragma("noescape")
	depth, ldc := Load(Param("depth"), GP64()), Load(Param("ldc"), GP64())
	a, b, c := Load(Param("a").Base(), GP64()), Load(Param("b").Base(), GP64()), Load(Param("c").Base(), GP64())
	SHLQ(U8(2), ldc)

	var sum [tileRows][2]reg.VecVirtual
	for i := range rows {
		for h := range sum[i] {
			sum[i][h] = YMM()
			VXORPS(sum[i][h], sum[i][h], sum[i][h])
		}
	}
	each := func(f func(sum reg.VecVirtual, at int)) {
		for i := range rows {
			for h, s := range sum[i] {
				f(s, 32*h)
			}
		}
	}

	b0, b1, x := YMM(), YMM(), YMM()
	multiply := func(l int) {
		VMOVUPS(Mem{Base: b, Disp: 4 * tileCols * l}, b0)
		VMOVUPS(Mem{Base: b, Disp: 4*tileCols*l + 32}, b1)
		for i := range rows {
			VBROADCASTSS(Mem{Base: a, Disp: 4*tileRows*l + 4*i}, x)
			VFMADD231PS(b0, x, sum[i][0])
			VFMADD231PS(b1, x, sum[i][1])
		}
	}
	loop := func(name string, steps int) {
		Label(name)
		CMPQ(depth, U8(steps))
		JL(LabelRef("after_" + name))
		for l := range steps {
			multiply(l)
		}
		ADDQ(I32(4*tileRows*steps), a)
		ADDQ(I32(4*tileCols*steps), b)
		SUBQ(I32(steps), depth)
		JMP(LabelRef(name))
		Label("after_" + name)
	}
	loop("many", unroll)
	loop("one", 1)

	row := GP64()
	unless := func(flag, over string) {
		f := Load(Param(flag), GP8())
		TESTB(f, f)
		JE(LabelRef(over))
	}
	unless("add", "biased")
	MOVQ(c, row)
	for i := range rows {
		VADDPS(Mem{Base: row}, sum[i][0], sum[i][0])
		VADDPS(Mem{Base: row, Disp: 32}, sum[i][1], sum[i][1])
		ADDQ(ldc, row)
	}

	Label("biased")
	bias, n := Load(Param("bias").Base(), GP64()), Load(Param("bias").Len(), GP64())
	TESTQ(n, n)
	JE(LabelRef("rectified"))
	VMOVUPS(Mem{Base: bias}, b0)
	VMOVUPS(Mem{Base: bias, Disp: 32}, b1)
	each(func(s reg.VecVirtual, at int) { VADDPS([]reg.VecVirtual{b0, b1}[at/32], s, s) })

	Label("rectified")
	unless("relu", "store")
	Comment("Where one number is NaN, VMAXPS returns the sum: NaN stays NaN.")
	VXORPS(x, x, x)
	each(func(s reg.VecVirtual, _ int) { VMAXPS(s, x, s) })

	Label("store")
	for i := range rows {
		VMOVUPS(sum[i][0], Mem{Base: c})
		VMOVUPS(sum[i][1], Mem{Base: c, Disp: 32})
		if i+1 < rows {
			ADDQ(ldc, c)
		}
	}
	VZEROUPPER()
	RET()
}
