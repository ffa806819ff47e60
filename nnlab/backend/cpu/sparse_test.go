package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestSparseRows holds every microkernel for lists that this processor can run
// against its formula, with lists of all lengths and everything that may follow the
// multiplication. What is beside the strip must stay.
func TestSparseRows(t *testing.T) {
	const rowC = 96 + 3
	for _, k := range available() {
		for bits := range 8 * 3 {
			width := stripStep * (1 + bits/8)
			kernel := k.stripOf(width)
			if kernel == nil {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d/%03b", k.name, width, bits%8), func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(bits), 1))
				numbers := func(n int) []float32 {
					x := make([]float32, n)
					for i := range x {
						x[i] = float32(random.NormFloat64())
					}
					return x
				}
				call := tile{b: numbers(sparseDepth * width), rowC: rowC, cols: width, add: bits&1 != 0, relu: bits&2 != 0}
				if bits&4 != 0 {
					call.bias = numbers(width)
				}
				for row := range 40 {
					call.counts = append(call.counts, int32(row%(sparseDepth/4)))
					for range row % (sparseDepth / 4) {
						call.a = append(call.a, float32(random.NormFloat64()))
						call.places = append(call.places, int32(random.IntN(sparseDepth)*width))
					}
				}
				call.a[30] = float32(math.NaN())
				before := numbers(len(call.counts) * rowC)
				call.c = append([]float32(nil), before...)
				kernel(&call)

				e := 0
				for i, n := range call.counts {
					for j := range rowC {
						want := float64(before[i*rowC+j])
						if j < width {
							want = call.listFormula(e, int(n), j, want)
						}
						got := float64(call.c[i*rowC+j])
						if !(math.Abs(got-want) < 1e-4 || got != got && want != want) {
							t.Fatalf("row %d with %d numbers, column %d is %v, want %v", i, n, j, got, want)
						}
					}
					e += int(n)
				}
			})
		}
	}
}

// listFormula is C[i,j] in float64, for a list of n numbers from e on.
func (t *tile) listFormula(e, n, j int, c float64) float64 {
	if !t.add {
		c = 0
	}
	for ; n > 0; e, n = e+1, n-1 {
		c += float64(t.a[e]) * float64(t.b[int(t.places[e])+j])
	}
	if t.bias != nil {
		c += float64(t.bias[j])
	}
	if t.relu {
		c = max(0, c)
	}
	return c
}
