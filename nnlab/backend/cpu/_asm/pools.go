package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pools writes functions on the cells of one window. They begin at the offsets, of
// which there is at least one; eight channels of all cells are computed at a time.
func pools() {
	overCells("maxCells", "func(offsets []int, x, y []float32)", "y", []string{
		"maxCellsAVX2 computes y[c] = max x[offset + c] over the offsets, and NaN where one is.",
	}, func(w window) {
		best := load(w.first("x"), w.mask)
		loop(U32(1), w.count, func(k reg.GPVirtual) {
			v := load(w.cell("x", k), w.mask)
			VBLENDVPS(compare(unordered, best, best), best, larger(best, v), best)
		})
		store(best, w.channels("y"), w.mask)
	})
	overCells("meanCells", "func(offsets []int, x, y []float32, count float32)", "y", []string{
		"meanCellsAVX2 computes y[c] = Σ x[offset + c] / count over the offsets.",
	}, func(w window) {
		sum := load(w.first("x"), w.mask)
		loop(U32(1), w.count, func(k reg.GPVirtual) {
			VADDPS(load(w.cell("x", k), w.mask), sum, sum)
		})
		store(div(sum, broadcast("count")), w.channels("y"), w.mask)
	})
	overCells("maxCellsGrad", "func(offsets []int, from, to int, x, dy, dx []float32)", "dy", []string{
		"maxCellsGradAVX2 adds dy[c] to dx[offset + c] where x[offset + c] is the first of the",
		"largest, or of the NaN; to those of the offsets from ≤ k < to alone.",
	}, func(w window) {
		best, at, number := load(w.first("x"), w.mask), zeros(), zeros()
		loop(U32(1), w.count, func(k reg.GPVirtual) {
			VPSUBD(words(1<<32-1), number, number)
			v := load(w.cell("x", k), w.mask)
			better := and(compare(notAtMost, v, best), compare(ordered, best, best))
			VBLENDVPS(better, v, best, best)
			VBLENDVPS(better, number, at, at)
		})
		dy := load(w.channels("dy"), w.mask)
		VPBROADCASTD(place("from"), number)
		loop(Load(Param("from"), GP64()), Load(Param("to"), GP64()), func(k reg.GPVirtual) {
			cell, here := w.cell("dx", k), YMM()
			VPCMPEQD(number, at, here)
			store(add(and(dy, here), load(cell, w.mask)), cell, w.mask)
			VPSUBD(words(1<<32-1), number, number)
		})
	})
	cells := []string{"dy", "x0", "x1", "x2", "x3", "dx0", "dx1", "dx2", "dx3"}
	vector("maxOfFourGrad", "dx = dy where x is the first of the largest of four, or of the NaN, else dx = 0", cells, nil, func(v eight) eight {
		best, better := load(v["x0"]), map[int]reg.VecVirtual{}
		for k := 1; k < 4; k++ {
			x := load(v[fmt.Sprint("x", k)])
			better[k] = and(compare(notAtMost, x, best), compare(ordered, best, best))
			best = choose(better[k], x, best)
		}
		dy, later := load(v["dy"]), better[3]
		dx := eight{"dx3": and(dy, later)}
		for k := 2; k > 0; k-- {
			dx[fmt.Sprint("dx", k)] = and(dy, unless(better[k], later))
			later = or(later, better[k])
		}
		dx["dx0"] = unless(dy, later)
		return dx
	})
	overCells("weighCells", "func(offsets []int, x, weights, y []float32)", "y", []string{
		"weighCellsAVX2 computes y[c] = Σ x[offset + c]·weights[k·channels + c] over the offsets.",
	}, func(w window) {
		sum := zeros()
		w.each("weights", "y", func(k reg.GPVirtual, weights Mem) {
			VFMADD231PS(load(w.cell("x", k), w.mask), load(weights, w.mask), sum)
		})
		store(sum, w.channels("y"), w.mask)
	})
	overCells("crossCells", "func(offsets []int, x, dy, weights []float32)", "dy", []string{
		"crossCellsAVX2 adds x[offset + c]·dy[c] to weights[k·channels + c] over the offsets.",
	}, func(w window) {
		dy := load(w.channels("dy"), w.mask)
		w.each("weights", "dy", func(k reg.GPVirtual, weights Mem) {
			sum := load(weights, w.mask)
			VFMADD231PS(load(w.cell("x", k), w.mask), dy, sum)
			store(sum, weights, w.mask)
		})
	})
	overCells("spreadCells", "func(offsets []int, dy, dx []float32, share float32)", "dy", []string{
		"spreadCellsAVX2 adds share·dy[c] to dx[offset + c] at all offsets.",
	}, func(w window) {
		share := mul(load(w.channels("dy"), w.mask), broadcast("share"))
		loop(U32(0), w.count, func(k reg.GPVirtual) {
			cell := w.cell("dx", k)
			store(add(share, load(cell, w.mask)), cell, w.mask)
		})
	})
}

// window is what a function on cells works with.
type window struct {
	offsets, count reg.Register
	base           map[string]reg.Register
	c              reg.GPVirtual // the first of the eight channels
	mask           reg.VecVirtual
}

// overCells writes a function on the cells of a window; the last of its buffers that
// is named is as long as there are channels.
func overCells(name, signature, long string, doc []string, body func(window)) {
	TEXT(name+"AVX2", NOSPLIT, signature)
	Doc(doc...)
	Pragma("noescape")
	w := window{offsets: Load(Param("offsets").Base(), GP64()), count: Load(Param("offsets").Len(), GP64()), base: map[string]reg.Register{}, c: GP64()}
	for _, b := range []string{"x", "y", "dy", "dx", "weights"} {
		if p, err := Param(b).Base().Resolve(); err == nil {
			w.base[b] = GP64()
			MOVQ(p.Addr, w.base[b])
		}
	}
	XORQ(w.c, w.c)
	eights(Load(Param(long).Len(), GP64()), []reg.GPVirtual{w.c}, func(mask reg.VecVirtual) {
		w.mask = mask
		body(w)
	})
	VZEROUPPER()
	RET()
}

// each goes through the cells, with the place of the channels in a buffer that has
// as many for each cell as another has in all.
func (w window) each(buffer, channels string, body func(k reg.GPVirtual, at Mem)) {
	at, step := GP64(), Load(Param(channels).Len(), GP64())
	LEAQ(w.channels(buffer), at)
	SHLQ(U8(2), step)
	loop(U32(0), w.count, func(k reg.GPVirtual) {
		body(k, Mem{Base: at})
		ADDQ(step, at)
	})
}

// first is where the channels of the first cell stand in a buffer.
func (w window) first(buffer string) Mem {
	k := GP64()
	XORQ(k, k)
	return w.cell(buffer, k)
}

// cell is where the channels of cell k stand in a buffer.
func (w window) cell(buffer string, k reg.GPVirtual) Mem {
	at := GP64()
	MOVQ(Mem{Base: w.offsets, Index: k, Scale: 8}, at)
	ADDQ(w.c, at)
	return Mem{Base: w.base[buffer], Index: at, Scale: 4}
}

// channels is where the channels stand in a buffer that has no more.
func (w window) channels(buffer string) Mem {
	return Mem{Base: w.base[buffer], Index: w.c, Scale: 4}
}
