package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rows writes what is computed along the rows of matrices.
func rows() {
	rowwise("normalize", "y = slope·(x − mean) + beta", []string{"x", "y"}, []string{"mean", "slope", "beta"}, nil, func(v eight) eight {
		return eight{"y": fma(sub(v["x"], v["mean"]), v["slope"], v["beta"])}
	})
	rowwise("normalizeGrad", "dx = slope·(dy − offset − (x − mean)·lean)", []string{"x", "dy", "dx"}, []string{"mean", "slope", "offset", "lean"}, nil, func(v eight) eight {
		d := sub(v["dy"], v["offset"])
		return eight{"dx": mul(fnma(sub(v["x"], v["mean"]), v["lean"], d), v["slope"])}
	})
	vector("rescale", "y = max(floor, y·scale + shift)", []string{"y", "scale", "shift"}, []string{"floor"}, func(v eight) eight {
		return eight{"y": larger(v["floor"], fma(v["y"], v["scale"], v["shift"]))} // NaN stays NaN
	})
	vector("rescalePlus", "y = max(floor, y·scale + shift + plus)", []string{"y", "plus", "scale", "shift"}, []string{"floor"}, func(v eight) eight {
		return eight{"y": larger(v["floor"], add(fma(v["y"], v["scale"], v["shift"]), v["plus"]))}
	})
	vector("layerNorm", "y = γ·(x − mean)·inverse + β", []string{"x", "gamma", "beta", "y"}, []string{"mean*", "inverse*"}, func(v eight) eight {
		normal := narrow(widen(v["x"]).minus(v["mean"]).times(v["inverse"]))
		return eight{"y": fma(normal, v["gamma"], v["beta"])}
	})
	vector("layerNormGrad", "dx = (γ·dy − offset − (x − mean)·lean)·inverse", []string{"x", "gamma", "dy", "dx"}, []string{"mean*", "offset*", "lean*", "inverse*"}, func(v eight) eight {
		lean := widen(v["x"]).minus(v["mean"]).times(v["lean"])
		d := widen(v["gamma"]).times(widen(v["dy"])).minus(v["offset"]).minus(lean)
		return eight{"dx": narrow(d.times(v["inverse"]))}
	})
	vector("softmaxGrad", "dx = y·(dy − sum)", []string{"y", "dy", "dx"}, []string{"sum*"}, func(v eight) eight {
		return eight{"dx": mul(narrow(widen(v["dy"]).minus(v["sum"])), v["y"])}
	})
	vector("crossEntropyGrad", "dx = (e·inverse − t)·share", []string{"e", "t", "dx"}, []string{"inverse*", "share*"}, func(v eight) eight {
		d := widen(v["e"]).times(v["inverse"]).minus(widen(v["t"]))
		return eight{"dx": narrow(d.times(v["share"]))}
	})
	vector("difference", "z = α·(x − y)", []string{"x", "y", "z"}, []string{"alpha"}, func(v eight) eight {
		return eight{"z": mul(sub(v["x"], v["y"]), v["alpha"])}
	})

	// The normalisation across columns has its terms in a row that is longer by size − 1
	// than the others, so that there are zeros beyond both ends.
	neighbours("localResponse", "y = x / s^¾ with s = k + α·Σ squares, over size neighbours", []string{"squares", "x", "y"}, []string{"k", "alpha"}, func(v eight) eight {
		s := fma(v["terms"], v["alpha"], v["k"])
		return eight{"y": div(v["x"], threeQuarters(s))}
	})
	neighbours("localShares", "scale = 1 / s^¾ with s = k + α·Σ squares, over size neighbours, and share = dy·x·scale/s", []string{"squares", "x", "dy", "scale", "share"}, []string{"k", "alpha"}, func(v eight) eight {
		s := fma(v["terms"], v["alpha"], v["k"])
		scale := div(number(1), threeQuarters(s))
		return eight{"scale": scale, "share": div(mul(mul(scale, v["x"]), v["dy"]), s)}
	})
	neighbours("localResponseGrad", "dx = dy·scale − lean·x·Σ shares, over size neighbours", []string{"shares", "x", "dy", "scale", "dx"}, []string{"lean"}, func(v eight) eight {
		back := mul(mul(v["lean"], v["x"]), v["terms"])
		return eight{"dx": sub(mul(v["scale"], v["dy"]), back)}
	})
}

// threeQuarters returns s^¾.
func threeQuarters(s reg.VecVirtual) reg.VecVirtual {
	half := root(s)
	return mul(half, root(half))
}

// neighbours writes a function whose first buffer holds terms, of which size that
// follow each other are added up for each number. The second buffer is as long as
// there are numbers.
func neighbours(name, doc string, buffers, constants []string, compute body) {
	constant := begin(name, doc, buffers, constants, "", "size")
	i, n, size := GP64(), Load(Param(buffers[1]).Len(), GP64()), Load(Param("size"), GP64())
	XORQ(i, i)
	at := map[string]Mem{}
	for _, b := range buffers {
		at[b] = Mem{Base: Load(Param(b).Base(), GP64()), Index: i, Scale: 4}
	}
	terms := at[buffers[0]]
	delete(at, buffers[0])
	eights(n, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		first := GP64()
		LEAQ(terms, first)
		sum := zeros()
		loop(U32(0), size, func(k reg.GPVirtual) {
			VADDPS(load(Mem{Base: first, Index: k, Scale: 4}, mask), sum, sum)
		})
		from := operands(constant, at, mask)
		from["terms"] = sum
		to := compute(from)
		for _, b := range buffers {
			if to[b] != nil {
				store(to[b], at[b], mask)
			}
		}
	})
	VZEROUPPER()
	RET()
}
