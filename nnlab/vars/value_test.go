package vars

import (
	"bufio"
	"bytes"
	"container/list"
	"container/ring"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"math"
	"math/big"
	"math/rand"
	randv2 "math/rand/v2"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"gonum.org/v1/gonum/mat"
)

// Types as a student declares them.
type (
	point struct{ X, Y int }
	node  struct {
		value int
		next  *node
	}
	tree[K any] struct {
		left, right *tree[K]
		key         K
	}
	figure interface{ area() float64 }
	square float64
	circle struct{ r float64 }
	words  []string
	table  map[string]*point
	self   []self
	mixed  struct {
		a int8
		b string
		c []float32
		d map[int]any
		e *mixed
		f [2]point
		g any
		h error
		i func(int) int
		j struct{ k, l bool }
		_ int
		m complex128
		_ [0]int
	}
	counter struct {
		sync.Mutex
		n atomic.Int64
		p atomic.Pointer[point]
		v atomic.Value
		b atomic.Bool
	}
	celsius float64
	week    int

	embeds struct {
		point
		*node
		fmt.Stringer
	}
)

func (s square) area() float64  { return float64(s * s) }
func (c *circle) area() float64 { return c.r * c.r }
func (w week) String() string   { return "dia" }
func (p point) norm() int       { return p.X*p.X + p.Y*p.Y }
func (p *point) move(n int)     { p.X += n }

func double(n int) int { return 2 * n }

// example is values of some variables: the fields of what it makes.
type example struct {
	name string
	make func() any
}

// examples go through three programs and come back.
var examples = []example{
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
	{"exported errors", func() any {
		return &struct {
			A, B, C error
			D       []error
		}{io.EOF, os.ErrNotExist, fs.ErrExist, []error{io.EOF, io.ErrUnexpectedEOF}}
	}},
	{"errors", func() any {
		e := errors.New("mine")
		return &struct{ A, B, C, D error }{e, fmt.Errorf("more: %w", e), errors.Join(e, io.EOF), &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}}
	}},
	{"time", func() any {
		zone := time.FixedZone("BRT", -3*3600)
		return &struct {
			A, B, C, D time.Time
			E          *time.Location
		}{time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 6, time.Local), time.Time{}, time.Date(2026, 1, 2, 3, 4, 5, 6, zone), zone}
	}},
	{"big numbers", func() any {
		n, _ := new(big.Int).SetString(strings.Repeat("123456789", 20), 10)
		r := big.NewRat(1, 3)
		f, _ := new(big.Float).SetString("1.5e300")
		return &struct {
			A *big.Int
			B *big.Rat
			C *big.Float
			D big.Int
		}{n, r, f, *big.NewInt(-5)}
	}},
	{"matrix of gonum", func() any {
		m := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6})
		return &struct {
			A *mat.Dense
			B *mat.VecDense
			C mat.Matrix
		}{m, mat.NewVecDense(2, []float64{7, 8}), m.Slice(1, 3, 0, 2)}
	}},
	{"builder and buffer", func() any {
		v := &struct {
			A strings.Builder
			B bytes.Buffer
			C *strings.Builder
			D *bytes.Buffer
		}{C: &strings.Builder{}, D: bytes.NewBufferString("xyz")}
		v.A.WriteString("abc")
		v.B.WriteString("def")
		v.C.WriteString(strings.Repeat("g", 200))
		v.D.ReadByte()
		return v
	}},
	{"readers", func() any {
		r := strings.NewReader("hello")
		r.ReadByte()
		b := bufio.NewReader(strings.NewReader("line\nrest"))
		b.ReadString('\n')
		return &struct {
			A *strings.Reader
			B *bufio.Reader
			C *bytes.Reader
		}{r, b, bytes.NewReader([]byte{1, 2})}
	}},
	{"scanner", func() any {
		s := bufio.NewScanner(strings.NewReader("a b"))
		s.Split(bufio.ScanWords)
		s.Scan()
		return &struct{ A *bufio.Scanner }{s}
	}},
	{"standard streams", func() any {
		return &struct {
			A *os.File
			B io.Writer
			C *bufio.Writer
		}{os.Stdout, os.Stderr, bufio.NewWriter(os.Stdout)}
	}},
	{"rand", func() any {
		a := rand.New(rand.NewSource(5))
		a.Int()
		b := randv2.New(randv2.NewPCG(1, 2))
		b.Int()
		c := randv2.New(randv2.NewChaCha8([32]byte{1}))
		c.Int()
		return &struct {
			A *rand.Rand
			B *randv2.Rand
			C *randv2.Rand
		}{a, b, c}
	}},
	{"locks", func() any {
		v := &struct {
			A sync.Mutex
			B sync.RWMutex
			C sync.Once
			D counter
			E *sync.WaitGroup
		}{E: &sync.WaitGroup{}}
		v.C.Do(func() {})
		v.D.n.Store(5)
		v.D.p.Store(&point{1, 2})
		v.D.v.Store("x")
		v.D.b.Store(true)
		return v
	}},
	{"types", func() any {
		return &struct {
			A reflect.Type
			B []reflect.Type
			C any
		}{reflect.TypeFor[point](), []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[map[string][]point]()}, reflect.TypeFor[*node]()}
	}},
	{"functions", func() any {
		return &struct {
			A func(int) int
			B map[string]func(float64) float64
			C any
			D func(string) string
		}{double, map[string]func(float64) float64{"sin": math.Sin, "cos": math.Cos}, strings.ToUpper, strings.ToLower}
	}},
	{"method values", func() any {
		p := &point{3, 4}
		return &struct {
			A func() int
			B func(int)
			C *point
		}{point{1, 2}.norm, p.move, p}
	}},
	{"method expressions", func() any {
		return &struct {
			A func(point) int
			B func(*point, int)
		}{point.norm, (*point).move}
	}},
	{"lists", func() any {
		l := list.New()
		l.PushBack(1)
		e := l.PushBack("two")
		r := ring.New(3)
		r.Value = 1
		return &struct {
			A *list.List
			B *list.Element
			C *ring.Ring
		}{l, e, r}
	}},
	{"regexp", func() any { return &struct{ A *regexp.Regexp }{regexp.MustCompile(`a(b+)c`)} }},
	{"pictures", func() any {
		g := image.NewGray(image.Rect(0, 0, 60, 60))
		g.Set(3, 4, color.White)
		return &struct {
			A *image.Gray
			B image.Image
			C color.Color
			D image.Rectangle
			E color.Palette
		}{g, g.SubImage(image.Rect(1, 1, 30, 30)), color.RGBA{1, 2, 3, 4}, image.Rect(1, 2, 3, 4), color.Palette{color.Black, color.Gray{3}}}
	}},
	{"addresses", func() any {
		u, _ := url.Parse("https://a:b@example.org/x?y=z")
		return &struct {
			A *url.URL
			B url.Values
		}{u, url.Values{"a": {"b"}}}
	}},
	{"tabwriter", func() any {
		return &struct{ A *tabwriter.Writer }{tabwriter.NewWriter(&bytes.Buffer{}, 0, 8, 1, ' ', 0)}
	}},
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
