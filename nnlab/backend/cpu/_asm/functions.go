package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func functions() {
	vector("axpy", "y = y + α·x", []string{"x", "y"}, []string{"alpha"}, func(at map[string]Mem, c map[string]reg.VecVirtual) {
		y := load(at["y"])
		VFMADD231PS(at["x"], c["alpha"], y)
		VMOVUPS(y, at["y"])
	})
	vector("sigmoid", "y = 1/(1 + e⁻ˣ)", []string{"x", "y"}, nil, func(at map[string]Mem, _ map[string]reg.VecVirtual) {
		Comment("z = e^−|x| cannot overflow; the result is 1/(1 + z), for x < 0 z/(1 + z).")
		x, z, y := load(at["x"]), YMM(), YMM()
		VORPS(words(signBit), x, z)
		z = exp(z)
		VMOVUPS(number(1), y)
		VBLENDVPS(x, z, y, y) // by the sign of x
		VADDPS(number(1), z, z)
		VDIVPS(z, y, y)
		VMOVUPS(y, at["y"])
	})
	vector("tanh", "y = tanh x", []string{"x", "y"}, nil, func(at map[string]Mem, _ map[string]reg.VecVirtual) {
		x, size, sign := load(at["x"]), YMM(), YMM()
		VANDPS(words(signBit), x, sign)
		VXORPS(sign, x, size)
		Comment("tanh |x| = 1 − 2/(e^2|x| + 1), which cancels for small |x|.")
		large, two := YMM(), YMM()
		VADDPS(size, size, two)
		e := exp(two)
		VADDPS(number(1), e, e)
		VMOVUPS(number(2), two)
		VDIVPS(e, two, e)
		VMOVUPS(number(1), large)
		VSUBPS(e, large, large)
		Comment("x + x³·P(x²) for |x| < 0.625 (Cephes, tanhf.c).")
		square, small := YMM(), YMM()
		VMULPS(size, size, square)
		p := polynomial(square, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
		VMULPS(square, size, small)
		VFMADD213PS(size, p, small)
		VCMPPS(U8(lessThan), number(0.625), size, size)
		VBLENDVPS(size, small, large, large)
		VORPS(sign, large, large)
		VMOVUPS(large, at["y"])
	})
	vector("relu", "y = max(0, x)",
		[]string{"x", "y"}, nil,
		func(at map[string]Mem, _ map[string]reg.VecVirtual) {
			x, zero := load(at["x"]), YMM()
			VXORPS(zero, zero, zero)
			VMAXPS(x, zero, x) // NaN stays NaN
			VMOVUPS(x, at["y"])
		})
	vector("sigmoidGrad", "dx = dy·y·(1 − y)",
		[]string{"y", "dy", "dx"}, nil,
		func(at map[string]Mem, _ map[string]reg.VecVirtual) {
			y, rest := load(at["y"]), load(number(1))
			VSUBPS(y, rest, rest)
			VMULPS(y, rest, rest)
			VMULPS(at["dy"], rest, rest)
			VMOVUPS(rest, at["dx"])
		})
	vector("tanhGrad", "dx = dy·(1 − y²)",
		[]string{"y", "dy", "dx"}, nil,
		func(at map[string]Mem, _ map[string]reg.VecVirtual) {
			y, rest := load(at["y"]), load(number(1))
			VFNMADD231PS(y, y, rest)
			VMULPS(at["dy"], rest, rest)
			VMOVUPS(rest, at["dx"])
		})
	vector("reluGrad", "dx = dy where y > 0, else 0·dy, and NaN where y is",
		[]string{"y", "dy", "dx"}, nil,
		func(at map[string]Mem, _ map[string]reg.VecVirtual) {
			y, zero, slope, one := load(at["y"]), YMM(), YMM(), load(number(1))
			VXORPS(zero, zero, zero)
			VMULPS(zero, y, slope) // NaN stays NaN
			VCMPPS(U8(lessThan), y, zero, zero)
			VBLENDVPS(zero, one, slope, slope)
			VMULPS(at["dy"], slope, slope)
			VMOVUPS(slope, at["dx"])
		})
}

const (
	signBit  = 1 << 31
	lessThan = 0x11 // quiet: false with NaN
)

// exp returns eˣ = 2ᵏ·eʳ with r = x − k·ln 2, eʳ by the polynomial of Cephes,
// expf.c. Two factors make 2ᵏ, so that small results go over into subnormal
// ones, and large ones into Inf.
func exp(x reg.VecVirtual) reg.VecVirtual {
	Comment("Held to where eˣ is 0 or Inf; NaN stays NaN.")
	held, k := YMM(), YMM()
	VMOVUPS(number(-104), held)
	VMAXPS(x, held, x)
	VMOVUPS(number(89), held)
	VMINPS(x, held, x)
	VMULPS(number(math.Log2E), x, k)
	VROUNDPS(U8(8), k, k) // to the nearest
	VFNMADD231PS(number(0.693359375), k, x)
	VFNMADD231PS(number(-2.12194440e-4), k, x)
	e := polynomial(x, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
	square := YMM()
	VMULPS(x, x, square)
	VFMADD213PS(x, square, e)
	VADDPS(number(1), e, e)
	half := YMM()
	VCVTPS2DQ(k, k)
	VPSRAD(U8(1), k, half)
	VPSUBD(half, k, k)
	for _, part := range []reg.VecVirtual{half, k} {
		VPADDD(words(127), part, part)
		VPSLLD(U8(23), part, part)
		VMULPS(part, e, e)
	}
	return e
}
