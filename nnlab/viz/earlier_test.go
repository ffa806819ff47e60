package viz

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// The second of two trainings says what the first was told otherwise, and has its curves.
func TestEarlierTrainings(t *testing.T) {
	d := datasets.Moons(60, 0.1, 1)
	build := func(units int, o nn.Optimizer, more ...nn.Layer) *nn.Model {
		layers := append([]nn.Layer{nn.Input(2), nn.Dense(units, nn.Tanh)}, more...)
		return nn.Sequential(append(layers, nn.Dense(2, nn.Softmax))...).Compile(nn.CategoricalCrossentropy, o, nn.Seed(1))
	}
	train := func(m *nn.Model, epochs, batch int) past {
		t.Helper()
		var p past
		h, err := m.Fit(d, nn.Epochs(epochs), nn.BatchSize(batch), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
			if e.Phase == nn.FitBegin {
				p.told = factsOf(e)
			}
		})))
		if err != nil {
			t.Fatal(err)
		}
		p.told["lot"], p.history = map[int]string{20: "20", 30: "30"}[batch], h
		return p
	}
	now := train(build(8, nn.SGD(0.1)), 3, 20)
	for want, p := range map[string]past{
		"":                                  train(build(8, nn.SGD(0.1)), 5, 20),
		"η = 0,01, α = 0,9":                 train(build(8, nn.SGD(0.01, nn.Momentum(0.9))), 5, 20),
		"camada 2: unidades = 4, lote = 30": train(build(4, nn.SGD(0.1)), 5, 30),
		"camadas = 4":                       train(build(8, nn.SGD(0.1), nn.Dense(3, nn.ReLU)), 5, 20),
	} {
		if got := p.told.other(portuguese, now.told); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		c := &chart{title: "época 3/3", done: -1, xMax: 3, whole: true, words: portuguese, panels: panelsOf(now.history, portuguese)}
		c.addEarlier([]past{p}, now.told)
		title := "época 3/3 · em cinza, antes: " + want
		if c.title != strings.TrimSuffix(title, ": ") || c.xMax != 5 {
			t.Errorf("%q up to %v", c.title, c.xMax)
		}
		svg := c.svg(c.title)
		if texts := strings.Join(wellFormed(t, svg), "|"); strings.Count(svg, `stroke="`+rule+`" stroke-width="1"`) != 1 || strings.Count(texts, "cinza") != 1 {
			t.Errorf("%s", texts) // the grey line has no place in the legend
		}
	}
	// A training of something else has no place in the chart.
	c := &chart{title: "x", words: portuguese, panels: []panel{{name: "acurácia"}}}
	if c.addEarlier([]past{now}, now.told); c.title != "x" || len(c.panels[0].lines) != 0 {
		t.Errorf("%+v", c)
	}
}

// The curve of another loss is left out of the chart, and what is drawn says which it was.
func TestEarlierLoss(t *testing.T) {
	h := &nn.History{Seconds: []float64{1, 1}, Series: []nn.Series{{Name: "loss", Values: []float64{1, 0.5}}, {Name: "accuracy", Values: []float64{0.5, 0.6}}}}
	now := facts{"loss": "CategoricalCrossentropy"}
	for was, want := range map[string]string{"MSE": "x · em cinza, antes: perda = MSE 1 2", "CategoricalCrossentropy": "x · em cinza, antes 2 2"} {
		c := &chart{title: "x", words: portuguese, panels: panelsOf(h, portuguese)}
		c.addEarlier([]past{{facts{"loss": was}, h}}, now)
		if got := fmt.Sprint(c.title, " ", len(c.panels[0].lines), " ", len(c.panels[1].lines)); got != want {
			t.Errorf("after %s: %q, want %q", was, got, want)
		}
	}
	m := nn.Sequential(nn.Input(2), nn.Dense(1, nn.Sigmoid)).Compile(nn.BinaryCrossentropy.Unfused(), nn.SGD(0.1))
	if f := factsOf(&nn.Event{Model: m}); f["loss"] != "BinaryCrossentropy" || f["loss.name"] != "" || f["name"] != "" {
		t.Errorf("%v", f)
	}
}

// What a training before has left the numbers by is no mark of this one.
func TestEarlierDiverged(t *testing.T) {
	l := &training{settings: newSettings(nil), told: facts{"lot": "2"}, before: []past{{facts{"lot": "4"}, history()}}}
	h := &nn.History{Seconds: []float64{1, 1}, Series: []nn.Series{{Name: "loss", Values: []float64{1, 0.5}}, {Name: "accuracy", Values: []float64{0.5, 0.6}}}}
	f := l.chart(&nn.Event{Phase: nn.FitEnd, Epoch: 2, Epochs: 2, Batch: 1, Batches: 1, History: h}).judged()
	if !strings.Contains(f.Alt, "em cinza, antes: lote = 4") || strings.Contains(f.SVG, noNumbers) {
		t.Errorf("%s", f.Alt)
	}
}
