package main

import (
	"fmt"
	"go/token"
	"go/types"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is an instruction set: its registers and how wide they are.
type isa struct {
	name  string
	lanes int // numbers in a register
	regs  []reg.VecPhysical
	rows  []int // rows[v−1]: the most rows of a tile that is v registers wide
}

var (
	avx2 = isa{"AVX2", 8, []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}, []int{8, 6}}
	avx512 = isa{"AVX512", 16, []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}, []int{12, 12, 8, 7}}
)

// The struct tile of package cpu, so that signatures can name it.
func init() {
	slice := types.NewSlice(types.Typ[types.Float32])
	var fields []*types.Var
	add := func(t types.Type, names ...string) {
		for _, name := range names {
			fields = append(fields, types.NewField(token.NoPos, nil, name, t, false))
		}
	}
	add(slice, "a")
	add(types.NewSlice(types.Typ[types.Int]), "offsets")
	add(types.Typ[types.Int], "rowA", "stepA")
	add(slice, "b")
	add(types.Typ[types.Int], "stepB")
	add(slice, "c")
	add(types.Typ[types.Int], "rowC")
	add(slice, "bias")
	add(types.Typ[types.Int], "depth", "cols")
	add(types.Typ[types.Bool], "add", "relu")
	add(types.Typ[types.Int], "times", "nextA")
	add(types.NewSlice(types.Typ[types.Int32]), "places", "counts")
	add(slice, "scale", "plus")
	add(types.Typ[types.Int], "rowPlus", "plusAt")
	name := types.NewTypeName(token.NoPos, nil, "tile", nil)
	types.NewNamed(name, types.NewStruct(fields, nil), nil)
	types.Universe.Insert(name)
}

// tiles writes the microkernels of an instruction set, a function for each width
// and number of rows. All sums stay in registers: rows times vecs of them, and as
// many multiply-adds that do not wait for each other hide the latency of one.
func tiles(s isa) {
	for v, rows := range s.rows {
		for r := 1; r <= rows; r++ {
			tile(s, r, v+1)
		}
	}
}

