package main

import (
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
