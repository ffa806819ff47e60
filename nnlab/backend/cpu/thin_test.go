package cpu

import (
	"math"
	"math/rand/v2"
	"testing"
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
	for _, k := range available {
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
			k.addRows(x, b, after[:n], apart)
			k.innerRows(row, b, sums, apart)
			for i := range y {
				want := float64(y[i])
				for s := range x {
					if i < n {
						want += float64(x[s]) * float64(b[s*apart+i])
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
