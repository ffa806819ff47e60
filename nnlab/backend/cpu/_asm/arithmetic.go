package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Formulas: each of these functions returns a new register. Operands are registers
// or memory.

// register returns what is in a register already, or loads it.
func register(o Op) reg.VecVirtual {
	if r, ok := o.(reg.VecVirtual); ok {
		return r
	}
	return load(o)
}

// binary applies an instruction that takes its operands in Go's order, the second
// one first.
func binary(instruction func(...Op), a, b Op) reg.VecVirtual {
	r, t := register(a), YMM()
	instruction(b, r, t)
	return t
}

func add(a, b Op) reg.VecVirtual { return binary(VADDPS, a, b) }
func sub(a, b Op) reg.VecVirtual { return binary(VSUBPS, a, b) }
func mul(a, b Op) reg.VecVirtual { return binary(VMULPS, a, b) }
func div(a, b Op) reg.VecVirtual { return binary(VDIVPS, a, b) }

// larger and smaller return b where one of the two is NaN.
func larger(a, b Op) reg.VecVirtual  { return binary(VMAXPS, a, b) }
func smaller(a, b Op) reg.VecVirtual { return binary(VMINPS, a, b) }

// Bit by bit; unless is a where b is not.
func and(a, b Op) reg.VecVirtual    { return binary(VANDPS, a, b) }
func or(a, b Op) reg.VecVirtual     { return binary(VORPS, a, b) }
func xor(a, b Op) reg.VecVirtual    { return binary(VXORPS, a, b) }
func unless(a, b Op) reg.VecVirtual { return binary(VANDNPS, b, a) }

// fma is a·b + c, fnma is c − a·b.
func fma(a, b, c Op) reg.VecVirtual  { return fused(VFMADD231PS, a, b, c) }
func fnma(a, b, c Op) reg.VecVirtual { return fused(VFNMADD231PS, a, b, c) }

func fused(instruction func(...Op), a, b, c Op) reg.VecVirtual {
	r, t := register(a), load(c)
	instruction(b, r, t)
	return t
}

func root(a Op) reg.VecVirtual {
	t := YMM()
	VSQRTPS(a, t)
	return t
}

func zeros() reg.VecVirtual {
	t := YMM()
	VXORPS(t, t, t)
	return t
}

// What two numbers can be to each other; true of NaN are the last three alone.
const (
	less      = 0x11
	greater   = 0x1e
	atLeast   = 0x1d
	ordered   = 0x07
	unordered = 0x03
	notAtMost = 0x16
	notEqual  = 0x04
)

// compare returns ones where a is to b as named, else zeros.
func compare(relation int, a, b Op) reg.VecVirtual {
	r, t := register(a), YMM()
	VCMPPS(U8(relation), b, r, t)
	return t
}

// choose returns yes where the sign of which is set, else no.
func choose(which, yes, no Op) reg.VecVirtual {
	n, t := register(no), YMM()
	VBLENDVPS(register(which), yes, n, t)
	return t
}

// largest is the larger of two, and NaN where one of them is.
func largest(a, b Op) reg.VecVirtual {
	r := register(a)
	return choose(compare(unordered, r, r), r, larger(r, b))
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

// reduce returns k and q with eˣ = 2ᵏ·(1 + q), k to the nearest whole number as a
// float: q = r + r²·P(r) with r = x − k·ln 2, by the polynomial of Cephes, expf.c. It
// uses x up.
func reduce(x reg.VecVirtual) (k, q reg.VecVirtual) {
	k = mul(x, number(math.Log2E))
	VROUNDPS(U8(8), k, k)
	VFNMADD231PS(number(0.693359375), k, x)
	VFNMADD231PS(number(-2.12194440e-4), k, x)
	p := polynomial(x, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
	VFMADD231PS(p, mul(x, x), x)
	return k, x
}

// exp returns eˣ. Two factors make 2ᵏ, so that small results go over into subnormal
// ones, and large ones into Inf.
func exp(x reg.VecVirtual) reg.VecVirtual {
	Comment("Held to where eˣ is 0 or Inf; NaN stays NaN.")
	k, q := reduce(smaller(number(89), larger(number(-104), x)))
	e := add(q, number(1))
	half := YMM()
	VCVTPS2DQ(k, k)
	VPSRAD(U8(1), k, half)
	VPSUBD(half, k, k)
	return mul(mul(e, power(half)), power(k))
}

// power returns 2ᵏ of the whole number k, −127 < k < 128.
func power(k reg.VecVirtual) reg.VecVirtual {
	t := YMM()
	VPADDD(words(127), k, t)
	VPSLLD(U8(23), t, t)
	return t
}

// log returns the natural logarithm of a positive x that is not subnormal: with
// x = 2ᵉ·(1 + m), √½ ≤ 1 + m < √2, e·ln 2 + m − m²/2 + m³·P(m) (Cephes, logf.c).
func log(x reg.VecVirtual) reg.VecVirtual {
	e, m := YMM(), YMM()
	VPSUBD(words(math.Float32bits(math.Sqrt2/2)), x, e)
	VPSRAD(U8(23), e, e)
	VPSLLD(U8(23), e, m)
	VPSUBD(m, x, m)
	VCVTDQ2PS(e, e)
	m = sub(m, number(1))
	p := polynomial(m, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)
	square := mul(m, m)
	small := fma(e, number(-2.12194440e-4), mul(mul(square, m), p))
	small = fnma(square, number(0.5), small)
	return fma(e, number(0.693359375), add(m, small))
}

// cosTurn returns cos 2πx for 0 ≤ x ≤ 1. With the nearest quarter q of a turn, it is
// the cosine or the sine of what is left, θ = 2π·(x − q/4), by the polynomials of
// Cephes, sinf.c.
func cosTurn(x reg.VecVirtual) reg.VecVirtual {
	q, odd, negative := mul(x, number(4)), YMM(), YMM()
	VROUNDPS(U8(8), q, q)
	θ := mul(fnma(q, number(0.25), x), number(2*math.Pi))
	square := mul(θ, θ)
	sine := polynomial(square, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
	sine = fma(mul(sine, square), θ, θ)
	cosine := polynomial(square, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
	cosine = fma(mul(cosine, square), square, fnma(square, number(0.5), number(1)))
	VCVTPS2DQ(q, q)
	VPSLLD(U8(31), q, odd)
	VPADDD(words(1), q, q) // the first and the second quarter are negative
	VPSLLD(U8(30), q, negative)
	return xor(choose(odd, sine, cosine), and(negative, words(signBit)))
}
