package cpu

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestFarRows holds addRows and innerRows of every kind of kernels against their
// formulas, for rows of every length around what they take at a time. What stands
// between the rows is NaN.
func TestFarRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(random.NormFloat64())
		}
		return x
	}
	for _, k := range available() {
		for n := range 200 {
			apart := n + 3
			b, x, row := numbers(streams*apart), numbers(streams), numbers(n)
			for i := range b {
				if i%apart >= n {
					b[i] = float32(math.NaN())
				}
			}
			y, sums := numbers(apart), make([]float32, streams)
			after := append([]float32(nil), y...)
			rows := random.Perm(streams)
			for s := range rows {
				rows[s] *= apart
			}
			k.addRows(x, rows, b, after[:n])
			k.innerRows(row, b, sums, apart)
			for i := range y {
				want := float64(y[i])
				for s := range x {
					if i < n {
						want += float64(x[s]) * float64(b[rows[s]+i])
					}
				}
				if !(math.Abs(float64(after[i])-want) < 1e-5) {
					t.Fatalf("%s: addRows of %d: number %d is %v, want %v", k.name, n, i, after[i], want)
				}
			}
			for s, got := range sums {
				want := 0.0
				for i, v := range row {
					want += float64(v) * float64(b[s*apart+i])
				}
				if !(math.Abs(float64(got)-want) < 1e-4) {
					t.Fatalf("%s: innerRows of %d: sum %d is %v, want %v", k.name, n, s, got, want)
				}
			}
		}
	}
}

// TestThinBits holds that the bits of products computed in parts do not depend on how
// many workers there are.
func TestThinBits(t *testing.T) {
	for _, s := range []struct {
		t       backend.Transpose
		m, n, k int
	}{
		{backend.NN, 1, 700, 600}, {backend.NN, 3, 300, 1000}, {backend.TN, 8, 70, 600}, {backend.NT, 2, 700, 130},
		{backend.NN, 20, 130, 1100}, {backend.TN, 33, 200, 700},
	} {
		var first []float32
		for _, workers := range []int{1, 2, 3, 5} {
			c := New(Workers(workers))
			a, b, y := c.Alloc(s.m*s.k), c.Alloc(s.k*s.n), c.Alloc(s.m*s.n)
			random := rand.New(rand.NewPCG(3, 4))
			for _, x := range []backend.Buffer{a, b} {
				for i := range x.(buffer) {
					x.(buffer)[i] = random.Float32() - 0.5
				}
			}
			c.Gemm(s.t, s.m, s.n, s.k, a, b, 0, y, backend.Epilogue{})
			got := y.(buffer)
			if first == nil {
				first = got
			}
			if !slices.Equal(first, got) {
				t.Errorf("%v %d×%d×%d: another result with %d workers", s.t, s.m, s.k, s.n, workers)
			}
		}
	}
}
