package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The constants of SplitMix64; see backend.Bits.
const (
	gamma uint64 = 0x9e3779b97f4a7c15
	mix1  uint64 = 0xbf58476d1ce4e5b9
	mix2  uint64 = 0x94d049bb133111eb
)

// places returns what the places are ahead of place 0 before they are mixed.
func places(of ...uint64) Mem {
	for i := range of {
		of[i] *= gamma
	}
	return quadwords(of...)
}

// sequence is the random numbers of eight places at a time, which are stride apart.
type sequence struct {
	state [2]reg.VecVirtual // four places each
	step  Op
}

// newSequence begins a sequence; start is what is mixed for its place 0.
func newSequence(start Mem, place, stride uint64) sequence {
	s := sequence{step: places(8*stride, 8*stride, 8*stride, 8*stride)}
	for h := range s.state {
		s.state[h] = YMM()
		VPBROADCASTQ(start, s.state[h])
		at := func(i uint64) uint64 { return place + (uint64(2*h)+i)*stride }
		VPADDQ(places(at(0), at(1), at(4), at(5)), s.state[h], s.state[h]) // as numbers puts them together
	}
	return s
}

// numbers returns the first 24 random bits of the next eight places. What SplitMix64
// does last does not reach them.
func (s sequence) numbers() reg.VecVirtual {
	var mixed [2]reg.VecVirtual
	for h, z := range s.state {
		b := YMM()
		VPSRLQ(U8(30), z, b)
		VPXOR(z, b, b)
		b = multiply64(b, mix1)
		t := YMM()
		VPSRLQ(U8(27), b, t)
		VPXOR(b, t, b)
		mixed[h] = multiply64(b, mix2)
		VPADDQ(s.step, z, z)
	}
	high := YMM()
	VSHUFPS(U8(0xdd), mixed[1], mixed[0], high)
	VPSRLD(U8(8), high, high)
	return high
}

// multiply64 returns a·c in 64 bits, of which the processor has the products of
// 32-bit halves.
func multiply64(a reg.VecVirtual, c uint64) reg.VecVirtual {
	high, cross, low := YMM(), YMM(), YMM()
	VPSRLQ(U8(32), a, high)
	VPMULUDQ(quadwords(c), high, high)
	VPMULUDQ(quadwords(c>>32), a, cross)
	VPADDQ(high, cross, cross)
	VPSLLQ(U8(32), cross, cross)
	VPMULUDQ(quadwords(c), a, low)
	VPADDQ(cross, low, low)
	return low
}

// beginRandom begins a function from x to y, and returns its index and their places.
func beginRandom(name, signature string, doc ...string) (i reg.GPVirtual, x, y Mem) {
	TEXT(name, NOSPLIT, "func(x, y []float32, start uint64, "+signature+")")
	Doc(doc...)
	Pragma("noescape")
	i = GP64()
	XORQ(i, i)
	at := func(b string) Mem { return Mem{Base: Load(Param(b).Base(), GP64()), Index: i, Scale: 4} }
	return i, at("x"), at("y")
}

func dropout() {
	i, x, y := beginRandom("dropoutAVX2", "threshold int32, keep float32",
		"dropoutAVX2 computes y = x·keep where the 24 random bits are at least threshold,",
		"else 0; start is what is mixed for the first number.")
	keep, threshold := broadcast("keep"), broadcast("threshold")
	random := newSequence(place("start"), 0, 1)
	eights(Load(Param("x").Len(), GP64()), []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		dropped := YMM()
		VPCMPGTD(random.numbers(), threshold, dropped)
		store(unless(mul(keep, load(x, mask)), dropped), y, mask)
	})
	VZEROUPPER()
	RET()
}

// dropoutAVX512 has a product of 64 bits, and masks.
func dropoutAVX512() {
	i, x, y := beginRandom("dropoutAVX512", "threshold int32, keep float32",
		"dropoutAVX512 is dropoutAVX2 with AVX-512, for a multiple of 16 numbers, at least 16.")
	n := Load(Param("x").Len(), GP64())
	threshold, keep := ZMM(), ZMM()
	VBROADCASTSS(place("threshold"), threshold)
	VBROADCASTSS(place("keep"), keep)
	step, c1, c2 := ZMM(), ZMM(), ZMM()
	VPBROADCASTQ(places(16), step)
	VPBROADCASTQ(quadwords(mix1), c1)
	VPBROADCASTQ(quadwords(mix2), c2)
	var state [2]reg.VecVirtual
	for h := range state {
		state[h] = ZMM()
		VPBROADCASTQ(place("start"), state[h])
		first := uint64(8 * h)
		VPADDQ(places(first, first+1, first+2, first+3, first+4, first+5, first+6, first+7), state[h], state[h])
	}
	Label("sixteen")
	var half [2]reg.VecVirtual
	for h, z := range state {
		b, t := ZMM(), ZMM()
		VPSRLQ(U8(30), z, b)
		VPXORQ(z, b, b)
		VPMULLQ(c1, b, b)
		VPSRLQ(U8(27), b, t)
		VPXORQ(b, t, b)
		VPMULLQ(c2, b, b)
		VPSRLQ(U8(40), b, b)
		half[h] = YMM()
		VPMOVQD(b, half[h])
		VPADDQ(step, z, z)
	}
	bits, kept, v := ZMM(), K(), ZMM()
	VINSERTI64X4(U8(1), half[1], half[0].AsZ(), bits)
	VPCMPD(U8(5), threshold, bits, kept) // not less
	VMULPS_Z(x, keep, kept, v)
	VMOVUPS(v, y)
	ADDQ(U8(16), i)
	CMPQ(i, n)
	JL(LabelRef("sixteen"))
	VZEROUPPER()
	RET()
}

func noise() {
	i, x, y := beginRandom("noiseAVX2", "sigma float32",
		"noiseAVX2 computes y = x + σ·√(−2·ln u)·cos 2πv, with 1 − u and v two random numbers",
		"that follow each other; start is what is mixed for the first.")
	sigma := broadcast("sigma")
	us, vs := newSequence(place("start"), 0, 2), newSequence(place("start"), 1, 2)
	eights(Load(Param("x").Len(), GP64()), []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		u, v := us.numbers(), vs.numbers()
		VCVTDQ2PS(u, u)
		VCVTDQ2PS(v, v)
		Comment("1 − u is above 0.")
		u = fnma(u, number(1./(1<<24)), number(1))
		size := root(mul(log(u), number(-2)))
		normal := mul(size, cosTurn(mul(v, number(1./(1<<24)))))
		store(fma(normal, sigma, load(x, mask)), y, mask)
	})
	VZEROUPPER()
	RET()
}

// quadwords returns words of 64 bits, from the file's data; one of them four times.
func quadwords(words ...uint64) Mem {
	if len(words) == 1 {
		words = slices.Repeat(words, 4)
	}
	name := fmt.Sprint(words)
	m, ok := tables[name]
	if !ok {
		m = GLOBL(fmt.Sprint("quadwords", len(tables)), RODATA|NOPTR)
		for i, w := range words {
			DATA(8*i, U64(w))
		}
		tables[name] = m
	}
	return m
}

var tables = map[string]Mem{}
