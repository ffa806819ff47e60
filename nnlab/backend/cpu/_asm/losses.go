package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// epsilon is backend.Epsilon.
const epsilon = 1e-7

// losses writes the loss functions of single outputs y with targets t: e is the loss,
// g its derivative times the slope. That of Kullback and Leibler is not among them: its
// terms cancel, which takes logarithms in float64.
func losses() {
	loss := func(name, formula string, compute func(y, t reg.VecVirtual, delta Op) (e, g reg.VecVirtual)) {
		vector(name, "e = "+formula+", and g = slope·∂e/∂y", []string{"y", "t", "e", "g"}, []string{"delta", "slope"}, func(v eight) eight {
			e, g := compute(load(v["y"]), load(v["t"]), v["delta"])
			return eight{"e": e, "g": mul(g, v["slope"])}
		})
	}
	loss("absoluteError", "|y − t|", func(y, t reg.VecVirtual, _ Op) (e, g reg.VecVirtual) {
		d := sub(y, t)
		return and(d, words(signBit-1)), direction(d)
	})
	loss("huber", "d²/2 where |d| ≤ δ, else δ·(|d| − δ/2), with d = y − t", func(y, t reg.VecVirtual, delta Op) (e, g reg.VecVirtual) {
		d := sub(y, t)
		size := and(d, words(signBit-1))
		far := compare(greater, size, delta)
		e = choose(far, mul(delta, fnma(delta, number(0.5), size)), mul(mul(d, d), number(0.5)))
		return e, choose(far, mul(direction(d), delta), d)
	})
	loss("categoricalCrossEntropy", "−t·log y with y held within [ε, 1 − ε]", func(y, t reg.VecVirtual, _ Op) (e, g reg.VecVirtual) {
		e = mul(negative(t), logWithin(y))
		return e, choose(outside(y), mul(t, zeros()), div(negative(t), y))
	})
	loss("binaryCrossEntropy", "−t·log y − (1 − t)·log(1 − y) with y held within [ε, 1 − ε]", func(y, t reg.VecVirtual, _ Op) (e, g reg.VecVirtual) {
		rest := sub(number(1), y)
		e = mul(t, logWithin(y))
		e = negative(fma(sub(number(1), t), logWithin(rest), e))
		return e, choose(outside(y), mul(t, zeros()), div(sub(y, t), mul(y, rest)))
	})
	loss("binaryCrossEntropyFromLogits", "max(y, 0) − y·t + log(1 + e^−|y|)", func(y, t reg.VecVirtual, _ Op) (e, g reg.VecVirtual) {
		small := exp(or(y, words(signBit))) // ≤ 1
		all := add(number(1), small)
		p := div(choose(y, small, number(1)), all)
		// log(1 + z) of small z: what 1 + z has lost of it is added, by log's derivative.
		lost := div(sub(small, sub(all, number(1))), all)
		e = fnma(y, t, larger(zeros(), y))
		return add(e, add(logOf(all), lost)), sub(p, t)
	})
	loss("hinge", "max(0, 1 − t·y), with t = −1 for a target of 0", func(y, t reg.VecVirtual, _ Op) (e, g reg.VecVirtual) {
		t = choose(compare(notEqual, t, zeros()), t, number(-1))
		product := mul(t, y)
		right := compare(greater, product, number(1))
		e = unless(sub(number(1), product), right)
		return e, keepNaN(y, unless(negative(t), right))
	})
}

func negative(x reg.VecVirtual) reg.VecVirtual { return xor(x, words(signBit)) }

// direction is −1, 0, 1, or NaN.
func direction(d reg.VecVirtual) reg.VecVirtual {
	one := or(number(1), and(d, words(signBit)))
	return keepNaN(d, and(one, compare(notEqual, d, zeros())))
}

// logWithin is the logarithm of a probability that is held within [ε, 1 − ε]; NaN stays
// NaN. float32 has no 1 − ε, so what is held there has its logarithm from here.
func logWithin(p reg.VecVirtual) reg.VecVirtual {
	return choose(compare(greater, p, number(1-epsilon)), number(math.Log1p(-epsilon)), logOf(larger(number(epsilon), p)))
}

// outside tells where a probability is below ε or above 1 − ε.
func outside(p reg.VecVirtual) reg.VecVirtual {
	return or(compare(less, p, number(epsilon)), compare(greater, p, number(1-epsilon)))
}

// keepNaN is y, and NaN where x is.
func keepNaN(x, y reg.VecVirtual) reg.VecVirtual { return choose(compare(unordered, x, x), x, y) }

// logOf is log, and NaN of NaN.
func logOf(x reg.VecVirtual) reg.VecVirtual { return keepNaN(x, log(x)) }
