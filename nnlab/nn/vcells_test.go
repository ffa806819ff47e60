package nn

import (
	"math"
	"testing"
)

// Of 3×3 the middle counts most, a corner 0.9^√2 of it.
func TestVCells(t *testing.T) {
	w, sum := VCells(3, 3), 0.0
	for _, v := range w {
		sum += float64(v)
	}
	if len(w) != 9 || math.Abs(sum-1) > 1e-6 || math.Abs(float64(w[1]/w[4])-0.9) > 1e-6 || math.Abs(float64(w[8]/w[4])-math.Pow(0.9, math.Sqrt2)) > 1e-6 {
		t.Errorf("%v, the sum is %v", w, sum)
	}
}
