package main

import (
	"maps"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func columns() {
	sumColumns("columnSums", "sum[c] += Σ x[r,c]", []string{"x"}, []string{"sum"}, nil, nil, func(v map[string]wide) []wide {
		return []wide{v["x"]}
	})
	sumColumns("columnDeviations", "squares[c] += Σ (x[r,c] − mean[c])²", []string{"x"}, []string{"squares"}, []string{"mean"}, nil, func(v map[string]wide) []wide {
		d := v["x"].minus(v["mean"])
		return []wide{d.times(d)}
	})
	sumColumns("layerColumns", "sum[c] += Σ dy[r,c] and product[c] += Σ dy[r,c]·(x[r,c] − mean)·inverse", []string{"x", "dy"}, []string{"sum", "product"}, nil, []string{"mean", "inverse"}, func(v map[string]wide) []wide {
		return []wide{v["dy"], v["x"].minus(v["mean"]).times(v["inverse"]).times(v["dy"])}
	})
	sumColumns("columnProducts", "sum[c] += Σ dy[r,c] and product[c] += Σ dy[r,c]·(x[r,c] − mean[c])", []string{"x", "dy"}, []string{"sum", "product"}, []string{"mean"}, nil, func(v map[string]wide) []wide {
		return []wide{v["dy"], v["x"].minus(v["mean"]).times(v["dy"])}
	})
}

// sumColumns writes a function that adds to each of the sums the terms of all rows
// of the matrices, in float64. The vectors and the sums are as long as the matrices
// have columns.
func sumColumns(name, doc string, matrices, sums, vectors, constants []string, terms func(map[string]wide) []wide) {
	signature := strings.Join(matrices, ", ") + " []float32, " + strings.Join(slices.Concat(vectors, sums), ", ") + " []float64"
	if len(constants) > 0 {
		signature += ", " + strings.Join(constants, ", ") + " float64"
	}
	TEXT(name+"AVX2", NOSPLIT, "func("+signature+")")
	Doc(name + "AVX2 computes " + doc + ".")
	Pragma("noescape")
	constant := map[string]wide{}
	for _, k := range constants {
		c := YMM()
		VBROADCASTSD(place(k), c)
		constant[k] = wide{c, c}
	}
	left, cols := Load(Param(matrices[0]).Len(), GP64()), Load(Param(sums[0]).Len(), GP64())
	one, three, i := GP64(), GP64(), GP64() // rows in bytes
	MOVQ(cols, one)
	SHLQ(U8(2), one)
	LEAQ(Mem{Base: one, Index: one, Scale: 2}, three)
	base := map[string]reg.Register{}
	for _, b := range slices.Concat(matrices, vectors, sums) {
		base[b] = Load(Param(b).Base(), GP64())
	}

	// some adds up so many rows.
	some := func(rows int) {
		XORQ(i, i)
		eights(cols, []reg.GPVirtual{i}, func(mask reg.VecVirtual) {
			v := maps.Clone(constant)
			for _, b := range slices.Concat(vectors, sums) {
				v[b] = loadWide(Mem{Base: base[b], Index: i, Scale: 8}, mask)
			}
			at := map[string]reg.Register{}
			for _, b := range matrices {
				at[b] = GP64()
				LEAQ(Mem{Base: base[b], Index: i, Scale: 4}, at[b])
			}
			for r := range rows {
				for _, b := range matrices {
					m := []Mem{{Base: at[b]}, {Base: at[b], Index: one, Scale: 1}, {Base: at[b], Index: one, Scale: 2}, {Base: at[b], Index: three, Scale: 1}}[r]
					if mask != nil {
						v[b] = widen(load(m, mask))
					} else {
						v[b] = widen(m)
					}
				}
				for s, t := range terms(v) {
					for h := range t {
						VADDPD(t[h], v[sums[s]][h], v[sums[s]][h])
					}
				}
			}
			for _, b := range sums {
				storeWide(v[b], Mem{Base: base[b], Index: i, Scale: 8}, mask)
			}
		})
		for _, b := range matrices {
			LEAQ(Mem{Base: base[b], Index: one, Scale: uint8(rows)}, base[b])
		}
	}
	Label("four")
	CMPQ(left, one) // four rows have as many numbers as one has bytes
	JL(LabelRef("one"))
	some(4)
	SUBQ(one, left)
	JMP(LabelRef("four"))
	Label("one")
	CMPQ(left, cols)
	JL(LabelRef("end"))
	some(1)
	SUBQ(cols, left)
	JMP(LabelRef("one"))
	Label("end")
	VZEROUPPER()
	RET()
}
