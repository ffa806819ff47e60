package vars

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
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
var examples = slices.Concat(languageExamples, libraryExamples, mixedExamples)
