package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// farTile writes a microkernel for few steps and many columns: it goes through these
// 16 at a time, and has C's numbers in registers for no longer than its steps take.
func farTile(rows int) {
	name := fmt.Sprintf("farTile%dAVX2", rows)
	TEXT(name, NOSPLIT, "func(t *tile)")
	Doc(fmt.Sprintf("%s adds a product to %d rows and a multiple of 16 columns, of one segment; see [tile].", name, rows))
	Pragma("noescape")
	t := Dereference(Param("t"))
	base := func(name string) reg.Register { return Load(t.Field(name).Base(), GP64()) }
	inBytes := func(name string) reg.Register {
		r := Load(t.Field(name), GP64())
		SHLQ(U8(2), r)
		return r
	}
	a, b, c := base("a"), base("b"), base("c")
	rowA, stepA, stepB, rowC := inBytes("rowA"), inBytes("stepA"), inBytes("stepB"), inBytes("rowC")
	cols := Load(t.Field("cols"), GP64())

	Label("columns")
	from, left, to := GP64(), GP64(), GP64()
	at := newReach(rows, rowA)
	MOVQ(a, at.first())
	at.others()
	MOVQ(b, from)
	Load(t.Field("depth"), left)
	var sums [][2]reg.VecVirtual
	each := func(move func(m Mem, i, v int)) {
		MOVQ(c, to)
		for i := range rows {
			for v := range 2 {
				move(Mem{Base: to, Disp: 32 * v}, i, v)
			}
			if i+1 < rows {
				ADDQ(rowC, to)
			}
		}
	}
	for range rows {
		sums = append(sums, [2]reg.VecVirtual{YMM(), YMM()})
	}
	each(func(m Mem, i, v int) { VMOVUPS(m, sums[i][v]) })
	Label("step")
	y := [2]reg.VecVirtual{load(Mem{Base: from}), load(Mem{Base: from, Disp: 32})}
	for i := range rows {
		x := YMM()
		VBROADCASTSS(at.row(i), x)
		for v := range y {
			VFMADD231PS(y[v], x, sums[i][v])
		}
	}
	ADDQ(stepB, from)
	at.move(stepA)
	DECQ(left)
	JNE(LabelRef("step"))
	each(func(m Mem, i, v int) { VMOVUPS(sums[i][v], m) })
	ADDQ(U8(64), b)
	ADDQ(U8(64), c)
	SUBQ(U8(16), cols)
	JNE(LabelRef("columns"))
	VZEROUPPER()
	RET()
}
