package viz

import (
	"cmp"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/nn"
)

func TestCurves(t *testing.T) {
	f, err := Curves(history())
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Join(wellFormed(t, f.SVG), "|")
	for _, want := range []string{"perda", "acurácia", "treino", "validação", "época", "95 %"} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q among %s", want, texts)
		}
	}
	// Loss: half the value, half the height over the axis; the NaN has no point.
	loss, validation := heights(t, f.SVG, 0), heights(t, f.SVG, 1)
	axis := float64(4 + lineHeight*3 + panelHeight - marginFoot) // below a title of two lines and a row for the legend
	if len(loss) != 3 || len(validation) != 2 || math.Abs((axis-loss[1])/(axis-loss[0])-0.5) > 0.01 {
		t.Errorf("loss at %v, validation at %v, axis at %v", loss, validation, axis)
	}
	// Accuracy rises.
	if a := heights(t, f.SVG, 2); len(a) != 3 || !(a[0] > a[1] && a[1] > a[2]) {
		t.Errorf("accuracy at %v", a)
	}
	if want := "época 3 · perda 0,2000 · acurácia 95,00 % · perda (validação) NaN · acurácia (validação) 90,00 %; perda 0,5000, melhor época 2; perda (validação): NaN/∞, época 3; acurácia 90,00 %, melhor época 3"; f.Alt != want {
		t.Errorf("alt %q, want %q", f.Alt, want)
	}
	e, err := Curves(history(), English())
	if err != nil || !strings.Contains(e.Alt, "accuracy (validation) 90.00 %") || strings.Contains(e.SVG, "perda") {
		t.Errorf("in English: %v, %q", err, e.Alt)
	}
}

// Training examples that were evaluated again are a line of their own in the panel of
// their quantity, and said as such.
func TestEvaluatedTraining(t *testing.T) {
	h := &nn.History{Seconds: []float64{1, 1}, Series: []nn.Series{{Name: "loss", Values: []float64{1, 0.5}},
		{Name: "train_loss", Values: []float64{0.8, 0.25}}, {Name: "val_loss", Values: []float64{0.9, 0.4}}}}
	f, err := Curves(h)
	if err != nil {
		t.Fatal(err)
	}
	if want := "época 2 · perda 0,5000 · perda (treino no fim) 0,2500 · perda (validação) 0,4000; perda 0,4000, melhor época 2"; f.Alt != want {
		t.Errorf("alt %q, want %q", f.Alt, want)
	}
	if texts := strings.Join(wellFormed(t, f.SVG), "|"); strings.Count(texts, "|perda|") != 1 || !strings.Contains(texts, "|treino no fim|") { // one panel
		t.Errorf("it reads %s", texts)
	}
	during, again, validation := heights(t, f.SVG, 0), heights(t, f.SVG, 1), heights(t, f.SVG, 2)
	if !(during[1] < validation[1] && validation[1] < again[1]) { // downwards
		t.Errorf("the lines end at %v, %v, %v", during, again, validation)
	}
}

// A quantity stands at the epochs in which it was measured, and where it was not the
// line is broken.
func TestCurvesKnowEpochs(t *testing.T) {
	h := &nn.History{Seconds: make([]float64, 8), Series: []nn.Series{
		{Name: "loss", Epochs: []int{1, 2, 3, 4, 5, 6, 7, 8}, Values: nn.Numbers{8, 7, 6, 5, 4, 3, 2, 1}},
		{Name: "val_loss", Epochs: []int{4, 5, 7, 8}, Values: nn.Numbers{5, 4, math.Inf(1), 1}},
	}}
	lines := panelsOf(h, newSettings(nil).words)[0].lines
	var at []float64
	for _, p := range lines[1].points {
		if !math.IsNaN(p.y) {
			at = append(at, p.x)
		}
	}
	if !slices.Equal(at, []float64{4, 5, 7, 8}) {
		t.Errorf("val_loss is drawn at %v", at)
	}
	f, err := Curves(h)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, f.SVG)
	dashed := regexp.MustCompile(`<path d="(M[^"]*)" fill="none" stroke="[^"]*" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" stroke-dasharray`).FindStringSubmatch(f.SVG)
	if len(dashed) != 2 || strings.Count(dashed[1], "M") != 2 || strings.Count(dashed[1], "L") != 1 {
		t.Errorf("the line of the validation is %q, want one from 4 to 5 and one at 8", dashed)
	}
}

