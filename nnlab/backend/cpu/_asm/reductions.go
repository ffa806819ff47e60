package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func reductions() {
	x, one := []string{"x"}, "float64"
	reduction("sum", "Σ x", one, x, nil, 1, func(v eight) ([]wide, eight) { return []wide{widen(v["x"])}, nil })
	reduction("sumAbs", "Σ |x|", one, x, nil, 1, func(v eight) ([]wide, eight) {
		return []wide{widen(and(words(signBit-1), v["x"]))}, nil
	})
	reduction("sumSquares", "Σ x²", one, x, nil, 1, func(v eight) ([]wide, eight) {
		x := widen(v["x"])
		return []wide{x.times(x)}, nil
	})
	reduction("nonFinite", "how many numbers are NaN, +Inf or −Inf", one, x, nil, 1, func(v eight) ([]wide, eight) {
		x := load(v["x"])
		nothing := sub(x, x) // or NaN
		return []wide{widen(and(compare(unordered, nothing, nothing), number(1)))}, nil
	})
	reduction("deviations", "Σ (x − mean)²", one, x, []string{"mean*"}, 1, func(v eight) ([]wide, eight) {
		d := widen(v["x"]).minus(v["mean"])
		return []wide{d.times(d)}, nil
	})
	reduction("dot", "Σ x·y", one, []string{"x", "y"}, nil, 1, func(v eight) ([]wide, eight) {
		return []wide{widen(v["x"]).times(widen(v["y"]))}, nil
	})
	reduction("squaredDistance", "Σ (x − y)²", one, []string{"x", "y"}, nil, 1, func(v eight) ([]wide, eight) {
		d := widen(sub(v["x"], v["y"]))
		return []wide{d.times(d)}, nil
	})
	reduction("expSum", "y = e^(x − largest) and Σ y", one, []string{"x", "y"}, []string{"largest"}, 1, func(v eight) ([]wide, eight) {
		e := exp(sub(v["x"], v["largest"]))
		return []wide{widen(e)}, eight{"y": e}
	})
	reduction("chosen", "Σ t and Σ t·(x − largest), where x does not count if t is 0", "(sum, product float64)", []string{"x", "t"}, []string{"largest"}, 2, func(v eight) ([]wide, eight) {
		t := load(v["t"])
		counts := compare(notEqual, t, zeros())
		return []wide{widen(t), widen(and(counts, mul(sub(v["x"], v["largest"]), t)))}, nil
	})
	reduction("layerProducts", "Σ γ·dy and Σ γ·dy·(x − mean)", "(sum, product float64)", []string{"x", "gamma", "dy"}, []string{"mean*"}, 2, func(v eight) ([]wide, eight) {
		g := widen(v["gamma"]).times(widen(v["dy"]))
		return []wide{g, widen(v["x"]).minus(v["mean"]).times(g)}, nil
	})
	largestOf()
}

// largestOf writes the function that returns the largest number, or NaN.
func largestOf() {
	begin("largest", "the largest of the numbers, and NaN where one is", []string{"x"}, nil, "float32")
	i, n := GP64(), Load(Param("x").Len(), GP64())
	XORQ(i, i)
	x := Mem{Base: Load(Param("x").Base(), GP64()), Index: i, Scale: 4}
	best := YMM()
	VBROADCASTSS(Mem{Base: x.Base}, best)
	eights(n, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		v := load(x, mask)
		if mask != nil {
			v = choose(mask, v, best)
		}
		VMOVUPS(largest(best, v), best)
	})
	other := YMM()
	VPERM2F128(U8(1), best, best, other)
	best = largest(best, other)
	for _, order := range []uint8{0x4e, 0xb1} { // neighbours by pairs, then one by one
		other := YMM()
		VPERMILPS(U8(order), best, other)
		best = largest(best, other)
	}
	Store(best.AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}
