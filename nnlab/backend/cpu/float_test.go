package cpu_test

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// everywhere is numbers over the whole range of float32, and all around places
// where a function changes.
func everywhere(places ...float64) (xs []float32) {
	for bits := uint64(0); bits < 1<<32; bits += 7919 { // a prime
		xs = append(xs, math.Float32frombits(uint32(bits)))
	}
	for _, p := range append(places, 0) {
		x := float32(p)
		for range 500 {
			x = math.Nextafter32(x, float32(math.Inf(-1)))
		}
		for range 1000 {
			xs = append(xs, x)
			x = math.Nextafter32(x, float32(math.Inf(1)))
		}
	}
	for _, x := range []float64{math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN()} {
		xs = append(xs, float32(x))
	}
	return xs
}

// TestFunctions compares with package math.
func TestFunctions(t *testing.T) {
	each(t, func(t *testing.T, kernel cpu.Option) {
		b := cpu.New(kernel)
		for _, f := range []struct {
			kind   backend.ActivationKind
			want   func(float64) float64
			ulp    float64
			places []float64
		}{
			{backend.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 3, []float64{-87.34, -88.72, -103.97, 17}},
			{backend.Tanh, math.Tanh, 3, []float64{1. / 128, -1. / 128, 0.625, -0.625, 9, -9, 44}},
		} {
			xs := everywhere(f.places...)
			x := b.Alloc(len(xs))
			b.Upload(x, xs)
			b.Activate(backend.Activation{Kind: f.kind}, len(xs), x, x)
			got := make([]float32, len(xs))
			b.Download(got, x)
			worst, at := 0.0, 0
			for i, v := range xs {
				if e := ulps(got[i], f.want(float64(v))); !(e <= worst) {
					worst, at = e, i
				}
			}
			t.Logf("%v: at most %.2f units in the last place, at %v", f.kind, worst, xs[at])
			if !(worst <= f.ulp) {
				t.Errorf("%v(%v) = %v, want %v: %.2f units in the last place", f.kind, xs[at], got[at], f.want(float64(xs[at])), worst)
			}
		}
	})
}

func TestExp(t *testing.T) {
	for _, x := range everywhere(math.Ln2/2, -math.Ln2/2, 88.72, -87.34, -103.97, 709, -708) {
		if got, want := float32(cpu.Exp(float64(x))), math.Exp(float64(x)); !(ulps(got, want) <= 0.51) {
			t.Fatalf("exp(%v) = %v, want %v", x, got, want)
		}
	}
}

// ulps is how many units in the last place of a float32 got is off; NaN where
// one of them is not finite and the other is.
func ulps(got float32, want float64) float64 {
	nearest := float32(want)
	switch {
	case got == nearest, got != got && want != want:
		return 0
	case math.IsInf(float64(nearest), 0):
		return math.NaN()
	}
	size := float32(math.Abs(want))
	unit := float64(math.Nextafter32(size, float32(math.Inf(1)))) - float64(size)
	return math.Abs(float64(got)-want) / unit
}