// Of very many epochs a curve shows as many as can be seen, and all that stands out.
func TestThousandsOfEpochs(t *testing.T) {
	const epochs = 41273
	values := make([]float64, epochs)
	for i := range values {
		values[i] = 1 / (1 + float64(i))
	}
	values[20000], values[30000], values[35000], values[40000] = 7, -7, math.NaN(), math.Inf(1)
	h := &nn.History{Seconds: make([]float64, epochs), Series: []nn.Series{{Name: "loss", Values: values}}}
	points := panelsOf(h, portuguese)[0].lines[0].points
	if n := len(points); n < mostPoints/4 || n > mostPoints+mostPoints/4 {
		t.Errorf("%d points", n)
	}
	if !slices.IsSortedFunc(points, func(a, b point) int { return cmp.Compare(a.x, b.x) }) {
		t.Error("the points are not in order")
	}
	for _, i := range []int{0, 20000, 30000, 35000, 40000, epochs - 1} {
		if !slices.ContainsFunc(points, func(p point) bool {
			return p.x == float64(i+1) && (p.y == values[i] || math.IsNaN(p.y) && math.IsNaN(values[i]))
		}) {
			t.Errorf("epoch %d, of loss %v, is not there", i+1, values[i])
		}
	}
	f, err := Curves(h)
	if err != nil || len(f.SVG) > 30_000 {
		t.Errorf("%v; the picture has %d bytes", err, len(f.SVG))
	}

	h = &nn.History{Seconds: make([]float64, 500), Series: []nn.Series{{Name: "loss", Values: values[:500]}}}
	if points := panelsOf(h, portuguese)[0].lines[0].points; len(points) != 500 {
		t.Errorf("of 500 epochs %d are shown", len(points))
	}
}

// A legend that has no room beside its panel's name stands in a row of its own, in the
// picture and in the live chart, with all names whole.
func TestLegendsHaveRoom(t *testing.T) {
	h := &nn.History{Seconds: []float64{1}}
	for _, name := range []string{"loss", "accuracy"} {
		for _, prefix := range []string{"", "train_", "val_"} {
			h.Series = append(h.Series, nn.Series{Name: prefix + name, Values: []float64{0.5}})
		}
	}
	f, err := Curves(h)
	if err != nil {
		t.Fatal(err)
	}
	if texts := strings.Join(wellFormed(t, f.SVG), "|"); strings.Count(texts, "|treino no fim|") != 2 {
		t.Errorf("it reads %s", texts)
	}
	chartOf := func(names ...string) *chart {
		p := panel{name: "perda"}
		for _, n := range names {
			p.lines = append(p.lines, line{name: n, points: []point{{1, 1}, {2, 0.5}}})
		}
		return &chart{words: portuguese, done: -1, xMax: 2, panels: []panel{p, p}}
	}
	two, three := chartOf("treino", "validação"), chartOf("treino", "treino no fim", "validação")
	if two.legendRow() != 0 || three.legendRow() != lineHeight || three.liveHeight() != two.liveHeight()+lineHeight {
		t.Errorf("rows of %d and %d for the legends, charts of %d and %d", two.legendRow(), three.legendRow(), two.liveHeight(), three.liveHeight())
	}
	option, err := three.option()
	var read struct{ Title, Legend, Grid []struct{ Top int } }
	if err != nil || json.Unmarshal(option, &read) != nil {
		t.Fatal(err)
	}
	if title, legend, grid := read.Title[0].Top, read.Legend[0].Top, read.Grid[0].Top; legend < title+lineHeight-2 || grid < legend+lineHeight {
		t.Errorf("the name at %d, its legend at %d, the axes at %d", title, legend, grid)
	}
}

// An axis has a length whatever it is asked to show, and as many ticks as it has room for.
func TestTicksEnd(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range [][2]float64{{0, 0}, {3, 3}, {1, 0}, {-2, -2}, {nan, 1}, {0, nan}, {nan, nan}, {0, inf}, {-inf, inf}, {1e300, 1e300}, {0, 1e-300}, {1e17, 1e17 + 16}} {
		got := ticks(c[0], c[1], 7)
		low, high := extent(c[0], c[1])
		if !(high > low) || len(got) < 2 || len(got) > 9 || got[0] > low+1e-9*max(1, math.Abs(low)) {
			t.Errorf("%v: from %v to %v the ticks %v", c, low, high, got)
		}
	}
	if got := ticks(0, 1, 5); !slices.Equal(got, []float64{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}) {
		t.Errorf("from 0 to 1 %v", got)
	}
	c := &chart{words: portuguese, done: -1, panels: []panel{{name: "perda", lines: []line{{name: "treino", points: []point{{0, 1}}}}}}}
	if svg := c.svg("nada"); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("a chart without a length has %s", svg)
	}
}
