package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// mean moves a running mean on by x: β·m + (1 − β)·x.
func mean(beta, m, rest, x Op) reg.VecVirtual { return fma(beta, m, mul(rest, x)) }

func updates() {
	vector("momentum", "v = α·v − η·g and w = w + v", []string{"w", "g", "v"}, []string{"rate", "alpha"}, func(v eight) eight {
		step := fnma(v["rate"], v["g"], mul(v["alpha"], v["v"]))
		return eight{"v": step, "w": add(step, v["w"])}
	})
	vector("nesterov", "v = α·v − η·g and w = w + α·v − η·g", []string{"w", "g", "v"}, []string{"rate", "alpha"}, func(v eight) eight {
		push := mul(v["rate"], v["g"])
		step := sub(mul(v["alpha"], v["v"]), push)
		return eight{"v": step, "w": sub(fma(v["alpha"], step, v["w"]), push)}
	})
	vector("rmsprop", "s = ρ·s + (1 − ρ)·g² and w = w − η·g/√(s + ε)", []string{"w", "g", "s"}, []string{"rate", "rho", "rest", "epsilon"}, func(v eight) eight {
		g := load(v["g"])
		s := mean(v["rho"], v["s"], v["rest"], mul(g, g))
		step := div(mul(g, v["rate"]), root(add(s, v["epsilon"])))
		return eight{"s": s, "w": sub(v["w"], step)}
	})
	vector("rmspropMomentum", "s = ρ·s + (1 − ρ)·g², v = α·v + η·g/√(s + ε) and w = w − v", []string{"w", "g", "s", "v"}, []string{"rate", "rho", "rest", "alpha", "epsilon"}, func(v eight) eight {
		g := load(v["g"])
		s := mean(v["rho"], v["s"], v["rest"], mul(g, g))
		step := fma(v["alpha"], v["v"], div(mul(g, v["rate"]), root(add(s, v["epsilon"]))))
		return eight{"s": s, "v": step, "w": sub(v["w"], step)}
	})
	means := []string{"beta1", "rest1", "beta2", "rest2", "epsilon"}
	vector("adam", "m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g² and w = w − η·m/(√v + ε)", []string{"w", "g", "m", "v"}, append([]string{"rate"}, means...), func(v eight) eight {
		g := load(v["g"])
		m := mean(v["beta1"], v["m"], v["rest1"], g)
		s := mean(v["beta2"], v["v"], v["rest2"], mul(g, g))
		step := div(mul(m, v["rate"]), add(root(s), v["epsilon"]))
		return eight{"m": m, "v": s, "w": sub(v["w"], step)}
	})
	vector("nadam", "m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g² and w = w − (ofM·m + ofG·g)/(√(ofV·v) + ε)", []string{"w", "g", "m", "v"}, append([]string{"ofM", "ofG", "ofV"}, means...), func(v eight) eight {
		g := load(v["g"])
		m := mean(v["beta1"], v["m"], v["rest1"], g)
		s := mean(v["beta2"], v["v"], v["rest2"], mul(g, g))
		step := div(fma(v["ofM"], m, mul(v["ofG"], g)), add(root(mul(v["ofV"], s)), v["epsilon"]))
		return eight{"m": m, "v": s, "w": sub(v["w"], step)}
	})
	vector("adagrad", "s = s + g² and w = w − η·g/√(s + ε)", []string{"w", "g", "s"}, []string{"rate", "epsilon"}, func(v eight) eight {
		g := load(v["g"])
		s := fma(g, g, v["s"])
		return eight{"s": s, "w": sub(v["w"], div(mul(g, v["rate"]), root(add(s, v["epsilon"]))))}
	})
	vector("adadelta", "s = ρ·s + (1 − ρ)·g², Δ = g·√(d + ε)/√(s + ε), d = ρ·d + (1 − ρ)·Δ² and w = w − η·Δ", []string{"w", "g", "s", "d"}, []string{"rate", "rho", "rest", "epsilon"}, func(v eight) eight {
		g, d := load(v["g"]), load(v["d"])
		s := mean(v["rho"], v["s"], v["rest"], mul(g, g))
		step := div(mul(g, root(add(d, v["epsilon"]))), root(add(s, v["epsilon"])))
		return eight{"s": s, "d": mean(v["rho"], d, v["rest"], mul(step, step)), "w": fnma(v["rate"], step, v["w"])}
	})
	vector("clip", "g held within ±limit", []string{"g"}, []string{"limit"}, func(v eight) eight {
		lowest := xor(v["limit"], words(signBit))
		return eight{"g": larger(lowest, smaller(v["limit"], v["g"]))} // NaN stays NaN
	})
	vector("regularize", "g = g + l1·sign(w) + l2·w", []string{"w", "g"}, []string{"l1", "l2"}, func(v eight) eight {
		w := load(v["w"])
		g := add(and(compare(greater, w, zeros()), v["l1"]), v["g"])
		g = sub(g, and(compare(less, w, zeros()), v["l1"]))
		return eight{"g": fma(v["l2"], w, g)}
	})
}
