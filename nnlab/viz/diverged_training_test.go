package viz

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// scores are moons whose class is a number to be met, so that nothing bounds the loss.
func scores(n int, seed uint64) nn.Data {
	d := datasets.Moons(n, 0.2, seed)
	var x, y [][]float32
	for i := range d.Len() {
		in, target := example(d, i)
		x, y = append(x, slices.Clone(in)), append(y, []float32{target[0]})
	}
	return datasets.FromTargets(x, y)
}

// regressor is a model whose loss leaves the numbers: with η = 1000 in the first epoch, with
// 1.5 in the second, with 1 in the third.
func regressor(rate float64) *nn.Model {
	return nn.Sequential(nn.Input(2), nn.Dense(8, nn.ReLU), nn.Dense(1)).Compile(nn.MSE, nn.SGD(rate), nn.Accuracy, nn.Seed(1))
}

// A training that diverges is drawn as far as it came, with the place where it left the numbers,
// and the title says that, and the mend, in the figure's language: not by the error's English.
func TestDivergedTrainings(t *testing.T) {
	t.Setenv("NNLAB_ECHARTS", "1")
	for _, c := range []struct {
		rate        float64
		epoch, step int
	}{{1e3, 1, 3}, {1.5, 2, 3}, {1, 3, 2}} {
		for language, options := range map[string][]Option{"pt": nil, "en": {English()}} {
			t.Run(fmt.Sprint(c.rate, language), func(t *testing.T) {
				pasts.list = nil
				shown := inNotebook(t)
				_, err := regressor(c.rate).Fit(scores(200, 1), nn.Epochs(6), nn.BatchSize(50), nn.Validation(scores(100, 2)), Live(options...), GradientNorms(options...))
				if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("epoch %d, batch %d: expects a finite loss", c.epoch, c.step)) {
					t.Fatalf("got %v", err)
				}
				figures := last(shown())
				if len(figures) != 2 {
					t.Fatalf("%d figures", len(figures))
				}
				want := fmt.Sprintf("fim: NaN/∞, época %d, lote %d; diminua η", c.epoch, c.step)
				logarithmic := "perda (log)"
				if language == "en" {
					want = fmt.Sprintf("end: NaN/∞, epoch %d, batch %d; lower η", c.epoch, c.step)
					logarithmic = "loss (log)"
				}
				for i, b := range figures {
					svg, html, said := b[notebook.SVG].(string), b[notebook.HTML].(string), b[notebook.Plain].(string)
					texts := wellFormed(t, svg)
					for _, form := range []string{said, html, strings.Join(texts, "|")} {
						if strings.Contains(form, "expects") {
							t.Errorf("figure %d has the error's English: %.300s", i, form)
						}
					}
					panels := 2 - i
					if n := len(slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s != noNumbers })); n != panels {
						t.Errorf("figure %d: %d marks at the place in %d panels: %q", i, n, panels, texts)
					}
					// The live chart has the mark of each panel in the same place.
					at := float64(c.epoch-1) + float64(c.step)/4
					if n := strings.Count(html, fmt.Sprintf(`{"name":"NaN/∞","xAxis":%g}`, at)); n != panels {
						t.Errorf("figure %d: %d marks at %g in the live chart", i, n, at)
					}
					switch i {
					case 0:
						if !strings.Contains(said, want) || !slices.Contains(texts, logarithmic) {
							t.Errorf("no %q or %q: %q", want, logarithmic, texts)
						}
						// The line reaches the last step that gave a number.
						if option := fmt.Sprintf(`{"symbol":"circle","symbolSize":6,"value":[%g,`, at-0.25); !strings.Contains(html, option) {
							t.Errorf("no line ends at %g", at-0.25)
						}
						if strings.Contains(svg+html, "sobreajuste") || strings.Contains(svg+html, "overfitting") {
							t.Error("a divergence is called overfitting")
						}
					case 1:
						if !slices.Contains(texts, "dense_1 · NaN/∞") || strings.Count(said, "(NaN/∞, ") != 2 {
							t.Errorf("%q, %q", texts, said)
						}
					}
				}
			})
		}
	}
}

// What is wrong with data is mended there, and what is no divergence is told as it was told.
func TestDivergedByData(t *testing.T) {
	shown := inNotebook(t)
	d := datasets.FromTargets([][]float32{{1, 2}, {3, 4}}, [][]float32{{1}, {float32(math.NaN())}})
	_, err := regressor(0.1).Fit(d, nn.Epochs(2), nn.BatchSize(1), Live())
	if err == nil {
		t.Fatal("NaN was learned")
	}
	said := last(shown())[0][notebook.Plain].(string)
	if !regexp.MustCompile(`fim: NaN/∞, época 1, lote [12]; tire dos dados o que não é número`).MatchString(said) && !strings.Contains(said, "fim: Fit") {
		t.Errorf("%v: %s", err, said)
	}
}

