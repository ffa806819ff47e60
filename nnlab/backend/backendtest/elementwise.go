package backendtest

import (
	"fmt"
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var elementwiseKernels = []kernel{
	{"Activate", activateCalls},
	{"ActivateGrad", activateGradCalls},
	{"Multiply", pairCalls(func(b backend.Backend, n int, x, y, z backend.Buffer) { b.Multiply(n, x, y, z) })},
	{"Maximum", pairCalls(func(b backend.Backend, n int, x, y, z backend.Buffer) { b.Maximum(n, x, y, z) })},
	{"MaximumGrad", maximumGradCalls},
	{"Noise", noiseCalls},
	{"Axpy", axpyCalls},
	{"Scale", scaleCalls},
	{"Dropout", dropoutCalls},
	{"Copy", copyCalls},
	{"Fill", fillCalls},
}

// each makes a call for each size and for two lengths that are shared among
// workers, one of them evenly.
func each(calls func(n int) call) []call {
	var all []call
	for _, n := range append([]int{35001, 1 << 15}, sizes...) {
		all = append(all, calls(n))
	}
	return all
}

func activateCalls(d data) []call {
	var calls []call
	for _, f := range allActivations {
		calls = append(calls, each(func(n int) call {
			x := d.normal(n)
			for i := range x {
				x[i] *= 4 // far enough to saturate
			}
			return call{what: f.Kind.String(), dims: []int{n}, operands: []operand{in(x), out(n)}, inPlace: [][2]int{{1, 0}},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.Activate(f, s[0], x[0], x[1])
					return 0
				}}
		})...)
	}
	return calls
}

func activateGradCalls(d data) []call {
	var calls []call
	for _, f := range allActivations {
		calls = append(calls, each(func(n int) call {
			return call{what: f.Kind.String(), dims: []int{n}, inPlace: [][2]int{{2, 1}},
				operands: []operand{in(d.normal(n)), in(d.normal(n)), out(n)},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.ActivateGrad(f, s[0], x[0], x[1], x[2])
					return 0
				}}
		})...)
	}
	return calls
}

func pairCalls(kernel func(b backend.Backend, n int, x, y, z backend.Buffer)) func(data) []call {
	return func(d data) []call {
		return each(func(n int) call {
			return call{dims: []int{n}, operands: []operand{in(d.normal(n)), in(d.normal(n)), out(n)}, inPlace: [][2]int{{2, 0}, {2, 1}},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					kernel(b, s[0], x[0], x[1], x[2])
					return 0
				}}
		})
	}
}

func maximumGradCalls(d data) []call {
	return each(func(n int) call {
		x, y := d.normal(n), d.normal(n)
		x[n/2] = y[n/2] // then it is the first that gets the gradient
		return call{dims: []int{n}, operands: []operand{in(x), in(y), in(d.normal(n)), out(n), out(n)}, inPlace: [][2]int{{3, 2}, {4, 2}},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.MaximumGrad(s[0], x[0], x[1], x[2], x[3], x[4])
				return 0
			}}
	})
}

func noiseCalls(d data) []call {
	return each(func(n int) call {
		sigma, key := d.Float64(), d.Uint64()
		return call{what: fmt.Sprintf("σ=%.3g", sigma), dims: []int{n}, operands: []operand{in(d.normal(n)), out(n)}, inPlace: [][2]int{{1, 0}},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Noise(s[0], sigma, backend.Key{Base: key}, x[0], x[1])
				return 0
			}}
	})
}

func axpyCalls(d data) []call {
	return each(func(n int) call {
		alpha := d.NormFloat64()
		return call{what: fmt.Sprintf("α=%.3g", alpha), dims: []int{n}, operands: []operand{in(d.normal(n)), inout(d.normal(n))}, terms: 1,
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Axpy(s[0], alpha, x[0], x[1])
				return 0
			}}
	})
}

func scaleCalls(d data) []call {
	return each(func(n int) call {
		alpha := d.NormFloat64()
		return call{what: fmt.Sprintf("α=%.3g", alpha), dims: []int{n}, operands: []operand{inout(d.normal(n))},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Scale(s[0], alpha, x[0])
				return 0
			}}
	})
}

func dropoutCalls(d data) []call {
	return each(func(n int) call {
		rate, key := float64(d.IntN(5))/5, d.Uint64()
		return call{what: fmt.Sprintf("rate=%v", rate), dims: []int{n}, operands: []operand{in(d.normal(n)), out(n)}, inPlace: [][2]int{{1, 0}},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Dropout(s[0], rate, backend.Key{Base: key}, x[0], x[1])
				return 0
			}}
	})
}

func copyCalls(d data) []call {
	return each(func(n int) call {
		return call{dims: []int{n}, operands: []operand{in(d.normal(n)), out(n)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Copy(s[0], x[0], x[1])
				return 0
			}}
	})
}

func fillCalls(d data) []call {
	return each(func(n int) call {
		v := float64(float32(d.NormFloat64()))
		return call{what: fmt.Sprint(v), dims: []int{n}, operands: []operand{out(n)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Fill(s[0], v, x[0])
				return 0
			}}
	})
}

// dropoutMask tests which units Dropout keeps, and how many.
func (s *suite) dropoutMask(t *testing.T) {
	const n = 100_000
	b := s.backend
	x, y := b.Alloc(n), b.Alloc(n)
	b.Fill(n, 3, x)
	for _, rate := range []float64{0, 1e-4, 0.2, 0.5, 1. / 3, 0.9} {
		b.Dropout(n, rate, backend.Key{Base: 42}, x, y)
		kept, sum := 0, 0.0
		for i, v := range read(b, y)[:n] {
			keep := float64(backend.Uniform(42, i)) >= rate
			if keep != (v != 0) {
				t.Fatalf("rate %v: unit %d is %v, Uniform is %v", rate, i, v, backend.Uniform(42, i))
			}
			if keep {
				kept++
			}
			sum += v
		}
		// A binomial count stays within five standard deviations.
		deviation := math.Sqrt(n * rate * (1 - rate))
		if off := math.Abs(float64(kept) - n*(1-rate)); off > 5*deviation {
			t.Errorf("rate %v: kept %d of %d", rate, kept, n)
		}
		if mean := sum / n; math.Abs(mean-3) > 3*5*deviation/n/(1-rate)+1e-5 {
			t.Errorf("rate %v: the mean went from 3 to %v", rate, mean)
		}
	}
	b.Dropout(n, 0.5, backend.Key{Base: 1}, x, x)
	b.Fill(n, 3, y)
	b.Dropout(n, 0.5, backend.Key{Base: 2}, y, y)
	both := 0
	second := read(b, y)
	for i, v := range read(b, x) {
		if v != 0 && second[i] != 0 {
			both++
		}
	}
	if math.Abs(float64(both)-n/4) > 5*math.Sqrt(n*0.25*0.75) {
		t.Errorf("two keys keep %d units in common, want about a quarter of %d", both, n)
	}
}
