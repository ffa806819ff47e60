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
	"text/tabwriter"
	"time"

	"gonum.org/v1/gonum/mat"
)

// libraryExamples are of the library's types, and of functions and methods.
var libraryExamples = []example{
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
}
