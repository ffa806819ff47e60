package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The constants of SplitMix64; see backend.Bits.
const (
	gamma  = 0x9e3779b97f4a7c15
	gamma8 = gamma << 3 & (1<<64 - 1)
	mix1   = 0xbf58476d1ce4e5b9
	mix2   = 0x94d049bb133111eb
)

// dropout makes the random numbers of eight units as two vectors of four.
func dropout() {
	TEXT("dropoutAVX2", NOSPLIT, "func(x, y []float32, start uint64, threshold int32, keep float32)")
	Doc("dropoutAVX2 computes y = x·keep where the 24 random bits are at least threshold,",
		"else 0, for a multiple of 8 numbers, at least 8; start is what is mixed for the",
		"first of them.")
	Pragma("noescape")
	n, i := Load(Param("x").Len(), GP64()), GP64()
	x, y := Load(Param("x").Base(), GP64()), Load(Param("y").Base(), GP64())
	keep, threshold := YMM(), YMM()
	VBROADCASTSS(place("keep"), keep)
	VBROADCASTSS(place("threshold"), threshold)

	var z [2]reg.VecVirtual
	for h := range z {
		z[h] = YMM()
		VPBROADCASTQ(place("start"), z[h])
		VPADDQ(quadwords(gamma*uint64(4*h), gamma), z[h], z[h])
	}
	step, c1, c2 := YMM(), YMM(), YMM()
	VMOVDQU(quadwords(gamma8, 0), step)
	VMOVDQU(quadwords(mix1, 0), c1)
	VMOVDQU(quadwords(mix2, 0), c2)

	XORQ(i, i)
	Label("eight")
	var bits [2]reg.VecVirtual
	for h := range z {
		t, b := YMM(), YMM()
		VPSRLQ(U8(30), z[h], t)
		VPXOR(z[h], t, b)
		multiply64(b, c1)
		VPSRLQ(U8(27), b, t)
		VPXOR(b, t, b)
		multiply64(b, c2)
		Comment("What SplitMix64 does last does not reach the first 24 bits.")
		VPSRLQ(U8(40), b, b)
		VPADDQ(step, z[h], z[h])
		bits[h] = b
	}
	dropped, v := YMM(), YMM()
	VSHUFPS(U8(0x88), bits[1], bits[0], dropped)
	VPERMQ(U8(0xd8), dropped, dropped)
	VPCMPGTD(dropped, threshold, dropped)
	VMULPS(Mem{Base: x, Index: i, Scale: 4}, keep, v)
	VANDNPS(v, dropped, v)
	VMOVUPS(v, Mem{Base: y, Index: i, Scale: 4})
	ADDQ(U8(8), i)
	CMPQ(i, n)
	JL(LabelRef("eight"))
	VZEROUPPER()
	RET()
}

// multiply64 computes a = a·c in 64 bits, of which the processor has the
// products of 32-bit halves.
func multiply64(a, c reg.VecVirtual) {
	high, cross, t := YMM(), YMM(), YMM()
	VPSRLQ(U8(32), a, high)
	VPMULUDQ(c, high, cross)
	VPSRLQ(U8(32), c, t)
	VPMULUDQ(a, t, t)
	VPADDQ(t, cross, cross)
	VPSLLQ(U8(32), cross, cross)
	VPMULUDQ(c, a, a)
	VPADDQ(cross, a, a)
}

var tables int

// quadwords returns first, first + step, first + 2·step, first + 3·step from
// the file's data.
func quadwords(first, step uint64) Op {
	tables++
	m := GLOBL("quadwords"+string(rune('0'+tables)), RODATA|NOPTR)
	for i := range 4 {
		DATA(8*i, U64(first+uint64(i)*step))
	}
	return m
}
