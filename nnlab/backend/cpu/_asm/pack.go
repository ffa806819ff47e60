package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packCopy copies depth rows of width numbers, up to 64, eight at a time: where the
// width is no multiple of eight, the next row is written over what is too much.
func packCopy(width int) {
	TEXT(fmt.Sprintf("packCopy%dAVX2", width), NOSPLIT, "func(dst, src []float32, ld, depth int)")
	doc := fmt.Sprintf("packCopy%dAVX2 is packCopy for full strips of %d; depth is at least 1.", width, width)
	vecs := (width + 7) / 8
	if more := 8*vecs - width; more > 0 {
		doc += fmt.Sprintf(" It reads and writes %d numbers more behind each row.", more)
	}
	Doc(doc)
	Pragma("noescape")
	dst, src := Load(Param("dst").Base(), GP64()), Load(Param("src").Base(), GP64())
	ld, depth := Load(Param("ld"), GP64()), Load(Param("depth"), GP64())
	SHLQ(U8(2), ld)
	Label("row")
	var y []reg.VecVirtual
	for i := range vecs {
		y = append(y, load(Mem{Base: src, Disp: 32 * i}))
	}
	for i, r := range y {
		VMOVUPS(r, Mem{Base: dst, Disp: 32 * i})
	}
	ADDQ(ld, src)
	ADDQ(I32(4*width), dst)
	DECQ(depth)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// packPart copies depth rows of a strip that is not full.
func packPart() {
	TEXT("packPartAVX2", NOSPLIT, "func(dst []float32, width, valid int, src []float32, ld, depth int)")
	Doc("packPartAVX2 is packCopy; the width is a multiple of eight and depth at least 1.")
	Pragma("noescape")
	dst, src := Load(Param("dst").Base(), GP64()), Load(Param("src").Base(), GP64())
	width, left := Load(Param("width"), GP64()), Load(Param("valid"), GP64())
	ld := Load(Param("ld"), GP64())
	SHLQ(U8(2), ld)
	step := GP64()
	MOVQ(width, step)
	SHLQ(U8(2), step)
	Label("columns")
	Comment("The mask lets through what is left, at most eight and at least none.")
	n, bound, table, mask := GP64(), GP64(), GP64(), YMM()
	MOVQ(left, n)
	MOVQ(U32(8), bound)
	CMPQ(n, bound)
	CMOVQGT(bound, n)
	XORQ(bound, bound)
	CMPQ(n, bound)
	CMOVQLT(bound, n)
	LEAQ(maskTable(), table)
	NEGQ(n)
	VMOVDQU(Mem{Base: table, Index: n, Scale: 4, Disp: 32}, mask)
	from, to, depth := GP64(), GP64(), Load(Param("depth"), GP64())
	MOVQ(src, from)
	MOVQ(dst, to)
	Label("row")
	VMOVUPS(load(Mem{Base: from}, mask), Mem{Base: to})
	ADDQ(ld, from)
	ADDQ(step, to)
	DECQ(depth)
	JNE(LabelRef("row"))
	ADDQ(U8(32), src)
	ADDQ(U8(32), dst)
	SUBQ(U8(8), left)
	SUBQ(U8(8), width)
	JG(LabelRef("columns"))
	VZEROUPPER()
	RET()
}

// packTransposed turns eight rows of a multiple of four numbers into columns,
// four numbers of each row at a time.
func packTransposed() {
	TEXT("packTransposed8AVX2", NOSPLIT, "func(dst []float32, width int, src []float32, ld, depth int)")
	Doc("packTransposed8AVX2 writes 8 rows of src, ld apart, to the first 8 columns of dst,",
		"whose rows are width long; depth is a multiple of 4 and at least 4.")
	Pragma("noescape")
	dst, src := Load(Param("dst").Base(), GP64()), Load(Param("src").Base(), GP64())
	width, ld, depth := Load(Param("width"), GP64()), Load(Param("ld"), GP64()), Load(Param("depth"), GP64())
	SHLQ(U8(2), width)
	SHLQ(U8(2), ld)
	times3 := func(x reg.Register) reg.Register {
		y := GP64()
		LEAQ(Mem{Base: x, Index: x, Scale: 2}, y)
		return y
	}
	width3, ld3 := times3(width), times3(ld)
	src4 := GP64() // row 4
	LEAQ(Mem{Base: src, Index: ld, Scale: 4}, src4)
	// row is the place of row i, counted from base.
	row := func(base, stride, stride3 reg.Register, i int) Mem {
		return []Mem{{Base: base}, {Base: base, Index: stride, Scale: 1}, {Base: base, Index: stride, Scale: 2}, {Base: base, Index: stride3, Scale: 1}}[i]
	}

	Label("four")
	var y [4]reg.VecVirtual // y[i] = row i | row i+4
	for i := range y {
		y[i] = YMM()
		VMOVUPS(row(src, ld, ld3, i), y[i].AsX())
		VINSERTF128(U8(1), row(src4, ld, ld3, i), y[i], y[i])
	}
	lo01, hi01, lo23, hi23 := YMM(), YMM(), YMM(), YMM()
	VUNPCKLPS(y[1], y[0], lo01)
	VUNPCKHPS(y[1], y[0], hi01)
	VUNPCKLPS(y[3], y[2], lo23)
	VUNPCKHPS(y[3], y[2], hi23)
	VSHUFPS(U8(0x44), lo23, lo01, y[0])
	VSHUFPS(U8(0xee), lo23, lo01, y[1])
	VSHUFPS(U8(0x44), hi23, hi01, y[2])
	VSHUFPS(U8(0xee), hi23, hi01, y[3])
	for i := range y {
		VMOVUPS(y[i], row(dst, width, width3, i))
	}
	ADDQ(U8(16), src)
	ADDQ(U8(16), src4)
	LEAQ(Mem{Base: dst, Index: width, Scale: 4}, dst)
	SUBQ(U8(4), depth)
	JNE(LabelRef("four"))
	VZEROUPPER()
	RET()
}
