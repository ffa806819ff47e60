package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// inner writes the inner product of two rows in float32. Four sums that do not wait
// for each other keep up with memory.
func inner() {
	TEXT("innerAVX2", NOSPLIT, "func(x, y []float32) float32")
	Doc("innerAVX2 computes Σ x·y.")
	Pragma("noescape")
	x, y := Load(Param("x").Base(), GP64()), Load(Param("y").Base(), GP64())
	n, i := Load(Param("x").Len(), GP64()), GP64()
	XORQ(i, i)
	var sum [4]reg.VecVirtual
	for k := range sum {
		sum[k] = zeros()
	}
	at := func(base reg.Register, k int) Mem { return Mem{Base: base, Index: i, Scale: 4, Disp: 32 * k} }
	SUBQ(U8(32), n)
	JL(LabelRef("rest"))
	Label("many")
	for k := range sum {
		VFMADD231PS(at(x, k), load(at(y, k)), sum[k])
	}
	Comment("y goes by once: it need not push x out of the first-level cache.")
	PREFETCHNTA(Mem{Base: y, Index: i, Scale: 4, Disp: 1024})
	PREFETCHNTA(Mem{Base: y, Index: i, Scale: 4, Disp: 1088})
	ADDQ(U8(32), i)
	SUBQ(U8(32), n)
	JGE(LabelRef("many"))
	Label("rest")
	ADDQ(U8(32), n)
	eights(n, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		VFMADD231PS(load(at(x, 0), mask), load(at(y, 0), mask), sum[0])
	})
	total := acrossEight(add(add(sum[0], sum[1]), add(sum[2], sum[3])))
	Store(total, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