// A race in which one diverges, in its first epoch or later, keeps the others' curves readable
// and their metrics, and names the one.
func TestDivergedRace(t *testing.T) {
	for rate, epoch := range map[float64]int{1e3: 1, 1.5: 2, 1: 3} {
		f, err := Race(scores(200, 1), nn.Epochs(6), nn.BatchSize(50), nn.Validation(scores(100, 2)), nn.Verbose(false),
			Runner("grande", regressor(rate)), Runner("pequena", regressor(0.1)))
		if err == nil {
			t.Fatal("it has not diverged")
		}
		texts := strings.Join(wellFormed(t, f.SVG), "|")
		for _, want := range []string{fmt.Sprintf("grande: NaN/∞, época %d", epoch), "|grande · NaN/∞|", "|pequena|", "à frente: pequena", "|acurácia · "} {
			if !strings.Contains(texts, want) {
				t.Errorf("η = %g: no %q in %s", rate, want, texts)
			}
		}
		if !strings.Contains(f.Alt, fmt.Sprintf("NaN/∞, época %d; pequena: perda ", epoch)) {
			t.Errorf("η = %g: %s", rate, f.Alt)
		}
		if strings.Contains(f.SVG, "sobreajuste") {
			t.Errorf("η = %g: a divergence is called overfitting", rate)
		}
		if logarithmic := strings.Contains(texts, " (log)|"); logarithmic != (epoch > 1) {
			t.Errorf("η = %g: logarithmic is %v", rate, logarithmic)
		}
	}
}

// An embedding by epoch of a training that diverges shows the epochs before, and says why there
// are no more.
func TestDivergedEmbeddingByEpoch(t *testing.T) {
	train := datasets.Moons(200, 0.2, 1)
	shown := inNotebook(t)
	m := nn.Sequential(nn.Input(2), nn.Dense(8, nn.ReLU), nn.Dense(8, nn.ReLU), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(1e20), nn.Seed(1))
	if _, err := m.Fit(train, nn.Epochs(3), nn.BatchSize(50), nn.Verbose(false), EmbeddingByEpoch("dense", train)); err == nil {
		t.Fatal("it has not diverged")
	}
	figures := last(shown())
	if len(figures) != 1 {
		t.Fatalf("%d figures", len(figures))
	}
	if said := figures[0][notebook.Plain].(string); !strings.HasPrefix(said, "o que dense fez de 200 exemplos · fim: NaN/∞, época 1, lote 2; diminua η; classe 0: centro (") {
		t.Error(said)
	}
}

// Of a layer that makes numbers for some examples these are drawn, and how many are not is said;
// of one that makes none the error says what to do.
func TestDivergedEmbedding(t *testing.T) {
	nan := float32(math.NaN())
	m := nn.Sequential(nn.Input(2), nn.Dense(2), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{1, 0, 0, 1})
	huge := float32(math.Inf(1))
	d := datasets.FromSlices([][]float32{{0, 1}, {1, 0}, {2, 2}, {3, 1}, {huge, 1}}, []int{0, 1, 0, 1, 1})
	for language, want := range map[string]string{"pt": "fora do plano, por serem NaN/∞: 1", "en": "not on the plane, being NaN/∞: 1"} {
		var options []Option
		if language == "en" {
			options = []Option{English()}
		}
		f, err := Embedding(m, "dense", d, options...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(wellFormed(t, f.SVG), want) || !strings.Contains(f.Alt, want) || strings.Count(f.SVG, `visibility="hidden"`) != 1 || strings.Count(f.SVG, "data-point=") != 5 {
			t.Errorf("%s: %s", language, f.Alt)
		}
		if _, err := f.alive.page(f, "id"); err != nil {
			t.Error(err)
		}
		if at := f.alive.given["positions"].([][]*[2]float64)[0]; at[4] != nil || at[3] == nil {
			t.Errorf("%v", at)
		}
	}
	m.Params()[0].Value.Set([]float32{nan, nan, nan, nan})
	_, err := Embedding(m, "dense", d)
	if want := "viz.Embedding: expects a layer that makes numbers, got NaN or an infinity of dense for 5 of 5 examples; train with a smaller learning rate, or with nn.ClipNorm(1)"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// A gradient of 0, which has no place on a logarithmic axis, stands behind its layer's name.
func TestDeadGradients(t *testing.T) {
	g := &Gradients{settings: newSettings(nil), title: "norma", epochs: 2, lines: []line{
		{name: "viva", points: []point{{1, 0.1}, {2, 0.2}}}, {name: "morta", points: []point{{1, 0.1}, {2, 0}}}, {name: "perdida", points: []point{{1, 0.1}, {1.5, math.Inf(1)}, {2, math.NaN()}}}}}
	f := g.draw()
	texts := wellFormed(t, f.SVG)
	for _, want := range []string{"viva", "morta · 0", "perdida · NaN/∞", noNumbers} {
		if !slices.Contains(texts, want) {
			t.Errorf("no %q in %q", want, texts)
		}
	}
	if want := "norma: viva 0,2, morta 0, perdida NaN (NaN/∞, época 2)"; f.Alt != want {
		t.Errorf("got %q", f.Alt)
	}
}
