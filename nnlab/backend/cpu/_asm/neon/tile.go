package main

import (
	"bytes"
	"fmt"
)

// lanes is how many numbers a register holds.
const lanes = 4

// mostRows[v−1] is the most rows of a tile that is v registers wide. Up to 24 of
// the 32 registers are sums, which do not wait for each other; the others hold a
// row of B and some numbers of A.
var mostRows = []int{12, 12, 8, 6}

// What the general registers hold. Strides are in bytes.
const (
	tile     = "R0"
	a        = "R1"
	offsets  = "R2"
	segments = "R3"
	rowA     = "R4"
	rowA2    = "R5" // 2·rowA
	rowA3    = "R6" // 3·rowA
	stepA    = "R7"
	b        = "R8"
	stepB    = "R9"
	left     = "R10"
	c        = "R11"
	rowC     = "R12"
	last     = "R13" // the columns in the last register
	field    = "R14"
	row      = "R15"
	place    = "R19"
)

// at are the rows of A: the first, the fifth, the ninth.
var at = []string{"R20", "R21", "R22"}

// kernel is a microkernel of rows × vecs registers.
type kernel struct {
	name, doc  string
	rows, vecs int
	free       []int // registers for numbers of A and, afterwards, of C and the bias
	text       bytes.Buffer
	labels     int
}

func newTile(rows, vecs int) *kernel {
	k := &kernel{name: fmt.Sprintf("tile%dx%dNEON", rows, lanes*vecs), rows: rows, vecs: vecs}
	k.doc = fmt.Sprintf("computes a tile of %d×%d; see [tile]", rows, lanes*vecs)
	for r := (rows + 1) * vecs; r < 32; r++ {
		k.free = append(k.free, r)
	}
	return k
}

// sum and b are the registers of the sums and of a row of B.
func (k *kernel) sum(i, v int) int { return i*k.vecs + v }
func (k *kernel) b(v int) int      { return k.rows*k.vecs + v }

// ins writes an instruction, label a label.
func (k *kernel) ins(format string, args ...any) { fmt.Fprintf(&k.text, "\t"+format+"\n", args...) }
func (k *kernel) label(name string)              { fmt.Fprintf(&k.text, "\n%s:\n", name) }

// newLabel is a label that was not there.
func (k *kernel) newLabel() string {
	k.labels++
	return fmt.Sprint("l", k.labels)
}

// inBytes loads a stride.
func (k *kernel) inBytes(name, to string) {
	k.ins("MOVD tile_%s(%s), %s", name, tile, to)
	k.ins("LSL $2, %s", to)
}

// begin writes what a function begins with.
func (k *kernel) begin() {
	fmt.Fprintf(&k.text, "\n// func %s(t *tile)\nTEXT ·%s(SB), NOSPLIT, $0-8\n", k.name, k.name)
	k.ins("MOVD t+0(FP), %s", tile)
}

func (k *kernel) write() {
	k.begin()
	k.ins("MOVD tile_a(%s), %s", tile, a)
	k.ins("MOVD tile_offsets(%s), %s", tile, offsets)
	k.ins("MOVD (tile_offsets+8)(%s), %s", tile, segments)
	k.ins("MOVD tile_b(%s), %s", tile, b)
	k.inBytes("rowA", rowA)
	k.ins("ADD %s, %s, %s", rowA, rowA, rowA2)
	k.ins("ADD %s, %s, %s", rowA, rowA2, rowA3)
	k.inBytes("stepA", stepA)
	k.inBytes("stepB", stepB)
	for i := range k.rows * k.vecs {
		k.zero(i)
	}

	k.label("segment")
	k.ins("MOVD.P 8(%s), %s", offsets, at[0])
	k.ins("ADD %s<<2, %s, %s", at[0], a, at[0])
	for i := 1; i < k.bases(); i++ {
		k.ins("ADD %s<<2, %s, %s", rowA, at[i-1], at[i])
	}
	k.ins("MOVD tile_depth(%s), %s", tile, left)
	k.ins("SUBS $2, %s", left)
	k.ins("BLT odd")
	k.label("two")
	k.step()
	k.step()
	k.ins("SUBS $2, %s", left)
	k.ins("BGE two")
	k.label("odd")
	k.ins("TBZ $0, %s, next", left)
	k.step()
	k.label("next")
	k.ins("SUBS $1, %s", segments)
	k.ins("BNE segment")

	k.ins("MOVD tile_c(%s), %s", tile, c)
	k.inBytes("rowC", rowC)
	k.ins("MOVD tile_cols(%s), %s", tile, last)
	k.ins("SUB $%d, %s", lanes*(k.vecs-1), last)
	k.ins("CMP $%d, %s", lanes, last)
	k.ins("BNE edge")
	k.finishRows(k.rows, "")
	k.ins("RET")
	k.label("edge")
	k.finishRows(k.rows, "Edge")
	k.ins("RET")
}

