package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rowsTogether is how many rows of a matrix the functions here read at a time,
// rowPiece how many numbers of one before it is the next one's turn; see thin.go of
// package cpu.
const (
	rowsTogether = 8
	rowPiece     = 64
)

// farRows is where the next numbers of rows stand that are apart from each other.
type farRows struct{ first, fifth, apart, apart3 reg.GPVirtual }

func loadFarRows(base string) (r farRows) {
	r = farRows{GP64(), GP64(), GP64(), GP64()}
	Load(Param(base).Base(), r.first)
	Load(Param("apart"), r.apart)
	SHLQ(U8(2), r.apart)
	LEAQ(Mem{Base: r.apart, Index: r.apart, Scale: 2}, r.apart3)
	LEAQ(Mem{Base: r.first, Index: r.apart, Scale: 4}, r.fifth)
	return r
}

// at is the k-th number from here in row t.
func (r farRows) at(t, k int) Mem {
	m := Mem{Base: []reg.GPVirtual{r.first, r.fifth}[t/4], Disp: 4 * k}
	switch t % 4 {
	case 1:
		m.Index, m.Scale = r.apart, 1
	case 2:
		m.Index, m.Scale = r.apart, 2
	case 3:
		m.Index, m.Scale = r.apart3, 1
	}
	return m
}

// along writes a loop over n numbers of all rows and of one more row: piece by piece,
// then what is left by eights.
func (r farRows) along(n, row reg.GPVirtual, piece func(), rest func(mask reg.VecVirtual)) {
	move := func(numbers int) {
		for _, p := range []reg.GPVirtual{r.first, r.fifth, row} {
			ADDQ(I32(4*numbers), p)
		}
	}
	SUBQ(U8(rowPiece), n)
	JL(LabelRef("short"))
	Label("piece")
	piece()
	move(rowPiece)
	SUBQ(U8(rowPiece), n)
	JGE(LabelRef("piece"))
	Label("short")
	ADDQ(U8(rowPiece), n)
	eights(n, nil, func(mask reg.VecVirtual) {
		rest(mask)
		if mask == nil {
			move(8)
		}
	})
}

// addRows writes y = y + Σ x[t]·(b from rows[t] on).
func addRows() {
	TEXT("addRowsAVX2", NOSPLIT, "func(x []float32, rows []int, b, y []float32)")
	Doc("addRowsAVX2 computes y = y + Σ x[t]·b[rows[t]:] for eight numbers of x.")
	Pragma("noescape")
	i, y, n := GP64(), Load(Param("y").Base(), GP64()), GP64()
	var x [rowsTogether]reg.VecVirtual
	var row [rowsTogether]reg.GPVirtual
	from, places, b := Load(Param("x").Base(), GP64()), Load(Param("rows").Base(), GP64()), Load(Param("b").Base(), GP64())
	for t := range x {
		x[t], row[t] = YMM(), GP64()
		VBROADCASTSS(Mem{Base: from, Disp: 4 * t}, x[t])
		MOVQ(Mem{Base: places, Disp: 8 * t}, row[t])
		LEAQ(Mem{Base: b, Index: row[t], Scale: 4}, row[t])
	}
	at := func(base reg.Register, k int) Mem { return Mem{Base: base, Index: i, Scale: 4, Disp: 4 * k} }
	XORQ(i, i)
	Load(Param("y").Len(), n)
	SUBQ(U8(rowPiece), n)
	JL(LabelRef("short"))
	Label("piece")
	var sum [rowPiece / 8]reg.VecVirtual
	for k := range sum {
		sum[k] = load(at(y, 8*k))
	}
	for t := range x {
		for k := range sum {
			VFMADD231PS(at(row[t], 8*k), x[t], sum[k])
		}
	}
	for k := range sum {
		VMOVUPS(sum[k], at(y, 8*k))
	}
	ADDQ(U8(rowPiece), i)
	SUBQ(U8(rowPiece), n)
	JGE(LabelRef("piece"))
	Label("short")
	ADDQ(U8(rowPiece), n)
	eights(n, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
		sum := load(at(y, 0), mask)
		for t := range x {
			VFMADD231PS(load(at(row[t], 0), mask), x[t], sum)
		}
		store(sum, at(y, 0), mask)
	})
	VZEROUPPER()
	RET()
}

// innerRows writes the inner products of x with rows of b.
func innerRows() {
	TEXT("innerRowsAVX2", NOSPLIT, "func(x, b, sums []float32, apart int)")
	Doc("innerRowsAVX2 computes sums[t] = Σ x·b[t·apart:] for eight sums.")
	Pragma("noescape")
	rows, x, n := loadFarRows("b"), GP64(), GP64()
	Load(Param("x").Base(), x)
	Load(Param("x").Len(), n)
	var sum [rowsTogether]reg.VecVirtual
	for t := range sum {
		sum[t] = zeros()
	}
	rows.along(n, x, func() {
		for t := range sum {
			for k := 0; k < rowPiece; k += 8 {
				VFMADD231PS(rows.at(t, k), load(Mem{Base: x, Disp: 4 * k}), sum[t])
			}
		}
	}, func(mask reg.VecVirtual) {
		numbers := load(Mem{Base: x}, mask)
		for t := range sum {
			VFMADD231PS(load(rows.at(t, 0), mask), numbers, sum[t])
		}
	})
	to := Load(Param("sums").Base(), GP64())
	for t := range sum {
		VMOVSS(acrossEight(sum[t]), Mem{Base: to, Disp: 4 * t})
	}
	VZEROUPPER()
	RET()
}

// acrossEight returns the sum of eight numbers.
func acrossEight(all reg.VecVirtual) reg.Register {
	half, total := XMM(), all.AsX()
	VEXTRACTF128(U8(1), all, half)
	VADDPS(half, total, total)
	VHADDPS(total, total, total)
	VHADDPS(total, total, total)
	return total
}
