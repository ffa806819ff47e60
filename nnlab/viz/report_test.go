package viz

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Of 10 cats 8 are found, of 30 dogs 24; 6 dogs are called cats, 2 cats dogs.
func TestScores(t *testing.T) {
	classes, macro, weighted := scores([][]int{{8, 2, 0}, {6, 24, 0}, {0, 0, 0}})
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	near("precision of cats", classes[0].precision, 8./14)
	near("recall of cats", classes[0].recall, 0.8)
	near("F1 of cats", classes[0].f1, 2*8./(2*8+6+2)) // 2tp/(2tp + fp + fn)
	near("F1 of dogs", classes[1].f1, 2*24./(2*24+2+6))
	near("F1 of a class that is not there", classes[2].f1, 0)
	near("macro recall", macro.recall, (0.8+0.8)/3)
	near("weighted precision", weighted.precision, (10*8./14+30*24./26)/40)
	if macro.support != 40 || weighted.support != 40 {
		t.Errorf("supports %d, %d", macro.support, weighted.support)
	}
}

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
	for _, want := range []string{"precisão|revocação|F1|suporte", "gato|0,00 %|0,00 %|0,00 %|2", "cão|33,33 %|100,00 %|50,00 %|1", "média|16,67 %|50,00 %|25,00 %|3"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	c, err := Confusion(m, d, Names("gato", "cão"), English())
	if err != nil || !slices.Contains(wellFormed(t, c.SVG), "cão") || !strings.HasSuffix(c.Alt, "the most frequent confusion: gato → cão (2×)") {
		t.Errorf("%v, %q", err, c.Alt)
	}
	if _, err := ClassReport(m, d, Names("gato")); err == nil || !strings.Contains(err.Error(), "2 names") {
		t.Errorf("one name for two classes gave %v", err)
	}
	if _, err := ClassReport(m, nil); err == nil || !strings.Contains(err.Error(), "viz.ClassReport") {
		t.Errorf("no data gave %v", err)
	}
}
