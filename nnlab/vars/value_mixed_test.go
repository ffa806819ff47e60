package vars

import (
	"bytes"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// mixedExamples are in which types meet that have made trouble together.
var mixedExamples = []example{
	{"array of arrays", func() any {
		v := &struct {
			A [3][2][]int
			B *[2][]int
			C []([2][]int)
		}{}
		v.A[1][1] = []int{1}
		v.B, v.C = &v.A[1], v.A[1:]
		return v
	}},
	{"pointers to pointers", func() any {
		n := 1
		p := &n
		q := &p
		return &struct {
			A ***int
			B **int
		}{&q, q}
	}},
	{"many variables of one value", func() any {
		s := []int{1, 2, 3}
		return &struct{ A, B, C, D, E, F, G, H any }{s, &s, s[1:], &s[2], s[:0], map[string][]int{"s": s}, [][]int{s, s}, &s}
	}},
	{"sorted by", func() any {
		return &struct {
			A map[string][]*point
			B []map[string]*point
		}{map[string][]*point{"a": {{1, 2}, nil}, "b": {}}, []map[string]*point{{"z": {5, 6}}, nil}}
	}},
	{"runes and bytes", func() any {
		return &struct {
			A []rune
			B []byte
			C [4]byte
			D rune
		}{[]rune("ação"), []byte("x"), [4]byte{1}, 'é'}
	}},
	{"array of interfaces", func() any {
		return &struct {
			A [4]any
			B []any
		}{[4]any{1, nil, "x", []any{nil}}, []any{[]any{[]any{}}}}
	}},
	{"deep", func() any {
		var x any = 1
		for range 1000 {
			x = []any{x}
		}
		return &struct{ A any }{x}
	}},
	{"map with NaN", func() any { return &struct{ A map[string]float64 }{map[string]float64{"nan": math.NaN()}} }},
	{"text with zero bytes", func() any { return &struct{ A []string }{[]string{"", strings.Repeat("\x00", 100), "é"}} }},
	{"a struct of slices", func() any {
		x := []float32{1, 2, 3, 4}
		type layer struct {
			w, b  []float32
			shape []int
			name  string
		}
		return &struct{ A []layer }{[]layer{{x[:2], x[2:], []int{2}, "l1"}, {nil, x, nil, ""}}}
	}},
	{"atomic pointers in a cycle", func() any {
		type n struct{ next atomic.Pointer[counter] }
		c := &counter{}
		c.n.Store(2)
		v := &n{}
		v.next.Store(c)
		return &struct {
			A any
			B *counter
		}{v, c}
	}},
	{"sync.Map", func() any {
		v := &struct{ A sync.Map }{}
		v.A.Store("a", 1)
		v.A.Store(2, []int{3})
		return v
	}},
	{"once func state", func() any {
		v := &struct {
			A sync.Once
			B int
			C *sync.Once
		}{}
		v.C = &v.A
		return v
	}},
	{"uneven fields", func() any {
		type u struct {
			a bool
			b *int
			c int16
			d string
			e uint8
		}
		n := 3
		return &struct{ A []u }{[]u{{true, &n, 2, "d", 1}, {false, &n, 3, "", 2}}}
	}},
	{"small blocks", func() any {
		v := &struct{ A [][]byte }{}
		for i := range 200 {
			v.A = append(v.A, bytes.Repeat([]byte{byte(i)}, 1000+i))
		}
		return v
	}},
	{"pointers into blocks", func() any {
		s := make([]float64, 5000)
		s[4321] = 1
		return &struct {
			A *float64
			B []float64
			C *[10]float64
		}{&s[4321], s[1000:2000:4500], (*[10]float64)(s[4320:])}
	}},
	{"sparse map of structs", func() any {
		return &struct{ A map[int]mixed }{map[int]mixed{1: {b: "x", c: []float32{1}}, 5: {d: map[int]any{1: nil}}}}
	}},
	{"tensor of rank 3", func() any {
		v := &struct{ A [][][]float32 }{make([][][]float32, 3)}
		for i := range v.A {
			v.A[i] = make([][]float32, 4)
			for j := range v.A[i] {
				v.A[i][j] = make([]float32, 5)
				v.A[i][j][i] = float32(j)
			}
		}
		return v
	}},
	{"months", func() any {
		return &struct {
			A map[time.Month][]time.Weekday
			B map[string]time.Time
		}{map[time.Month][]time.Weekday{1: {2}}, map[string]time.Time{"x": time.Unix(5, 0).UTC()}}
	}},
	{"string builder in a struct in a map", func() any {
		b := &strings.Builder{}
		b.WriteString("text")
		return &struct{ A map[string]*strings.Builder }{map[string]*strings.Builder{"a": b, "b": b}}
	}},
	{"chained functions", func() any { return &struct{ A []func(int) int }{[]func(int) int{double, nil, double}} }},
	{"uintptr and friends", func() any {
		return &struct {
			A uintptr
			B *uintptr
		}{5, new(uintptr)}
	}},
}
