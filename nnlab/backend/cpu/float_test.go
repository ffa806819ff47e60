package cpu_test

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// TestFunctions compares with package math over the whole range of float32, and
// closely around where something changes.
func TestFunctions(t *testing.T) {
	for _, f := range []struct {
		name      string
		got       func(float32) float32
		want      func(float64) float64
		ulp       float64
		crossings []float64
	}{
		{"exp", func(x float32) float32 { return float32(cpu.Exp(float64(x))) }, math.Exp, 1, []float64{0, math.Ln2 / 2, -math.Ln2 / 2, 88.72, -87.34, -103.97, 709, -708}},
		{"sigmoid", cpu.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 1, []float64{0, -88, -104, 17}},
		{"tanh", cpu.Tanh, math.Tanh, 1, []float64{0, 1. / 64, -1. / 64, 9, -9, 44}},
	} {
		worst, at := 0.0, float32(0)
		check := func(x float32) {
			got, want := f.got(x), f.want(float64(x))
			if e := ulps(got, want); e > worst || math.IsNaN(e) {
				worst, at = e, x
			}
		}
		for bits := uint64(0); bits < 1<<32; bits += 4999 { // a prime
			check(math.Float32frombits(uint32(bits)))
		}
		for _, c := range f.crossings {
			x := float32(c)
			for range 1000 {
				x = math.Nextafter32(x, float32(math.Inf(-1)))
			}
			for range 2000 {
				check(x)
				x = math.Nextafter32(x, float32(math.Inf(1)))
			}
		}
		for _, x := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN()} {
			check(float32(x))
		}
		if !(worst <= f.ulp) {
			t.Errorf("%s(%v) = %v, want %v: %.2g units in the last place", f.name, at, f.got(at), f.want(float64(at)), worst)
		}
	}
}

// ulps is how many units in the last place of a float32 got is off.
func ulps(got float32, want float64) float64 {
	nearest := float32(want)
	switch {
	case got == nearest, got != got && want != want:
		return 0
	case math.IsInf(want, 0) || math.IsInf(float64(got), 0) || math.IsInf(float64(nearest), 0):
		return math.NaN()
	}
	next := math.Nextafter32(float32(math.Abs(float64(nearest))), float32(math.Inf(1)))
	unit := float64(next) - math.Abs(float64(nearest))
	return math.Abs(float64(got)-want) / unit
}
