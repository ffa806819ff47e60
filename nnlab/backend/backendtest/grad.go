package backendtest

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// RunGrad holds the kernels that compute gradients against finite differences.
// The differences are taken in float64 by the reference backend; the gradients
// are the tested backend's. Each is a subtest.
func RunGrad(t *testing.T, b backend.Backend, opts ...Option) {
	s := newSuite(b, opts)
	for _, g := range gradients {
		t.Run(g.name, func(t *testing.T) { s.gradient(t, g, newData(g.name)) })
	}
}

// gradient is a scalar E of some numbers x with two ways to its derivative.
type gradient struct {
	name string
	// make draws x and what else belongs to the function.
	make func(d data) function
}

// function is E(x) and ∂E/∂x as a backend computes them.
type function struct {
	x []float32
	// e returns E. It must not change x.
	e func(b backend.Backend, x backend.Buffer) float64
	// grad writes ∂E/∂x to dx.
	grad func(b backend.Backend, x, dx backend.Buffer)
	// kink tells of a number around which E cannot be differentiated within h.
	kink func(x, h float64) bool
}

// step of the differences: the error of the five-point formula is of the order
// of step⁴, that of its rounding 1e-16/step.
const step = 1e-3

func (s *suite) gradient(t *testing.T, g gradient, d data) {
	f := g.make(d)
	n := len(f.x)

	x, dx := s.backend.Alloc(n), s.backend.Alloc(n)
	s.backend.Upload(x, f.x)
	f.grad(s.backend, x, dx)
	got := read(s.backend, dx)

	x = s.ref.Alloc(n)
	values := widen(f.x)
	at := func(i int, h float64) float64 {
		old := values[i]
		values[i] += h
		s.ref.(backend.Float64).Upload64(x, values)
		values[i] = old
		return f.e(s.ref, x)
	}
	want := make([]float64, n)
	kinks := 0
	for i := range n {
		if f.kink != nil && f.kink(values[i], 2*step) {
			kinks++
			want[i] = got[i]
			continue
		}
		want[i] = (8*(at(i, step)-at(i, -step)) - (at(i, 2*step) - at(i, -2*step))) / (12 * step)
	}
	if kinks > n/4 {
		t.Fatalf("%d of %d numbers lie at a kink: the test says too little", kinks, n)
	}
	if wrong := compare(got, want, 0, max(s.tolerance, 1e-9)); wrong != "" {
		t.Errorf("gradient: %s", wrong)
	}
}

// dot is Σ w·y over the first numbers of y, in float64.
func dot(b backend.Backend, w []float32, y backend.Buffer) float64 {
	sum := 0.0
	for i, v := range read(b, y)[:len(w)] {
		sum += float64(w[i]) * v
	}
	return sum
}

// upload returns a buffer with the given numbers.
func upload(b backend.Backend, x []float32) backend.Buffer {
	y := b.Alloc(len(x))
	b.Upload(y, x)
	return y
}

// around tells whether the kink c lies within h of x.
func around(c float64) func(x, h float64) bool {
	return func(x, h float64) bool { return math.Abs(x-c) <= h }
}
