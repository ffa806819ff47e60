package viz

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// comeApart is a training whose validation is best in epoch 3 by its loss, in epoch 2 by its accuracy.
func comeApart() *nn.History {
	return &nn.History{Seconds: make([]float64, 5), Series: []nn.Series{
		{Name: "loss", Values: []float64{0.9, 0.6, 0.4, 0.2, 0.1}}, {Name: "accuracy", Values: []float64{0.5, 0.6, 0.7, 0.8, 0.9}},
		{Name: "val_loss", Values: []float64{0.8, 0.5, 0.45, 0.5, 0.6}}, {Name: "val_accuracy", Values: []float64{0.5, 0.75, 0.7, 0.7, 0.7}},
	}}
}

// What is best, and where the losses come apart, in numbers by hand.
func TestOverfitting(t *testing.T) {
	h := comeApart()
	c := courseOf(h, "loss", blue)
	want := []excess{{3, 0.4, 0.45}, {4, 0.2, 0.5}, {5, 0.1, 0.6}}
	if got := c.overfitting(); c.best != 3 || c.value != 0.45 || !slices.Equal(got, want) {
		t.Errorf("%+v, %v", c, got)
	}
	if got := c.outline(); !slices.Equal(got, []point{{3, 0.45}, {4, 0.5}, {5, 0.6}, {5, 0.1}, {4, 0.2}, {3, 0.4}}) {
		t.Errorf("the outline is %v", got)
	}
	if c := courseOf(h, "accuracy", blue); c.best != 2 || c.overfitting() != nil {
		t.Errorf("the best accuracy is in epoch %d, and it overfits in %v", c.best, c.overfitting())
	}
	for name, values := range map[string]nn.Numbers{"is better": {0.8, 0.5, 0.35, 0.15, 0.05}, "is none": {math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()}, "is worst at its end alone": {0.8, 0.7, 0.3, 0.19, 0.2}} {
		h.Series[2].Values = values
		if got := courseOf(h, "loss", blue).overfitting(); name != "is worst at its end alone" && got != nil {
			t.Errorf("a validation that %s overfits in %v", name, got)
		}
	}
	h = &nn.History{Seconds: make([]float64, 3), Series: []nn.Series{{Name: "r2_score", Values: []float64{0.1, 0.9, 0.5}}, {Name: "val_mean_absolute_error", Values: []float64{3, 1, 2}}}}
	if r2, error := courseOf(h, "r2_score", blue), courseOf(h, "mean_absolute_error", blue); r2.best != 2 || error.best != 2 {
		t.Errorf("R² is best in epoch %d, the error in epoch %d", r2.best, error.best)
	}
}

// Of very many epochs the gap has as many points as can be seen, its last one among them.
func TestOverfittingOfThousandsOfEpochs(t *testing.T) {
	const epochs = 41273
	training, validation := make([]float64, epochs), make([]float64, epochs)
	for i := range training {
		training[i], validation[i] = 1/(2+float64(i)), 1+float64(i)
	}
	c := courseOf(&nn.History{Seconds: make([]float64, epochs), Series: []nn.Series{{Name: "loss", Values: training}, {Name: "val_loss", Values: validation}}}, "loss", blue)
	points := c.outline()
	if n := len(points); n < mostPoints || n > 2*mostPoints+2 || points[n/2-1] != (point{epochs, epochs}) || points[n/2].x != epochs || points[0].x != 1 || points[n-1].x != 1 {
		t.Errorf("%d points", n)
	}
}

// The curves of one training have the same marks, in the picture, in words and for ECharts.
func TestCurvesMarkTheBest(t *testing.T) {
	f, err := Curves(comeApart())
	if err != nil {
		t.Fatal(err)
	}
	texts := wellFormed(t, f.SVG)
	for _, want := range []string{"○ melhor época 3", "○ melhor época 2", "sobreajuste"} {
		if !slices.Contains(texts, want) {
			t.Errorf("no %q among %q", want, texts)
		}
	}
	if circles, shades := strings.Count(f.SVG, `r="5"`), strings.Count(f.SVG, `fill-opacity="0.2"`); circles != 2 || shades != 1 {
		t.Errorf("%d best epochs, %d gaps", circles, shades)
	}
	if want := "; perda 0,4500, melhor época 3; sobreajuste 3–5: 0,6000 − 0,1000; acurácia 75,00\u00a0%, melhor época 2"; !strings.HasSuffix(f.Alt, want) {
		t.Errorf("%q does not end with %q", f.Alt, want)
	}
	option, err := f.interactive.option()
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Title  []struct{ Text string }
		Series []struct {
			Type       string
			YAxisIndex int
			SymbolSize float64
			Data       json.RawMessage
			Nnlab      struct{ Points [][2]float64 }
		}
	}
	if err := json.Unmarshal(option, &read); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range read.Series {
		if s.Type == "custom" {
			got = append(got, "gap", string(s.Data))
			if len(s.Nnlab.Points) != 6 || s.Nnlab.Points[3] != [2]float64{5, 0.1} {
				t.Errorf("the gap is %v", s.Nnlab.Points)
			}
		}
		if s.SymbolSize == 2*bestSize {
			got = append(got, "best", string(s.Data))
		}
	}
	if want := []string{"gap", `[{"value":[3,0.45]}]`, "best", `[{"value":[3,0.45]}]`, "best", `[{"value":[2,75]}]`}; !slices.Equal(got, want) {
		t.Errorf("ECharts is told %q, want %q", got, want)
	}
	if len(read.Title) != 4 || read.Title[1].Text != "○ melhor época 3" {
		t.Errorf("the names are %v", read.Title)
	}

	h := comeApart()
	h.Series = h.Series[:2] // without a validation
	if f, err := Curves(h); err != nil || strings.Contains(f.Alt, "melhor") || strings.Contains(f.SVG, `r="5"`) {
		t.Errorf("%v; a training alone is judged: %q", err, f.Alt)
	}
}
