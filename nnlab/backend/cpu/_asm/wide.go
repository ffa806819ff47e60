package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// wide is eight numbers in float64.
type wide [2]reg.VecVirtual

// widen returns eight float32 in float64.
func widen(o Op) wide {
	w := wide{YMM(), YMM()}
	if m, ok := o.(Mem); ok {
		VCVTPS2PD(m, w[0])
		VCVTPS2PD(m.Offset(16), w[1])
		return w
	}
	r, high := o.(reg.VecVirtual), XMM()
	VCVTPS2PD(r.AsX(), w[0])
	VEXTRACTF128(U8(1), r, high)
	VCVTPS2PD(high, w[1])
	return w
}

// narrow returns eight float64 in float32.
func narrow(w wide) reg.VecVirtual {
	low, high, y := XMM(), XMM(), YMM()
	VCVTPD2PSY(w[0], low)
	VCVTPD2PSY(w[1], high)
	VINSERTF128(U8(1), high, low.AsY(), y)
	return y
}

// each applies an instruction to both halves of a and of b, which may be one number
// four times over.
func (a wide) each(instruction func(...Op), b any) wide {
	t := wide{YMM(), YMM()}
	for h := range t {
		switch b := b.(type) {
		case wide:
			instruction(b[h], a[h], t[h])
		case Op:
			instruction(b, a[h], t[h])
		}
	}
	return t
}

func (a wide) minus(b any) wide { return a.each(VSUBPD, b) }
func (a wide) times(b any) wide { return a.each(VMULPD, b) }

// loadWide returns eight float64, or those that the mask of eight words lets through.
func loadWide(from Mem, mask reg.VecVirtual) wide {
	w := wide{YMM(), YMM()}
	if mask == nil {
		VMOVUPD(from, w[0])
		VMOVUPD(from.Offset(32), w[1])
		return w
	}
	m := widenMask(mask)
	VMASKMOVPD(from, m[0], w[0])
	VMASKMOVPD(from.Offset(32), m[1], w[1])
	return w
}

// storeWide is loadWide's counterpart.
func storeWide(w wide, to Mem, mask reg.VecVirtual) {
	if mask == nil {
		VMOVUPD(w[0], to)
		VMOVUPD(w[1], to.Offset(32))
		return
	}
	m := widenMask(mask)
	VMASKMOVPD(w[0], m[0], to)
	VMASKMOVPD(w[1], m[1], to.Offset(32))
}

// widenMask makes of a mask of eight words one of eight quadwords.
func widenMask(mask reg.VecVirtual) wide {
	w, high := wide{YMM(), YMM()}, XMM()
	VPMOVSXDQ(mask.AsX(), w[0])
	VEXTRACTI128(U8(1), mask, high)
	VPMOVSXDQ(high, w[1])
	return w
}

// reduction writes a function that adds up in float64 what the terms of all numbers
// are, for as many sums as there are terms. What it returns besides is written.
func reduction(name, doc, result string, buffers, constants []string, sums int, terms func(eight) ([]wide, eight)) {
	constant := begin(name, doc, buffers, constants, result)
	i, n := GP64(), Load(Param(buffers[0]).Len(), GP64())
	XORQ(i, i)
	at := map[string]Mem{}
	for _, b := range buffers {
		at[b] = Mem{Base: Load(Param(b).Base(), GP64()), Index: i, Scale: 4}
	}
	totals := make([]wide, sums)
	for s := range totals {
		totals[s] = wide{zeros(), zeros()}
	}
	eights(n, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		added, written := terms(operands(constant, at, mask))
		for _, b := range buffers {
			if written[b] != nil {
				store(written[b], at[b], mask)
			}
		}
		for s, t := range added {
			if mask != nil {
				t = t.each(VANDPD, widenMask(mask))
			}
			for h := range t {
				VADDPD(t[h], totals[s][h], totals[s][h])
			}
		}
	})
	for s, t := range totals {
		VADDPD(t[1], t[0], t[0])
		low, high := t[0].AsX(), XMM()
		VEXTRACTF128(U8(1), t[0], high)
		VADDPD(high, low, low)
		VPERMILPD(U8(1), low, high)
		VADDSD(high, low, low)
		Store(low, ReturnIndex(s))
	}
	VZEROUPPER()
	RET()
}