// tile writes the microkernel of a tile of rows × vecs registers, and of those below it:
// where the inner dimension is short, a call takes as long as some steps.
func tile(s isa, rows, vecs int) {
	name := fmt.Sprintf("tile%dx%d%s", rows, vecs*s.lanes, s.name)
	TEXT(name, NOSPLIT, "func(t *tile)")
	Doc(fmt.Sprintf("%s computes a tile of %d×%d; see [tile].", name, rows, vecs*s.lanes))
	Pragma("noescape")
	t := Dereference(Param("t"))
	field := func(name string) reg.Register { return Load(t.Field(name), GP64()) }
	base := func(name string) reg.Register { return Load(t.Field(name).Base(), GP64()) }
	length := func(name string) reg.Register { return Load(t.Field(name).Len(), GP64()) }
	inBytes := func(name string) reg.Register {
		r := field(name)
		SHLQ(U8(2), r)
		return r
	}
	unless := func(flag, over string) {
		f := Load(t.Field(flag), GP8())
		TESTB(f, f)
		JE(LabelRef(over))
	}

	free := s.regs
	take := func() reg.VecPhysical {
		r := free[0]
		free = free[1:]
		return r
	}
	sum := make([][]reg.VecPhysical, rows)
	for i := range sum {
		for range vecs {
			sum[i] = append(sum[i], take())
		}
	}
	var b []reg.VecPhysical
	for range vecs {
		b = append(b, take())
	}
	a, c := base("a"), base("c")
	Label("tile")
	for i := range sum {
		for _, r := range sum[i] {
			zero(s, r)
		}
	}

	offsets, segments := base("offsets"), length("offsets")
	rowA, stepA, stepB := inBytes("rowA"), inBytes("stepA"), inBytes("stepB")
	from := base("b")
	at := newReach(rows, rowA)
	left := GP64()

	Label("segment")
	MOVQ(Mem{Base: offsets}, at.first())
	ADDQ(U8(8), offsets)
	LEAQ(Mem{Base: a, Index: at.first(), Scale: 4}, at.first())
	at.others()
	Load(t.Field("depth"), left)
	step := func() {
		for v := range vecs {
			VMOVUPS(Mem{Base: from, Disp: 4 * s.lanes * v}, b[v])
		}
		for i := range rows {
			m := at.row(i)
			if len(free) == 0 { // no register is left for a number of A
				for v := range vecs {
					VFMADD231PS_BCST(m, b[v], sum[i][v])
				}
				continue
			}
			x := free[i%len(free)]
			VBROADCASTSS(m, x)
			for v := range vecs {
				VFMADD231PS(b[v], x, sum[i][v])
			}
		}
		ADDQ(stepB, from)
		at.move(stepA)
	}
	SUBQ(U8(2), left)
	JL(LabelRef("odd"))
	Label("two")
	step()
	step()
	SUBQ(U8(2), left)
	JGE(LabelRef("two"))
	Label("odd")
	CMPQ(left, I8(-1))
	JNE(LabelRef("next"))
	step()
	Label("next")
	DECQ(segments)
	JNE(LabelRef("segment"))

	rowC := inBytes("rowC")
	cols := field("cols")
	SUBQ(I32(s.lanes*(vecs-1)), cols)
	var mask Op
	x := b[vecs-1] // the mask of AVX2, afterwards
	if s.lanes == 16 {
		k, ones := K(), GP32()
		MOVL(I32(-1), ones)
		BZHIL(cols.(reg.GPVirtual).As32(), ones, ones)
		KMOVW(ones, k)
		mask = k
	} else {
		table := GP64()
		LEAQ(maskTable(), table)
		SHLQ(U8(2), cols)
		SUBQ(cols, table)
		VMOVUPS(Mem{Base: table, Disp: 32}, x)
		mask = x
	}
	tmp, spare := x, x // two that hold neither sums nor the mask
	switch {
	case vecs == 1:
		tmp, spare = free[0], free[1]
	case s.lanes == 16:
		tmp, spare = b[0], b[1]
	default:
		tmp, spare = b[0], free[0]
	}
	// masked loads and stores the last register's numbers, plain the others'.
	loadTo := func(m Mem, v int, r reg.VecPhysical) {
		switch {
		case v < vecs-1:
			VMOVUPS(m, r)
		case s.lanes == 16:
			VMOVUPS_Z(m, mask, r)
		default:
			VMASKMOVPS(m, mask, r)
		}
	}

	// rowsFrom adds to the sums what stands in rows that are apart from each other.
	rowsFrom := func(row, apart reg.Register) {
		for i := range rows {
			for v := range vecs {
				loadTo(Mem{Base: row, Disp: 4 * s.lanes * v}, v, tmp)
				VADDPS(tmp, sum[i][v], sum[i][v])
			}
			if i+1 < rows {
				ADDQ(apart, row)
			}
		}
	}
	unless("add", "complete")
	row := GP64()
	MOVQ(c, row)
	rowsFrom(row, rowC)

	Label("complete")
	bias, m := base("bias"), length("scale")
	TESTQ(m, m)
	JE(LabelRef("unscaled"))
	scale := base("scale")
	for v := range vecs {
		loadTo(Mem{Base: scale, Disp: 4 * s.lanes * v}, v, tmp)
		loadTo(Mem{Base: bias, Disp: 4 * s.lanes * v}, v, spare)
		for i := range rows {
			VFMADD213PS(spare, tmp, sum[i][v])
		}
	}
	JMP(LabelRef("biased"))

	Label("unscaled")
	n := length("bias")
	TESTQ(n, n)
	JE(LabelRef("biased"))
	for v := range vecs {
		loadTo(Mem{Base: bias, Disp: 4 * s.lanes * v}, v, tmp)
		for i := range rows {
			VADDPS(tmp, sum[i][v], sum[i][v])
		}
	}

	Label("biased")
	more := length("plus")
	TESTQ(more, more)
	JE(LabelRef("rectified"))
	plus, at4, apart := base("plus"), field("plusAt"), field("rowPlus")
	LEAQ(Mem{Base: plus, Index: at4, Scale: 4}, plus)
	IMUL3Q(U8(rows), apart, at4)
	plusAt, err := t.Field("plusAt").Resolve()
	if err != nil {
		panic(err)
	}
	ADDQ(at4, plusAt.Addr)
	SHLQ(U8(2), apart)
	rowsFrom(plus, apart)

	Label("rectified")
	unless("relu", "store")
	Comment("Where one number is NaN, VMAXPS returns the sum: NaN stays NaN.")
	zero(s, tmp)
	for i := range rows {
		for v := range vecs {
			VMAXPS(sum[i][v], tmp, sum[i][v])
		}
	}

	Label("store")
	whole := field("cols")
	CMPQ(whole, I32(s.lanes*vecs))
	JNE(LabelRef("edge"))
	store := func(masked bool) {
		for i := range rows {
			for v := range vecs {
				m := Mem{Base: c, Disp: 4 * s.lanes * v}
				switch {
				case !masked || v < vecs-1:
					VMOVUPS(sum[i][v], m)
				case s.lanes == 16:
					VMOVUPS(sum[i][v], mask, m)
				default:
					VMASKMOVPS(sum[i][v], mask, m)
				}
			}
			ADDQ(rowC, c)
		}
	}
	store(false)
	Label("below")
	next := inBytes("nextA")
	ADDQ(next, a)
	times, err := t.Field("times").Resolve()
	if err != nil {
		panic(err)
	}
	DECQ(times.Addr)
	JG(LabelRef("tile"))
	VZEROUPPER()
	RET()
	Label("edge")
	store(true)
	JMP(LabelRef("below"))
}

// reach is where the rows of A stand: three of them are reached from one register.
type reach struct {
	thirds []reg.GPVirtual
	apart  reg.Register
}

func newReach(rows int, apart reg.Register) reach {
	r := reach{apart: apart}
	for range (rows + 2) / 3 {
		r.thirds = append(r.thirds, GP64())
	}
	return r
}

// first is where the first row stands, which is the caller's to set; others follows it
// with the other rows.
func (r reach) first() reg.GPVirtual { return r.thirds[0] }

func (r reach) others() {
	for i := 1; i < len(r.thirds); i++ {
		LEAQ(Mem{Base: r.thirds[i-1], Index: r.apart, Scale: 2}, r.thirds[i])
		ADDQ(r.apart, r.thirds[i])
	}
}

func (r reach) row(i int) Mem {
	at := Mem{Base: r.thirds[i/3]}
	if i%3 > 0 {
		at.Index, at.Scale = r.apart, uint8(i%3)
	}
	return at
}

// move goes a step on in all rows.
func (r reach) move(step reg.Register) {
	for _, at := range r.thirds {
		ADDQ(step, at)
	}
}

// zero sets a register to zeros.
func zero(s isa, r reg.VecPhysical) {
	if s.lanes == 16 {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
}

// maskTable is eight words of ones, then eight of zeros: read n words before its
// middle, it masks the first n of eight numbers.
func maskTable() Mem {
	if maskWords.Base == nil {
		maskWords = GLOBL("masks", RODATA|NOPTR)
		for i := range 16 {
			word := U32(0)
			if i < 8 {
				word = 0xffffffff
			}
			DATA(4*i, word)
		}
	}
	return maskWords
}

var maskWords Mem
