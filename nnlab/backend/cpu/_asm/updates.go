package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func updates() {
	vector("momentum", "v = α·v − η·g and w = w + v", []string{"w", "g", "v"}, []string{"rate", "alpha"}, func(at map[string]Mem, c map[string]reg.VecVirtual) {
		v, w := YMM(), YMM()
		VMULPS(at["v"], c["alpha"], v)
		g := load(at["g"])
		VFNMADD231PS(g, c["rate"], v)
		VMOVUPS(v, at["v"])
		VADDPS(at["w"], v, w)
		VMOVUPS(w, at["w"])
	})
	vector("rmsprop", "s = ρ·s + (1 − ρ)·g² and w = w − η·g/√(s + ε)", []string{"w", "g", "s"}, []string{"rate", "rho", "rest", "epsilon"}, func(at map[string]Mem, c map[string]reg.VecVirtual) {
		g, s := load(at["g"]), load(at["s"])
		step := YMM()
		VMULPS(g, g, step)
		VMULPS(c["rest"], step, step)
		VFMADD213PS(step, c["rho"], s)
		VMOVUPS(s, at["s"])
		root := YMM()
		VADDPS(c["epsilon"], s, root)
		VSQRTPS(root, root)
		VMULPS(c["rate"], g, g)
		VDIVPS(root, g, g)
		w := load(at["w"])
		VSUBPS(g, w, w)
		VMOVUPS(w, at["w"])
	})
	vector("adam", "m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g² and w = w − η·m/(√v + ε)", []string{"w", "g", "m", "v"}, []string{"rate", "beta1", "rest1", "beta2", "rest2", "epsilon"}, func(at map[string]Mem, c map[string]reg.VecVirtual) {
		g, m, v := load(at["g"]), load(at["m"]), load(at["v"])
		t := YMM()
		VMULPS(c["rest1"], g, t)
		VFMADD213PS(t, c["beta1"], m)
		VMOVUPS(m, at["m"])
		VMULPS(g, g, t)
		VMULPS(c["rest2"], t, t)
		VFMADD213PS(t, c["beta2"], v)
		VMOVUPS(v, at["v"])
		VSQRTPS(v, v)
		VADDPS(c["epsilon"], v, v)
		VMULPS(c["rate"], m, m)
		VDIVPS(v, m, m)
		w := load(at["w"])
		VSUBPS(m, w, w)
		VMOVUPS(w, at["w"])
	})
}
