package backendtest

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// fusedKernels are those of a [backend.Fuser].
var fusedKernels = []kernel{
	{"GemmFused", gemmFusedCalls},
	{"ConvFused", convFusedCalls},
}

// fusion is what may become of a sum.
type fusion struct {
	scale, shift, plus bool
	f                  backend.Activation
	between            int // numbers between two rows of y
}

// fusions are each with and without.
func fusions() (all []fusion) {
	functions := []backend.Activation{{Kind: backend.ReLU}, {}, {Kind: backend.Tanh}}
	for i := range 16 {
		all = append(all, fusion{i&1 > 0, i&2 > 0, i&4 > 0, functions[i%3], i & 8 / 8 * 11})
	}
	return all
}

// call makes the operands of a call with these sums, y first, scale, shift and plus behind.
func (u fusion) call(d data, rows, cols int, run func(b backend.Fuser, s []int, x []backend.Buffer, f backend.Fused), others ...operand) call {
	y := make([]float32, (rows-1)*(cols+u.between)+cols)
	for i := range y {
		y[i] = 0.5 // what lies between rows must stay
	}
	stride := 0
	if u.between > 0 {
		stride = cols + u.between
	}
	n := len(others)
	return call{
		what: fmt.Sprintf("%+v", u),
		operands: append(others, operand{values: y, out: true, exact: true}, in(d.normal(cols)).or(u.scale), in(d.normal(cols)).or(u.shift),
			in(d.normal(rows*cols)).or(u.plus)),
		run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			run(b.(backend.Fuser), s, x, backend.Fused{Scale: x[n+1], Shift: x[n+2], Plus: x[n+3], Activation: u.f, Stride: stride})
			return 0
		},
	}
}

// gemmFusedCalls are products of all the ways that a backend may compute one.
func gemmFusedCalls(d data) (calls []call) {
	product := func(u fusion, m, n, k int) call {
		c := u.call(d, m, n, func(b backend.Fuser, s []int, x []backend.Buffer, f backend.Fused) {
			b.GemmFused(s[0], s[1], s[2], x[0], x[1], x[2], f)
		}, in(d.normal(m*k)), in(d.normal(k*n)))
		c.dims, c.terms = []int{m, n, k}, 9*math.Sqrt(float64(k))
		return c
	}
	for i, u := range fusions() {
		calls = append(calls,
			product(u, 1+d.IntN(40), 1+d.IntN(70), 1+d.IntN(40)),
			product(u, 1+d.IntN(9), 200+d.IntN(150), 260+d.IntN(50)),   // few rows
			product(u, 9+d.IntN(60), 1+d.IntN(200), 700+d.IntN(100)),   // deep
			product(u, 90+d.IntN(60), 64*(1+i%3)+i%2, 200+d.IntN(400)), // in slices
			withZeros(d, int(backend.NN), 0.3, product(u, 40+d.IntN(60), 70+d.IntN(100), 117+d.IntN(100))))
	}
	return calls
}

// convFusedCalls are convolutions of all kinds.
func convFusedCalls(d data) (calls []call) {
	for i, u := range fusions() {
		all := geometries()
		if i%4 > 0 { // each is computed several times
			all = all[i%4*3:][:6]
		}
		if i%8 == 7 {
			all = append(all, wide()...)
		}
		calls = append(calls, convolutions(all, func(g backend.Convolution, x, w, y int) call {
			c := u.call(d, y/g.Filters, g.Filters, func(b backend.Fuser, s []int, x []backend.Buffer, f backend.Fused) {
				b.ConvFused(g, s[0], x[0], x[1], x[2], f)
			}, in(d.normal(x)), in(d.normal(w)))
			c.terms = 9 * math.Sqrt(float64(g.Depth()))
			return c
		})...)
	}
	return calls
}
