package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// compress writes the list of the numbers that are not 0: of eight at a time a table
// says which stand where once the others have left.
func compress() {
	TEXT("compressAVX2", NOSPLIT, "func(x []float32, first, step int, values []float32, places []int32) int")
	Doc("compressAVX2 is compress.")
	Pragma("noescape")
	x, n := Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64())
	values, places := Load(Param("values").Base(), GP64()), Load(Param("places").Base(), GP64())
	table, i, count := GP64(), GP64(), GP64()
	LEAQ(compressions(), table)
	XORQ(i, i)
	XORQ(count, count)
	at, step, zero := YMM(), YMM(), zeros()
	Comment("The places of the first eight numbers, and how far the next eight are.")
	VPBROADCASTD(place("step"), step)
	VPMULLD(quadwords(1<<32|0, 3<<32|2, 5<<32|4, 7<<32|6), step, at)
	VPSLLD(U8(3), step, step)
	start := YMM()
	VPBROADCASTD(place("first"), start)
	VPADDD(start, at, at)
	eights(n, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		v, kept, order, which := load(Mem{Base: x, Index: i, Scale: 4}, mask), YMM(), YMM(), GP32()
		VCMPPS(U8(4), zero, v, kept) // not equal, or NaN
		VMOVMSKPS(kept, which)
		VPMOVZXBD(Mem{Base: table, Index: which.As64(), Scale: 8}, order)
		listed := YMM()
		VPERMPS(v, order, v)
		VPERMD(at, order, listed)
		VMOVUPS(v, Mem{Base: values, Index: count, Scale: 4})
		VMOVDQU(listed, Mem{Base: places, Index: count, Scale: 4})
		POPCNTL(which, which)
		ADDQ(which.As64(), count)
		VPADDD(step, at, at)
	})
	Store(count, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// compressions is a table of eight bytes for each mask of eight numbers: the places
// of those that stay.
func compressions() Mem {
	var words []uint64
	for mask := range 256 {
		var word uint64
		for i, n := 0, 0; i < 8; i++ {
			if mask>>i&1 != 0 {
				word |= uint64(i) << (8 * n)
				n++
			}
		}
		words = append(words, word)
	}
	return quadwords(words...)
}

// sparseRows writes the microkernel of rows whose zeros have been left out, of strips
// so wide. As many sets of sums take turns as keep the multiply-adds from waiting for
// each other.
func sparseRows(s isa, width, sets int) {
	name := fmt.Sprintf("sparseRows%d%s", width, s.name)
	TEXT(name, NOSPLIT, "func(t *tile)")
	Doc(fmt.Sprintf("%s is sparseRows of strips %d wide.", name, width))
	Pragma("noescape")
	t := Dereference(Param("t"))
	base := func(name string) reg.GPVirtual { return Load(t.Field(name).Base(), GP64()).(reg.GPVirtual) }
	a, places, counts := base("a"), base("places"), base("counts")
	b, c, bias := base("b"), base("c"), base("bias")
	rows, rowC := Load(t.Field("counts").Len(), GP64()), Load(t.Field("rowC"), GP64())
	SHLQ(U8(2), rowC)
	add, relu := Load(t.Field("add"), GP8()), Load(t.Field("relu"), GP8())

	vecs := width / s.lanes
	sum, free := make([][]reg.VecPhysical, sets), s.regs
	for i := range sum {
		sum[i], free = free[:vecs], free[vecs:]
	}
	inRow := func(base reg.Register, v int) Mem { return Mem{Base: base, Disp: 4 * s.lanes * v} }
	// step adds the products of the next numbers of the list.
	step := func(numbers int) {
		for i := range numbers {
			x, at := free[i], GP64()
			MOVL(Mem{Base: places, Disp: 4 * i}, at.As32())
			VBROADCASTSS(Mem{Base: a, Disp: 4 * i}, x)
			for v, r := range sum[i] {
				m := inRow(b, v)
				m.Index, m.Scale = at, 4
				VFMADD231PS(m, x, r)
			}
		}
		ADDQ(U8(4*numbers), places)
		ADDQ(U8(4*numbers), a)
	}
	left := GP64()
	Label("row")
	for _, r := range slices.Concat(sum...) {
		zero(s, r)
	}
	MOVLQSX(Mem{Base: counts}, left)
	ADDQ(U8(4), counts)
	SUBQ(U8(sets), left)
	JL(LabelRef("rest"))
	Label("some")
	step(sets)
	SUBQ(U8(sets), left)
	JGE(LabelRef("some"))
	Label("rest")
	if sets == 2 {
		CMPQ(left, I8(-1))
		JNE(LabelRef("whole"))
		step(1)
		Label("whole")
		for v, r := range sum[1] {
			VADDPS(r, sum[0][v], sum[0][v])
		}
	}

	TESTB(add, add)
	JE(LabelRef("added"))
	for v, r := range sum[0] {
		VADDPS(inRow(c, v), r, r)
	}
	Label("added")
	TESTQ(bias, bias)
	JE(LabelRef("biased"))
	for v, r := range sum[0] {
		VADDPS(inRow(bias, v), r, r)
	}
	Label("biased")
	TESTB(relu, relu)
	JE(LabelRef("rectified"))
	Comment("Where one number is NaN, VMAXPS returns the sum: NaN stays NaN.")
	zero(s, free[0])
	for _, r := range sum[0] {
		VMAXPS(r, free[0], r)
	}
	Label("rectified")
	for v, r := range sum[0] {
		VMOVUPS(r, inRow(c, v))
	}
	ADDQ(rowC, c)
	DECQ(rows)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}
