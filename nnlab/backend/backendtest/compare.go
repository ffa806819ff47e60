package backendtest

import (
	"fmt"
	"math"
)

// compare returns what is wrong with got, or "". Where want is NaN or infinite,
// got must be the same; elsewhere max |got − want| may be tolerance times the
// largest |want|, or times terms if that is larger.
func compare(got, want []float64, terms, tolerance float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("got %d numbers, want %d", len(got), len(want))
	}
	worst, at, largest := 0.0, 0, terms
	for i, w := range want {
		if !finite(w) || !finite(got[i]) {
			if !same(got[i], w) {
				return fmt.Sprintf("number %d is %v, want %v", i, got[i], w)
			}
			continue
		}
		largest = max(largest, math.Abs(w))
		if d := math.Abs(got[i] - w); d > worst {
			worst, at = d, i
		}
	}
	if worst > tolerance*largest {
		return fmt.Sprintf("number %d is %v, want %v: normalised error %.2g, allowed %.2g", at, got[at], want[at], worst/largest, tolerance)
	}
	return ""
}

// identical returns what is wrong with got, or "" when it is want to the bit;
// any NaN is as good as another.
func identical(got, want []float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("got %d numbers, want %d", len(got), len(want))
	}
	for i, w := range want {
		if !same(got[i], w) {
			return fmt.Sprintf("number %d is %v, want %v", i, got[i], w)
		}
	}
	return ""
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
