package viz

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

func TestClassReport(t *testing.T) {
	// A model that says 1 for every example.
	m := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set(make([]float32, 4))
	m.Params()[1].Value.Set([]float32{0, 3})
	d := datasets.FromSlices([][]float32{{0, 1}, {1, 0}, {1, 1}}, []int{0, 1, 0})
	f, err := ClassReport(m, d, Names("gato", "cão"))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(wellFormed(t, f.SVG), "|")
	for _, want := range []string{"precisão|revocação|F1|suporte", "gato|0,00 %|0,00 %|0,00 %|2", "cão|33,33 %|100,00 %|50,00 %|1", "média|16,67 %|50,00 %|25,00 %|3"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	c, err := Confusion(m, d, Names("gato", "cão"), English())
	if err != nil || !slices.Contains(wellFormed(t, c.SVG), "cão") || !strings.Contains(c.Alt, "most often confused: gato\u00a0→\u00a0cão\u00a0(2×); rows: label, columns: answer; gato: 0 2; cão: 0 1") {
		t.Errorf("%v, %q", err, c.Alt)
	}
	if _, err := ClassReport(m, d, Names("gato")); err == nil || !strings.Contains(err.Error(), "2 names") {
		t.Errorf("one name for two classes gave %v", err)
	}
	if _, err := ClassReport(m, nil); err == nil || !strings.Contains(err.Error(), "expects data") {
		t.Errorf("no data gave %v", err)
	}
}
