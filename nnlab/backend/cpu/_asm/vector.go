package main

import (
	"math"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vector writes a function that works on eight numbers at a time. It takes
// buffers of the length of the first, a multiple of 8 and at least 8, then
// constants. The body gets the places of the numbers and the constants eight
// times over.
func vector(name, doc string, buffers, constants []string, body func(at map[string]Mem, c map[string]reg.VecVirtual)) {
	signature := "func(" + strings.Join(buffers, ", ") + " []float32"
	if len(constants) > 0 {
		signature += ", " + strings.Join(constants, ", ") + " float32"
	}
	TEXT(name+"AVX2", NOSPLIT, signature+")")
	Doc(name+"AVX2 computes "+doc+",", "for a multiple of 8 numbers, at least 8.")
	Pragma("noescape")
	c := map[string]reg.VecVirtual{}
	for _, k := range constants {
		c[k] = YMM()
		VBROADCASTSS(place(k), c[k])
	}
	n, i := Load(Param(buffers[0]).Len(), GP64()), GP64()
	XORQ(i, i)
	at := map[string]Mem{}
	for _, b := range buffers {
		at[b] = Mem{Base: Load(Param(b).Base(), GP64()), Index: i, Scale: 4}
	}
	Label("eight")
	body(at, c)
	ADDQ(U8(8), i)
	CMPQ(i, n)
	JL(LabelRef("eight"))
	VZEROUPPER()
	RET()
}

// place is where a parameter stands in memory.
func place(param string) Mem {
	p, err := Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// load returns eight numbers from memory.
func load(m Op) reg.VecVirtual {
	y := YMM()
	VMOVUPS(m, y)
	return y
}

// number returns v eight times, from the file's data.
func number(v float64) Op {
	return words(math.Float32bits(float32(v)))
}

// words returns the 32 bits eight times, from the file's data.
func words(bits uint32) Op {
	m, ok := data[bits]
	if !ok {
		m = GLOBL("word"+strings.ToUpper(hex(bits)), RODATA|NOPTR)
		for i := range 8 {
			DATA(4*i, U32(bits))
		}
		data[bits] = m
	}
	return m
}

var data = map[uint32]Mem{}

func hex(bits uint32) string {
	const digits = "0123456789abcdef"
	var s [8]byte
	for i := range s {
		s[i] = digits[bits>>(28-4*i)&15]
	}
	return string(s[:])
}

// polynomial computes the polynomial with the given coefficients, the highest
// first, by Horner's scheme.
func polynomial(x reg.VecVirtual, coefficients ...float64) reg.VecVirtual {
	y := load(number(coefficients[0]))
	for _, c := range coefficients[1:] {
		VFMADD213PS(number(c), x, y)
	}
	return y
}
