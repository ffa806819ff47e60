// Package backendtest is the one suite that every backend passes.
//
// [Run] holds each kernel against the reference backend, package ref: its
// values, its care for what lies beside the operands, what it refuses, and what
// it does with NaN and Inf. [RunGrad] holds the kernels that compute gradients
// against finite differences. [Benchmark] measures with the sizes of the
// lecture's networks. A backend's own test file makes of these
//
//	go test -run Test     values and gradients
//	go test -run Grad     gradients
//	go test -bench .      speed
//
// With -short, for the race detector and emulators, it leaves out special numbers and
// allocations, and two of three calls where a kernel has a hundred.
package backendtest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// Option is what [Run] and [RunGrad] can be told.
type Option func(*suite)

// Tolerance sets the largest normalised error, max |got − want| / max |want|,
// that passes. The default is 1e-12 for a backend that computes in float64, and
// 1e-6, some eight units in the last place, for others.
func Tolerance(e float64) Option { return func(s *suite) { s.tolerance = e } }

// Products sets how many times more products and convolutions may err, of a backend that
// adds up their terms in float32, one after the other.
func Products(times float64) Option { return func(s *suite) { s.products = times } }

// Spread says that a NaN or an infinity among the weights of ConvGradInput reaches inputs
// that no output has seen through them, too: where 0 stands for what is not there.
func Spread() Option { return func(s *suite) { s.spread = true } }

// Factors says that products and convolutions round their factors before they multiply them:
// the reference then does so, too.
func Factors(round func(float64) float64) Option {
	return func(s *suite) { s.ref = rounding{s.ref, round} }
}

// SameBits names backends that must give the very bits that the tested one
// gives: the same machine with other numbers of workers.
func SameBits(others ...backend.Backend) Option { return func(s *suite) { s.others = others } }

// NoAllocs demands that a kernel allocates nothing once it has run with the
// same sizes.
func NoAllocs() Option { return func(s *suite) { s.noAllocs = true } }

// suite is a backend under test beside its oracle.
type suite struct {
	backend, ref backend.Backend
	tolerance    float64
	products     float64 // times the tolerance
	spread       bool
	others       []backend.Backend
	noAllocs     bool
}

func newSuite(b backend.Backend, opts []Option) *suite {
	s := &suite{backend: b, ref: ref.New(), tolerance: 1e-6, products: 1}
	if _, ok := b.(backend.Float64); ok {
		s.tolerance = 1e-12
	}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Run tests the kernels of a backend. Each is a subtest.
func Run(t *testing.T, b backend.Backend, opts ...Option) {
	s := newSuite(b, opts)
	if b.Name() == "" {
		t.Error("a backend must have a name")
	}
	s.run(t, kernels)
	if _, ok := b.(backend.Fuser); ok {
		s.run(t, fusedKernels)
	}
	t.Run("Memory", s.memory)
	t.Run("DropoutMask", s.dropoutMask)
	t.Run("Constants", s.constants)
	t.Run("Labels", s.labels)
	t.Run("Steps", s.steps)
	t.Run("Large", s.large)
	t.Run("Huge", s.huge)
	if err := b.Sync(); err != nil {
		t.Errorf("Sync after all kernels: %v", err)
	}
}

// RunProducts tests products and convolutions alone, of a backend whose other kernels are
// those of one that [Run] tests.
func RunProducts(t *testing.T, b backend.Backend, opts ...Option) {
	newSuite(b, opts).run(t, slices.Concat(productKernels, convolutionKernels))
	if err := b.Sync(); err != nil {
		t.Errorf("Sync after all kernels: %v", err)
	}
}

// RunGemm tests products of matrices alone, of a backend that has others make them.
func RunGemm(t *testing.T, b backend.Backend, opts ...Option) {
	newSuite(b, opts).run(t, productKernels)
	if err := b.Sync(); err != nil {
		t.Errorf("Sync after all kernels: %v", err)
	}
}

// RunConvolutions tests the larger convolutions alone, of a backend that is set up
// to compute them in another way.
func RunConvolutions(t *testing.T, b backend.Backend, opts ...Option) {
	var large []kernel
	for _, k := range convolutionKernels {
		large = append(large, kernel{k.name, func(d data) []call {
			return slices.DeleteFunc(k.calls(d), func(c call) bool { return c.size() < 5000 })
		}})
	}
	newSuite(b, opts).run(t, large)
}

func (s *suite) run(t *testing.T, kernels []kernel) {
	for _, k := range kernels {
		t.Run(k.name, func(t *testing.T) {
			refused := map[string]bool{}
			calls := k.calls(newData(k.name))
			for i, c := range calls {
				if testing.Short() && len(calls) >= 100 && i%3 > 0 {
					continue
				}
				c.kernel = k.name
				s.values(t, c)
				if h, ok := s.backend.(backend.Holder); ok {
					s.held(t, h, c)
				}
				if c.size() < 5000 && !testing.Short() {
					s.specials(t, c)
				}
				if p := c.present(); c.size() > 100 && !refused[p] {
					refused[p] = true
					s.refusals(t, c)
				}
				if t.Failed() {
					return // the others would say the same
				}
			}
			if s.noAllocs && !testing.Short() {
				s.allocations(t, k)
			}
		})
	}
}

// data makes the operands of calls, the same ones in every run.
type data struct{ *rand.Rand }

func newData(name string) data {
	var seed [32]byte
	copy(seed[:], name)
	return data{rand.New(rand.NewChaCha8(seed))}
}

// sizes are around the widths of vectors, tiles and blocks.
var sizes = []int{1, 2, 3, 5, 7, 13, 17, 31, 33, 63, 65, 127, 129}

// size is one of sizes.
func (d data) size() int { return sizes[d.IntN(len(sizes))] }

// normal returns n numbers around 0.
func (d data) normal(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(d.NormFloat64())
	}
	return x
}

// uniform returns n numbers from lo to hi.
func (d data) uniform(n int, lo, hi float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = lo + (hi-lo)*d.Float32()
	}
	return x
}

// distributions returns rows of positive numbers with the sum 1.
func (d data) distributions(rows, cols int) []float32 {
	x := d.uniform(rows*cols, 0.05, 1)
	for r := range rows {
		row := x[r*cols:][:cols]
		sum := float32(0)
		for _, v := range row {
			sum += v
		}
		for i := range row {
			row[i] /= sum
		}
	}
	return x
}

// oneHot returns rows with one 1.
func (d data) oneHot(rows, cols int) []float32 {
	x := make([]float32, rows*cols)
	for r := range rows {
		x[r*cols+d.IntN(cols)] = 1
	}
	return x
}
