package viz

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

func mlp(rate float64, seed uint64) *nn.Model {
	return nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(2, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(rate), nn.Accuracy, nn.Seed(seed))
}

// A race trains each model as its own Fit does, an epoch in turns, with its own options in
// place of the common ones; one that ends early leaves the others running.
func TestRaceIsFit(t *testing.T) {
	train, test := datasets.Moons(100, 0.2, 1), datasets.Moons(50, 0.2, 2)
	var order []string
	watch := func(name string) nn.FitOption {
		return nn.Callbacks(told(func(e *nn.Event) {
			if e.Phase == nn.EpochBegin {
				order = append(order, name)
			}
			if name == "c" && e.Epoch == 2 && e.Phase == nn.EpochEnd {
				e.Stop("enough")
			}
		}))
	}
	models := []*nn.Model{mlp(0.1, 1), mlp(0.5, 2), mlp(0.1, 3)}
	f, err := Race(train, nn.Epochs(4), nn.BatchSize(10), nn.Validation(test), nn.Verbose(false),
		Runner("a", models[0], watch("a")), Runner("b", models[1], watch("b"), nn.BatchSize(25)), Runner("c", models[2], watch("c")))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, ""); got != "abcabcabab" {
		t.Errorf("they ran in the order %s", got)
	}
	for i, alone := range []*nn.Model{mlp(0.1, 1), mlp(0.5, 2)} {
		h, err := alone.Fit(train, nn.Epochs(4), nn.BatchSize([]int{10, 25}[i]), nn.Validation(test), nn.Verbose(false))
		if err != nil {
			t.Fatal(err)
		}
		if alone.WeightHash() != models[i].WeightHash() || !slices.Equal(h.Get("val_loss"), models[i].History().Get("val_loss")) {
			t.Errorf("model %d has trained otherwise than alone", i)
		}
	}
	if got := models[2].History().Epochs(); got != 2 {
		t.Errorf("the one that stopped has %d epochs", got)
	}
	texts := strings.Join(wellFormed(t, f.SVG), "|")
	for _, want := range []string{"corrida · época 4 · à frente: ", "|a|", "|b|", "|c|", "treino", "validação", "melhor época"} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q in %s", want, texts)
		}
	}
	// A circle for the best epoch of each in each of two panels, and the ends of three lines.
	if got := strings.Count(f.SVG, `r="5"`); got != 6 {
		t.Errorf("%d best epochs", got)
	}
}

// A race says and draws what is best, and where the losses come apart.
func TestRaceOverfitting(t *testing.T) {
	r := &race{settings: newSettings(nil), runners: []*runner{{name: "A", history: comeApart(), ended: true}}}
	f := r.figure()
	if want := "corrida · época 5 · à frente: A (acurácia 75,00\u00a0%); A: perda 0,4500, melhor época 3; sobreajuste 3–5: 0,6000 − 0,1000; acurácia 75,00\u00a0%, melhor época 2"; f.Alt != want {
		t.Errorf("got  %q\nwant %q", f.Alt, want)
	}
	if !slices.Contains(wellFormed(t, f.SVG), "sobreajuste") || strings.Count(f.SVG, "fill-opacity") != 1 {
		t.Error("the gap is not shaded and named")
	}
}

// Before its first epoch a race has nothing to say of its runners.
func TestRaceBegins(t *testing.T) {
	f := (&race{settings: newSettings(nil), runners: []*runner{{name: "A", history: &nn.History{}, model: mlp(0.1, 1)}, {name: "B", history: &nn.History{}, model: mlp(0.1, 2)}}}).figure()
	if f.Alt != "corrida · época 0" {
		t.Errorf("got %q", f.Alt)
	}
}

func TestRaceRefuses(t *testing.T) {
	train := datasets.Moons(20, 0.1, 1)
	m := mlp(0.1, 1)
	for want, options := range map[string][]nn.FitOption{
		"expects 1 to 6 runners, got 0": {nn.Epochs(1)},
		"got \"B\" or its model twice":  {Runner("A", m), Runner("B", m)},
		"got \"A\" or its model twice":  {Runner("A", m), Runner("A", mlp(1, 1))},
		"A: Fit: expects":               {nn.Epochs(0), Runner("A", m)},
	} {
		if _, err := Race(train, options...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if _, err := m.Fit(train, Runner("A", m)); err == nil || !strings.Contains(err.Error(), "viz.Runner: expects a race, got a Fit") {
		t.Errorf("got %v", err)
	}
}

// The numbers of different losses are not put on one axis: the race draws the metric that all
// have, or each loss for itself, and its leader is one by the metric.
func TestRaceOfDifferentLosses(t *testing.T) {
	train := datasets.Moons(60, 0.2, 1)
	model := func(loss nn.Loss, o ...nn.CompileOption) *nn.Model {
		return nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(loss, nn.SGD(0.1), append(o, nn.Seed(1))...)
	}
	race := func(models ...*nn.Model) (alt string, texts string) {
		t.Helper()
		options := []nn.FitOption{nn.Epochs(2), nn.Validation(train), nn.Verbose(false)}
		for i, m := range models {
			options = append(options, Runner([]string{"a", "b", "c"}[i], m))
		}
		f, err := Race(train, options...)
		if err != nil {
			t.Fatal(err)
		}
		return f.Alt, "|" + strings.Join(wellFormed(t, f.SVG), "|")
	}
	alt, texts := race(model(nn.MSE, nn.Accuracy), model(nn.CategoricalCrossentropy, nn.Accuracy))
	if strings.Contains(alt+texts, "perda") || !strings.Contains(alt, "à frente: ") || !strings.Contains(texts, "|acurácia · ") {
		t.Errorf("with a metric: %s\n%s", alt, texts)
	}
	alt, texts = race(model(nn.MSE), model(nn.CategoricalCrossentropy, nn.Accuracy), model(nn.MSE))
	if strings.Contains(alt, "à frente") || strings.Count(texts, "|perda (MSE) · ") != 1 || strings.Count(texts, "|perda (CategoricalCrossentropy) · ") != 1 || strings.Contains(alt+texts, "acurácia") {
		t.Errorf("without one that all have: %s\n%s", alt, texts)
	}
	if strings.Count(alt, "melhor época") != 3 {
		t.Errorf("not each in its own: %s", alt)
	}
	// One function that is computed in two ways is one.
	alt, texts = race(model(nn.CategoricalCrossentropy, nn.Accuracy), model(nn.CategoricalCrossentropy.Unfused(), nn.Accuracy), model(nn.SparseCategoricalCrossentropy, nn.Accuracy))
	if !strings.Contains(texts, "|perda · ") || !strings.Contains(texts, "|acurácia · ") || !strings.Contains(alt, "à frente") {
		t.Errorf("of one loss: %s\n%s", alt, texts)
	}
}
