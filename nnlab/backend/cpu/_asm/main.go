// Command _asm writes the assembly of package cpu. It is a module of its own, so
// that the generator weighs on nobody who only uses the kernels.
//
//	go generate ./nnlab/backend/cpu
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!noasm")
	tile()
	Generate()
}

// tile is a 6×16 tile of a product with AVX2 and FMA: 12 accumulators, two
// vectors of b and one broadcast element of a in the remaining registers.
func tile() {
	const rows = 6
	TEXT("tileAVX2", NOSPLIT, "func(k int, a, b, c *float32, ldc int, accumulate, relu bool)")
	Doc("tileAVX2 computes c = a·b (+ c with accumulate), then max(0, c) with relu:",
		"a [k×6] and b [k×16] packed, c [6×16] with rows ldc numbers apart.")
	Pragma("noescape")
	k, a, b, c := Load(Param("k"), GP64()), Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("c"), GP64())
	stride := Load(Param("ldc"), GP64())
	SHLQ(U8(2), stride)
	var acc [rows][2]reg.VecVirtual
	for i := range rows {
		for j := range 2 {
			acc[i][j] = YMM()
			VXORPS(acc[i][j], acc[i][j], acc[i][j])
		}
	}
	b0, b1, x := YMM(), YMM(), YMM()
	// step multiplies one element of each row of a with a row of b.
	step := func(at int) {
		VMOVUPS(Mem{Base: b, Disp: at * 64}, b0)
		VMOVUPS(Mem{Base: b, Disp: at*64 + 32}, b1)
		for i := range rows {
			VBROADCASTSS(Mem{Base: a, Disp: at*4*rows + 4*i}, x)
			VFMADD231PS(b0, x, acc[i][0])
			VFMADD231PS(b1, x, acc[i][1])
		}
	}
	advance := func(steps int) {
		ADDQ(I32(steps*4*rows), a)
		ADDQ(I32(steps*64), b)
		SUBQ(I32(steps), k)
	}
	const unroll = 4
	Label("four")
	CMPQ(k, U8(unroll))
	JL(LabelRef("one"))
	for u := range unroll {
		step(u)
	}
	advance(unroll)
	JMP(LabelRef("four"))
	Label("one")
	TESTQ(k, k)
	JE(LabelRef("add"))
	step(0)
	advance(1)
	JMP(LabelRef("one"))

	Label("add")
	flag := Load(Param("accumulate"), GP8())
	TESTB(flag, flag)
	JE(LabelRef("relu"))
	row := GP64()
	MOVQ(c, row)
	for i := range rows {
		VADDPS(Mem{Base: row}, acc[i][0], acc[i][0])
		VADDPS(Mem{Base: row, Disp: 32}, acc[i][1], acc[i][1])
		ADDQ(stride, row)
	}
	Label("relu")
	flag = Load(Param("relu"), GP8())
	TESTB(flag, flag)
	JE(LabelRef("store"))
	Comment("VMAXPS returns its last operand where one is NaN: NaN stays NaN.")
	VXORPS(x, x, x)
	for i := range rows {
		VMAXPS(acc[i][0], x, acc[i][0])
		VMAXPS(acc[i][1], x, acc[i][1])
	}
	Label("store")
	for i := range rows {
		VMOVUPS(acc[i][0], Mem{Base: c})
		VMOVUPS(acc[i][1], Mem{Base: c, Disp: 32})
		ADDQ(stride, c)
	}
	VZEROUPPER()
	RET()
}
