package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestCompress holds the list of the numbers that are not 0 against a plain one, with
// every kernel that this processor can run, and looks that nothing behind is written.
func TestCompress(t *testing.T) {
	const guard = 7
	for _, k := range available() {
		t.Run(k.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			for size := range 50 {
				for _, density := range []float64{0, 0.2, 0.5, 0.9, 1} {
					x, first, step := sparseNumbers(random, size, density), random.IntN(100), 1+random.IntN(64)
					values, places := make([]float32, size+16), make([]int32, size+16)
					room := roundUp(size, 8)
					for i := range values {
						values[i], places[i] = guard, guard
					}
					n := k.compress(x, first, step, values[:room], places[:room])
					var want, got string
					for i, v := range x {
						if v != 0 {
							want += fmt.Sprint(v, " at ", first+i*step, "\n")
						}
					}
					for i, v := range values[:n] {
						got += fmt.Sprint(v, " at ", places[i], "\n")
					}
					if got != want {
						t.Fatalf("of %v, %d + %d·i: got\n%swant\n%s", x, first, step, got, want)
					}
					for i := room; i < len(values); i++ {
						if values[i] != guard || places[i] != guard {
							t.Fatalf("wrote at %d, with room for %d", i, room)
						}
					}
				}
			}
		})
	}
}

// sparseNumbers returns numbers of which about a share is not 0; among the zeros are
// such with a sign, among the others NaN and Inf.
func sparseNumbers(random *rand.Rand, n int, density float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		switch {
		case random.Float64() < density:
			x[i] = float32(random.NormFloat64())
			if random.IntN(20) == 0 {
				x[i] = []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e-45}[random.IntN(4)]
			}
		case random.IntN(2) == 0:
			x[i] = float32(math.Copysign(0, -1))
		}
	}
	return x
}
