package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eight is operands that hold or read eight numbers each, by the names of the
// buffers they come from or go to.
type eight map[string]Op

// body computes eight numbers from eight of each buffer and the constants, each
// eight times over. It returns what is written, and may not change what it gets.
type body func(eight) eight

// vector writes a function that works on eight numbers at a time, and under a mask
// on what is left. It takes buffers of the length of the first, then constants.
func vector(name, doc string, buffers, constants []string, compute body) {
	rowwise(name, doc, buffers, nil, constants, compute)
}

// rowwise is vector for matrices, beside which stand rows of as many numbers as the
// matrices have columns.
func rowwise(name, doc string, matrices, rows, constants []string, compute body) {
	constant := begin(name, doc, slices.Concat(matrices, rows), constants, "")
	n, i, j := Load(Param(matrices[0]).Len(), GP64()), GP64(), GP64()
	XORQ(i, i)
	at := map[string]Mem{}
	for _, b := range matrices {
		at[b] = Mem{Base: Load(Param(b).Base(), GP64()), Index: i, Scale: 4}
	}
	cols, indices := n, []reg.GPVirtual{i}
	if len(rows) > 0 {
		cols, indices = Load(Param(rows[0]).Len(), GP64()), append(indices, j)
	}
	for _, b := range rows {
		at[b] = Mem{Base: Load(Param(b).Base(), GP64()), Index: j, Scale: 4}
	}
	Label("row")
	if len(rows) > 0 {
		XORQ(j, j)
	}
	eights(cols, indices, func(mask reg.VecVirtual) {
		to := compute(operands(constant, at, mask))
		for _, b := range matrices {
			if to[b] != nil {
				store(to[b], at[b], mask)
			}
		}
	})
	if len(rows) > 0 {
		CMPQ(i, n)
		JL(LabelRef("row"))
	}
	VZEROUPPER()
	RET()
}

// begin begins a function of buffers, constants and counts, and returns the
// constants. Those named with a * are float64, and come four times over.
func begin(name, doc string, buffers, constants []string, result string, counts ...string) eight {
	signature := strings.Join(buffers, ", ") + " []float32"
	for _, k := range constants {
		if k, wide := strings.CutSuffix(k, "*"); wide {
			signature += ", " + k + " float64"
		} else {
			signature += ", " + k + " float32"
		}
	}
	for _, k := range counts {
		signature += ", " + k + " int"
	}
	TEXT(name+"AVX2", NOSPLIT, "func("+signature+") "+result)
	Doc(name + "AVX2 computes " + doc + ".")
	Pragma("noescape")
	values := eight{}
	for _, k := range constants {
		if k, wide := strings.CutSuffix(k, "*"); wide {
			y := YMM()
			VBROADCASTSD(place(k), y)
			values[k] = y
		} else {
			values[k] = broadcast(k)
		}
	}
	return values
}

// operands adds to the constants where the numbers of the buffers stand, or the
// numbers themselves where there is a mask.
func operands(constants eight, at map[string]Mem, mask reg.VecVirtual) eight {
	all := maps.Clone(constants)
	for _, b := range slices.Sorted(maps.Keys(at)) {
		all[b] = at[b]
		if mask != nil {
			all[b] = load(at[b], mask)
		}
	}
	return all
}

// eights writes a loop over n numbers, eight at a time, with the mask nil, then the
// rest of them under a mask. The indices are moved on.
func eights(n reg.Register, indices []reg.GPVirtual, body func(mask reg.VecVirtual)) {
	loops++
	whole, rest, end := fmt.Sprint("whole", loops), fmt.Sprint("rest", loops), fmt.Sprint("end", loops)
	left := GP64()
	MOVQ(n, left)
	SUBQ(U8(8), left)
	JL(LabelRef(rest))
	Label(whole)
	body(nil)
	for _, i := range indices {
		ADDQ(U8(8), i)
	}
	SUBQ(U8(8), left)
	JGE(LabelRef(whole))
	Label(rest)
	ADDQ(U8(8), left)
	JZ(LabelRef(end))
	table, mask := GP64(), YMM()
	LEAQ(maskTable(), table)
	NEGQ(left)
	VMOVDQU(Mem{Base: table, Index: left, Scale: 4, Disp: 32}, mask)
	body(mask)
	for _, i := range indices {
		SUBQ(left, i)
	}
	Label(end)
}

var loops int

// loop writes a loop over from ≤ k < to.
func loop(from, to Op, body func(k reg.GPVirtual)) {
	loops++
	again, done := fmt.Sprint("again", loops), fmt.Sprint("done", loops)
	k := GP64()
	MOVQ(from, k)
	Label(again)
	CMPQ(k, to)
	JGE(LabelRef(done))
	body(k)
	INCQ(k)
	JMP(LabelRef(again))
	Label(done)
}

// place is where a parameter stands in memory.
func place(param string) Mem {
	p, err := Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// broadcast returns a parameter eight times.
func broadcast(param string) reg.VecVirtual {
	y := YMM()
	VBROADCASTSS(place(param), y)
	return y
}

// load returns eight numbers, or those that the mask lets through.
func load(from Op, mask ...reg.VecVirtual) reg.VecVirtual {
	y := YMM()
	if len(mask) > 0 && mask[0] != nil {
		VMASKMOVPS(from, mask[0], y)
	} else {
		VMOVUPS(from, y)
	}
	return y
}

// store is load's counterpart.
func store(from Op, to Mem, mask reg.VecVirtual) {
	if mask != nil {
		VMASKMOVPS(from, mask, to)
	} else {
		VMOVUPS(from, to)
	}
}

// number returns v eight times, from the file's data.
func number(v float64) Op {
	return words(math.Float32bits(float32(v)))
}

// words returns the 32 bits eight times, from the file's data.
func words(bits uint32) Op {
	m, ok := data[bits]
	if !ok {
		m = GLOBL("word"+strings.ToUpper(hex(bits)), RODATA|NOPTR)
		for i := range 8 {
			DATA(4*i, U32(bits))
		}
		data[bits] = m
	}
	return m
}

var data = map[uint32]Mem{}

func hex(bits uint32) string {
	const digits = "0123456789abcdef"
	var s [8]byte
	for i := range s {
		s[i] = digits[bits>>(28-4*i)&15]
	}
	return string(s[:])
}
