package main

import (
	. "github.com/mmcloughlin/avo/build"
)

const signBit = 1 << 31

func functions() {
	xy := []string{"x", "y"}
	vector("sigmoid", "y = 1/(1 + e⁻ˣ)", xy, nil, func(v eight) eight {
		Comment("z = e^−|x| cannot overflow; the result is 1/(1 + z), for x < 0 z/(1 + z).")
		x := load(v["x"])
		z := exp(or(x, words(signBit)))
		return eight{"y": div(choose(x, z, number(1)), add(z, number(1)))} // by the sign of x
	})
	vector("tanh", "y = tanh x", xy, nil, func(v eight) eight {
		x := load(v["x"])
		sign := and(x, words(signBit))
		size := xor(x, sign)
		Comment("tanh |x| = 1 − 2/(e^2|x| + 1), which cancels for small |x|.")
		large := sub(number(1), div(number(2), add(exp(add(size, size)), number(1))))
		Comment("x + x³·P(x²) for |x| < 0.625 (Cephes, tanhf.c).")
		square := mul(size, size)
		p := polynomial(square, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
		small := fma(mul(square, size), p, size)
		return eight{"y": or(sign, choose(compare(less, size, number(0.625)), small, large))}
	})
	vector("relu", "y = max(0, x)", xy, nil, func(v eight) eight {
		return eight{"y": larger(zeros(), v["x"])} // NaN stays NaN
	})
	vector("leakyReLU", "y = x where x > 0, else α·x", xy, []string{"alpha"}, func(v eight) eight {
		x := load(v["x"])
		return eight{"y": choose(compare(greater, x, zeros()), x, mul(x, v["alpha"]))}
	})
	vector("elu", "y = x where x > 0, else α·(eˣ − 1)", xy, []string{"alpha"}, func(v eight) eight {
		x := load(v["x"])
		Comment("eˣ − 1 = 2ᵏ·q + 2ᵏ − 1 does not cancel where k = 0; below −80 it is −1.")
		k, q := reduce(larger(number(-80), x)) // NaN stays NaN
		VCVTPS2DQ(k, k)
		scale := power(k)
		negative := mul(fma(scale, q, sub(scale, number(1))), v["alpha"])
		return eight{"y": choose(compare(greater, x, zeros()), x, negative)}
	})

	gradient := []string{"y", "dy", "dx"}
	vector("sigmoidGrad", "dx = dy·y·(1 − y)", gradient, nil, func(v eight) eight {
		y := load(v["y"])
		return eight{"dx": mul(mul(y, sub(number(1), y)), v["dy"])}
	})
	vector("tanhGrad", "dx = dy·(1 − y²)", gradient, nil, func(v eight) eight {
		y := load(v["y"])
		return eight{"dx": mul(fnma(y, y, number(1)), v["dy"])}
	})
	vector("reluGrad", "dx = dy where y > 0, else 0·dy, and NaN where y is", gradient, nil, func(v eight) eight {
		y := load(v["y"])
		slope := choose(compare(greater, y, zeros()), number(1), mul(y, zeros())) // NaN stays NaN
		return eight{"dx": mul(slope, v["dy"])}
	})
	vector("leakyReLUGrad", "dx = dy where y > 0, else α·dy", gradient, []string{"alpha"}, func(v eight) eight {
		dy := load(v["dy"])
		return eight{"dx": choose(compare(greater, v["y"], zeros()), dy, mul(dy, v["alpha"]))}
	})
	vector("eluGrad", "dx = dy where y > 0, else dy·(y + α)", gradient, []string{"alpha"}, func(v eight) eight {
		y, dy := load(v["y"]), load(v["dy"])
		return eight{"dx": choose(compare(greater, y, zeros()), dy, mul(dy, add(y, v["alpha"])))}
	})

	vector("fill", "y = v", []string{"y"}, []string{"v"}, func(v eight) eight { return eight{"y": v["v"]} })
	vector("scale", "x = α·x", []string{"x"}, []string{"alpha"}, func(v eight) eight {
		return eight{"x": mul(v["alpha"], v["x"])}
	})
	vector("axpy", "y = y + α·x", xy, []string{"alpha"}, func(v eight) eight {
		return eight{"y": fma(v["alpha"], v["x"], v["y"])}
	})
	vector("multiply", "z = x·y", []string{"x", "y", "z"}, nil, func(v eight) eight {
		return eight{"z": mul(v["x"], v["y"])}
	})
	vector("maximum", "z = max(x, y), and NaN where one of them is", []string{"x", "y", "z"}, nil, func(v eight) eight {
		return eight{"z": largest(v["x"], v["y"])}
	})
	vector("maximumGrad", "dx = dz and dy = 0 where x ≥ y, else dx = 0 and dy = dz", []string{"x", "y", "dz", "dx", "dy"}, nil, func(v eight) eight {
		first, dz := compare(atLeast, v["x"], v["y"]), load(v["dz"])
		return eight{"dx": and(dz, first), "dy": unless(dz, first)}
	})
}
