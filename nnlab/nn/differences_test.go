package nn

import (
	"math"
	"strings"
	"testing"
)

// An E whose slopes are known: E = (w·x + b − t)², ∂E/∂w = 2·(w·x + b − t)·x, with an L2
// term 2·λ·w; of two examples the mean.
func TestDifferences(t *testing.T) {
	m := Sequential(Input(1), Dense(1, KernelRegularizer(L2(0.5)))).Compile(MSE, SGD(0.1))
	m.Params()[0].Value.Set([]float32{2})
	m.Params()[1].Value.Set([]float32{1})
	d := &toy{shape: []int{1}, x: [][]float32{{3}, {-1}, {0.5}}, y: [][]float32{{5}, {0}, {0}}}
	before := m.WeightHash()
	for _, c := range []struct {
		examples []int
		w, b     float64
	}{{[]int{0}, 2*2*3 + 2, 2 * 2}, {[]int{2, 0}, (2*2*0.5+2*2*3)/2 + 2, (2*2 + 2*2) / 2.}} {
		got, err := Differences(m, d, c.examples...)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || math.Abs(got[0][0]-c.w) > 1e-7 || math.Abs(got[1][0]-c.b) > 1e-7 {
			t.Errorf("of %v: %v, want %v and %v", c.examples, got, c.w, c.b)
		}
	}
	if m.WeightHash() != before {
		t.Error("the model has changed")
	}
	m.Compile(MSE, SGD(0.1), Freeze("dense"))
	if got, err := Differences(m, d, 0); err != nil || got[0] != nil || got[1] != nil {
		t.Errorf("of a frozen layer %v, %v", got, err)
	}
	if _, err := Differences(m, d, 3); err == nil || !strings.Contains(err.Error(), "Differences: expects at most 3 indices from 0 to 2, got [3]") {
		t.Errorf("got %v", err)
	}
	none := Sequential(Input(1), Dense(1)).Compile(NoLoss, SGD(0.1))
	if _, err := Differences(none, d, 0); err == nil || !strings.Contains(err.Error(), "a model with a loss") {
		t.Errorf("got %v", err)
	}
}
