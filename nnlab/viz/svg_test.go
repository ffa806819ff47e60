package viz

import "testing"

// A picture keeps its shape, in the middle of its square.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		high, wide int
		want       [4]float64
	}{
		{28, 28, [4]float64{0, 0, 48, 48}}, {12, 24, [4]float64{0, 12, 48, 24}}, {24, 12, [4]float64{12, 0, 24, 48}}, {1, 100, [4]float64{0, 21, 48, 6}},
	} {
		x, y, w, h := fit(c.high, c.wide, 48)
		if got := [4]float64{x, y, w, h}; got != c.want {
			t.Errorf("%d×%d stands at %v, want %v", c.high, c.wide, got, c.want)
		}
	}
}
