package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The one-dimensional transforms of Winograd's convolution F(4, 3) with the points
// 0, ±1, ±2, ∞ (Lavin & Gray 2016), each as few additions as one sees at a glance.
// The matrices stand in winograd.go of package cpu.
func winograd() {
	times := func(c float64, x, onto reg.VecVirtual) reg.VecVirtual { // onto + c·x
		y := YMM()
		VMOVUPS(number(c), y)
		VFMADD213PS(onto, x, y)
		return y
	}
	add := func(x, y reg.VecVirtual) reg.VecVirtual {
		z := YMM()
		VADDPS(x, y, z)
		return z
	}
	sub := func(x, y reg.VecVirtual) reg.VecVirtual { // x − y
		z := YMM()
		VSUBPS(y, x, z)
		return z
	}
	scaled := func(c float64, x reg.VecVirtual) reg.VecVirtual {
		y := YMM()
		VMULPS(number(c), x, y)
		return y
	}

	transform("winogradInput", "Bᵀ·x·B", 6, 6, func(d []reg.VecVirtual) []reg.VecVirtual {
		a, b := times(-4, d[2], d[4]), times(-4, d[1], d[3])
		c, e := sub(d[4], d[2]), sub(d[3], d[1])
		return []reg.VecVirtual{
			times(4, d[0], times(-5, d[2], d[4])), add(a, b), sub(a, b), times(2, e, c), times(-2, e, c),
			times(4, d[1], times(-5, d[3], d[5])),
		}
	})
	transform("winogradOutput", "Aᵀ·x·A", 6, 4, func(m []reg.VecVirtual) []reg.VecVirtual {
		s1, d1, s2, d2 := add(m[1], m[2]), sub(m[1], m[2]), add(m[3], m[4]), sub(m[3], m[4])
		return []reg.VecVirtual{add(m[0], add(s1, s2)), times(2, d2, d1), times(4, s2, s1), times(8, d2, add(d1, m[5]))}
	})
	transform("winogradError", "A·x·Aᵀ", 4, 6, func(d []reg.VecVirtual) []reg.VecVirtual {
		p, q := add(d[0], d[2]), add(d[1], d[3])
		r, s := times(4, d[2], d[0]), times(8, d[3], add(d[1], d[1]))
		return []reg.VecVirtual{d[0], add(p, q), sub(p, q), add(r, s), sub(r, s), d[3]}
	})
	transform("winogradKernel", "G·x·Gᵀ", 3, 6, func(g []reg.VecVirtual) []reg.VecVirtual {
		p, q := scaled(-1./6, add(g[0], g[2])), scaled(1./6, g[1])
		r, s := times(1./24, g[0], scaled(1./6, g[2])), scaled(1./12, g[1])
		return []reg.VecVirtual{scaled(1./4, g[0]), sub(p, q), add(p, q), add(r, s), sub(r, s), g[2]}
	})
	transform("winogradKernelGradient", "Gᵀ·x·G", 6, 3, func(s []reg.VecVirtual) []reg.VecVirtual {
		p, q := add(s[1], s[2]), sub(s[2], s[1])
		r, t := add(s[3], s[4]), sub(s[3], s[4])
		sixth := scaled(-1./6, p)
		return []reg.VecVirtual{
			times(1./24, r, times(1./4, s[0], sixth)),
			times(1./12, t, scaled(1./6, q)),
			times(1./6, r, add(sixth, s[5])),
		}
	})
}

// transform writes a function that transforms a square of in×in vectors to one of
// out×out, the columns first and then the rows, eight numbers of each vector at a
// time.
func transform(name, doc string, in, out int, line func([]reg.VecVirtual) []reg.VecVirtual) {
	TEXT(name+"AVX2", 0, "func(dst, src []float32, dstRow, dstCol, srcRow, srcCol, n int)")
	Doc(fmt.Sprintf("%sAVX2 computes %s; see [transform]. n is a multiple of 8.", name, doc))
	Pragma("noescape")
	local := AllocLocal(32 * in * out)
	// square is a square of vectors: those of a line lie across apart, its lines down.
	type square struct{ at, across, down reg.Register }
	argument := func(base, across, down string) square {
		s := square{Load(Param(base).Base(), GP64()), Load(Param(across), GP64()), Load(Param(down), GP64())}
		SHLQ(U8(2), s.across)
		SHLQ(U8(2), s.down)
		return s
	}
	// The lines of src are its columns, those of dst its rows.
	src, dst := argument("src", "srcRow", "srcCol"), argument("dst", "dstCol", "dstRow")
	n := Load(Param("n"), GP64())
	// each calls f with the places of the lines of a square.
	each := func(s square, lines, length int, f func(i int, places []Mem)) {
		near, far := GP64(), GP64()
		MOVQ(s.at, near)
		LEAQ(Mem{Base: near, Index: s.across, Scale: 2}, far)
		ADDQ(s.across, far)
		for i := range lines {
			var places []Mem
			for _, base := range []reg.Register{near, far} {
				places = append(places, Mem{Base: base}, Mem{Base: base, Index: s.across, Scale: 1}, Mem{Base: base, Index: s.across, Scale: 2})
			}
			f(i, places[:length])
			if i+1 < lines {
				ADDQ(s.down, near)
				ADDQ(s.down, far)
			}
		}
	}

	Label("eight")
	each(src, in, in, func(j int, places []Mem) {
		var x []reg.VecVirtual
		for _, p := range places {
			x = append(x, load(p))
		}
		for i, y := range line(x) {
			VMOVUPS(y, local.Offset(32*(i*in+j)))
		}
	})
	each(dst, out, out, func(i int, places []Mem) {
		var x []reg.VecVirtual
		for j := range in {
			x = append(x, load(local.Offset(32*(i*in+j))))
		}
		for j, y := range line(x) {
			VMOVUPS(y, places[j])
		}
	})
	ADDQ(U8(32), src.at)
	ADDQ(U8(32), dst.at)
	SUBQ(U8(8), n)
	JNE(LabelRef("eight"))
	VZEROUPPER()
	RET()
}