// bases is how many registers reach the rows of A.
func (k *kernel) bases() int { return (k.rows + 3) / 4 }

// step adds the products of a column of A with a row of B.
func (k *kernel) step() {
	v := 0
	for ; v+1 < k.vecs; v += 2 {
		k.ins("FLDPQ %d(%s), (F%d, F%d)", 16*v, b, k.b(v), k.b(v+1))
	}
	if v < k.vecs {
		k.ins("FMOVQ %d(%s), F%d", 16*v, b, k.b(v))
	}
	k.ins("ADD %s, %s", stepB, b)
	for i := range k.rows {
		x, index := k.free[i%len(k.free)], []string{"", "(" + rowA + ")", "(" + rowA2 + ")", "(" + rowA3 + ")"}[i%4]
		k.ins("FMOVS (%s)%s, F%d", at[i/4], index, x)
		for v := range k.vecs {
			k.ins("FMLA0(%d, %d, %d)", x, k.b(v), k.sum(i, v))
		}
	}
	for _, r := range at[:k.bases()] {
		k.ins("ADD %s, %s", stepA, r)
	}
}

// finishRows is what follows the multiplication of some rows: the epilogue. The last
// register of a row is whole, or at the edge.
func (k *kernel) finishRows(rows int, edge string) {
	k.ins("MOVBU tile_add(%s), %s", tile, field)
	k.ins("CBZ %s, biased%s", field, edge)
	k.ins("MOVD %s, %s", c, row)
	for i := range rows {
		for v := range k.vecs {
			x := k.free[v%len(k.free)]
			k.load(row, v, x, edge != "")
			k.ins("FADD(%d, %d, %d)", x, k.sum(i, v), k.sum(i, v))
		}
		if i+1 < rows {
			k.ins("ADD %s, %s", rowC, row)
		}
	}

	k.label("biased" + edge)
	k.ins("MOVD (tile_bias+8)(%s), %s", tile, field)
	k.ins("CBZ %s, rectified%s", field, edge)
	k.ins("MOVD tile_bias(%s), %s", tile, row)
	for v := range k.vecs {
		x := k.free[v%len(k.free)]
		k.load(row, v, x, edge != "")
		for i := range rows {
			k.ins("FADD(%d, %d, %d)", x, k.sum(i, v), k.sum(i, v))
		}
	}

	k.label("rectified" + edge)
	k.ins("MOVBU tile_relu(%s), %s", tile, field)
	k.ins("CBZ %s, store%s", field, edge)
	k.zero(k.free[0])
	for i := range rows * k.vecs {
		k.ins("FMAX(%d, %d, %d)", k.free[0], i, i)
	}

	k.label("store" + edge)
	for i := range rows {
		for v := range k.vecs {
			k.store(k.sum(i, v), c, v, edge != "")
		}
		if i+1 < rows {
			k.ins("ADD %s, %s", rowC, c)
		}
	}
}

func (k *kernel) zero(x int) { k.ins("VEOR V%d.B16, V%d.B16, V%d.B16", x, x, x) }

// load reads register v of a row to x. At the edge it reads the columns that are
// there, one to three.
func (k *kernel) load(from string, v, x int, edge bool) {
	k.move(v, edge, func(op string, at int) { k.ins("%s %d(%s), F%d", op, at, from, x) },
		func(at int) {
			k.ins("ADD $%d, %s, %s", at, from, place)
			k.ins("VLD1 (%s), V%d.S[2]", place, x)
		})
}

// store is the contrary of load.
func (k *kernel) store(x int, to string, v int, edge bool) {
	k.move(v, edge, func(op string, at int) { k.ins("%s F%d, %d(%s)", op, x, at, to) },
		func(at int) {
			k.ins("ADD $%d, %s, %s", at, to, place)
			k.ins("VST1 V%d.S[2], (%s)", x, place)
		})
}

// move moves register v of a row as a whole, or the one to three columns of the
// last register at the edge. It gets what moves the first numbers, and the third.
func (k *kernel) move(v int, edge bool, first func(op string, at int), third func(at int)) {
	at := 4 * lanes * v
	if !edge || v+1 < k.vecs {
		first("FMOVQ", at)
		return
	}
	one, done := k.newLabel(), k.newLabel()
	k.ins("TBZ $1, %s, %s", last, one)
	first("FMOVD", at)
	k.ins("TBZ $0, %s, %s", last, done)
	third(at + 8)
	k.ins("B %s", done)
	k.label(one)
	first("FMOVS", at)
	k.label(done)
}
