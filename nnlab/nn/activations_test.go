package nn

import (
	"math"
	"strings"
	"testing"
)

func TestActivations(t *testing.T) {
	m, d := small(), clouds(10, 6)
	p, err := m.Predict(d)
	if err != nil {
		t.Fatal(err)
	}
	all, err := m.Activations(d, 7, 2)
	if err != nil {
		t.Fatal(err)
	}
	last := all[len(all)-1]
	if last.Name != "dense_1" || last.Output.Rows() != 2 {
		t.Fatalf("the last layer is %s %v", last.Name, last.Output.Shape)
	}
	for c := range 3 {
		if got, want := last.Output.Values()[c], p.Values()[7*3+c]; math.Abs(float64(got-want)) > 1e-6 {
			t.Errorf("class %d of example 7: %v, want %v", c, got, want)
		}
	}
	if x := all[0].Output.Values(); x[0] != d.x[7][0] || x[6] != d.x[2][0] {
		t.Errorf("the input's output is %v", x)
	}
	if _, err := m.Activations(d, 10); err == nil || !strings.Contains(err.Error(), "indices from 0 to 9, got [10]") {
		t.Errorf("got %v", err)
	}
}
