package vars

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"
)

// languageExamples are of Go's own types, and of the student's.
var languageExamples = []example{
	{"bool", func() any { return &struct{ A, B bool }{true, false} }},
	{"ints", func() any {
		return &struct {
			A int
			B int8
			C int16
			D int32
			E int64
		}{-1, math.MinInt8, math.MaxInt16, math.MinInt32, math.MaxInt64}
	}},
	{"uints", func() any {
		return &struct {
			A uint
			B uint8
			C uint16
			D uint32
			E uint64
			F uintptr
		}{1, 255, 65535, math.MaxUint32, math.MaxUint64, 7}
	}},
	{"floats", func() any {
		return &struct {
			A          float32
			B, C, D, E float64
		}{1.5, math.Pi, math.Inf(-1), math.NaN(), math.Copysign(0, -1)}
	}},
	{"complex", func() any {
		return &struct {
			A complex64
			B complex128
		}{1i, complex(math.NaN(), 2)}
	}},
	{"strings", func() any {
		return &struct{ A, B, C, D string }{"", "ação", strings.Repeat("x", 1000), "\x00\xff"}
	}},
	{"parts of one text", func() any {
		s := strings.Repeat("abcdefgh", 100)
		return &struct {
			A string
			B []string
		}{s, []string{s[:400], s[100:], s[3:5], s[700:]}}
	}},
	{"pointer", func() any { n := 7; return &struct{ A *int }{&n} }},
	{"alias", func() any { n := 7; return &struct{ A, B *int }{&n, &n} }},
	{"pointer to a variable", func() any {
		v := &struct {
			A int
			B *int
			C **int
		}{A: 3}
		v.B, v.C = &v.A, &v.B
		return v
	}},
	{"pointers into a variable", func() any {
		v := &struct {
			A [5]point
			B *int
			C []point
			D *point
			E *[2]point
		}{A: [5]point{{1, 2}, {3, 4}, {5, 6}}}
		v.B, v.C, v.D, v.E = &v.A[1].Y, v.A[1:3], &v.A[2], (*[2]point)(v.A[3:])
		return v
	}},
	{"nil of all kinds", func() any {
		return &struct {
			A *int
			B []int
			C map[int]int
			D any
			E error
			F func()
			G chan int
			H figure
		}{}
	}},
	{"empty of all kinds", func() any {
		return &struct {
			A []int
			B map[int]int
			C struct{}
			D *struct{}
			E []struct{}
			F [0]int
			G [3]struct{}
			H map[struct{}]struct{}
		}{[]int{}, map[int]int{}, struct{}{}, &struct{}{}, make([]struct{}, 5), [0]int{}, [3]struct{}{}, map[struct{}]struct{}{{}: {}}}
	}},
	{"slice with room", func() any { s := make([]int, 2, 10); s[:10][9] = 5; return &struct{ A []int }{s} }},
	{"slices of one array", func() any {
		s := []int{0, 1, 2, 3, 4, 5, 6, 7}
		return &struct{ A, B, C, D []int }{s[0:3:5], s[2:7], s[4:4], s[7:]}
	}},
	{"overlapping slices, no whole one", func() any {
		s := make([]string, 8)
		for i := range s {
			s[i] = fmt.Sprint(i)
		}
		return &struct{ A, B []string }{s[0:4:5], s[3:8]}
	}},
	{"a field and its struct", func() any {
		p := &point{1, 2}
		return &struct {
			A *int
			B *point
			C *int
		}{&p.X, p, &p.Y}
	}},
	{"an element and its slice", func() any {
		s := []mixed{{a: 1}, {a: 2}}
		return &struct {
			A *string
			B []mixed
			C *[2]point
		}{&s[1].b, s, &s[0].f}
	}},
	{"array of one", func() any {
		a := &[1]struct{ p point }{{point{1, 2}}}
		return &struct {
			A *[1]struct{ p point }
			B *point
			C *int
			D []struct{ p point }
		}{a, &a[0].p, &a[0].p.X, a[:]}
	}},
	{"matrix", func() any {
		flat := make([]float32, 2000)
		rows := make([][]float32, 20)
		for i := range rows {
			rows[i] = flat[i*100 : (i+1)*100]
			rows[i][i] = float32(i)
		}
		return &struct {
			A []float32
			B [][]float32
		}{flat, rows}
	}},
	{"rows of their own", func() any {
		rows := make([][]float64, 50)
		for i := range rows {
			rows[i] = make([]float64, 300)
			rows[i][7] = float64(i)
		}
		return &struct{ A [][]float64 }{rows}
	}},
	{"large", func() any {
		s := make([]uint16, 2<<20)
		for i := range s {
			s[i] = uint16(i * 31)
		}
		return &struct {
			A []uint16
			B *uint16
		}{s, &s[1<<20]}
	}},
	{"large array variable", func() any {
		v := &struct {
			A [100000]int32
			B *int32
		}{}
		v.A[77777], v.B = 5, &v.A[77777]
		return v
	}},
	{"map", func() any { return &struct{ A map[string]int }{map[string]int{"a": 1, "": 2}} }},
	{"map alias", func() any {
		m := map[string][]int{"x": {1}}
		return &struct {
			A, B map[string][]int
			C    []int
		}{m, m, m["x"]}
	}},
	{"map of pointers", func() any {
		p := &point{1, 2}
		return &struct {
			A table
			B *point
		}{table{"a": p, "b": p, "c": nil}, p}
	}},
	{"map with pointer keys", func() any {
		p, q := &point{1, 2}, &point{1, 2}
		return &struct {
			A, B *point
			C    map[*point]string
		}{p, q, map[*point]string{p: "p", q: "q"}}
	}},
	{"map with keys of all kinds", func() any {
		return &struct {
			A map[any]int
			B map[[2]string]int
			C map[point]bool
			D map[float64]int
			E map[figure]int
			F map[bool]string
			G map[complex64]int
		}{map[any]int{1: 1, "a": 2, point{1, 2}: 3, nil: 4, 2.5: 5, square(3): 6}, map[[2]string]int{{"a", "b"}: 1}, map[point]bool{{1, 2}: true},
			map[float64]int{0.5: 1, math.Inf(1): 2}, map[figure]int{square(2): 1}, map[bool]string{true: "t"}, map[complex64]int{1i: 1}}
	}},
	{"map of itself", func() any { m := map[string]any{}; m["me"] = m; return &struct{ A map[string]any }{m} }},
	{"map of maps", func() any {
		return &struct {
			A map[string]map[int][]string
		}{map[string]map[int][]string{"a": {1: {"x", "y"}, 2: nil}, "b": nil}}
	}},
	{"cycle", func() any {
		a := &node{1, nil}
		a.next = &node{2, &node{3, a}}
		return &struct{ A *node }{a}
	}},
	{"long list", func() any {
		var l *node
		for i := range 100000 {
			l = &node{i, l}
		}
		return &struct{ A *node }{l}
	}},
	{"slice of itself", func() any { s := make(self, 2); s[0], s[1] = s, s[1:]; return &struct{ A self }{s} }},
	{"interface of itself", func() any { var x any; x = &x; return &struct{ A any }{x} }},
	{"generic tree", func() any {
		return &struct {
			A *tree[string]
			B *tree[point]
		}{&tree[string]{&tree[string]{nil, nil, "a"}, nil, "b"}, &tree[point]{nil, nil, point{1, 2}}}
	}},
	{"interfaces", func() any {
		return &struct {
			A, B, C, D, E, F, G, H any
		}{1, "s", []int{1}, point{1, 2}, &point{3, 4}, map[string]bool{"x": true}, [1]*int{nil}, struct{ P *int }{new(int)}}
	}},
	{"interfaces of own types", func() any {
		c := &circle{2}
		return &struct {
			A []figure
			B *circle
			C fmt.Stringer
		}{[]figure{square(2), c, c, nil}, c, week(3)}
	}},
	{"a pointer in an interface", func() any {
		n := new(int)
		return &struct {
			A any
			B *int
		}{n, n}
	}},
	{"mixed", func() any {
		m := mixed{a: 1, b: "b", c: []float32{1, 2}, d: map[int]any{1: "x", 2: []any{1, nil}}, f: [2]point{{1, 2}, {3, 4}}, g: mixed{a: 2}, h: io.EOF,
			i: double, j: struct{ k, l bool }{true, false}, m: 2i}
		m.e = &m
		return &struct{ A *mixed }{&m}
	}},
	{"embedded", func() any {
		return &struct{ A embeds }{embeds{point{1, 2}, &node{1, nil}, week(2)}}
	}},
	{"named", func() any {
		return &struct {
			A celsius
			B week
			C words
			D time.Duration
			E time.Month
			F os.FileMode
		}{36.5, 2, words{"a"}, time.Hour, time.May, 0o644}
	}},
	{"unnamed struct", func() any {
		return &struct {
			A struct{ a, B int }
			B []struct {
				X string `json:"x"`
			}
		}{struct{ a, B int }{1, 2}, []struct {
			X string `json:"x"`
		}{{"x"}}}
	}},
}
