package viz

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

func TestHistogram(t *testing.T) {
	nan := float32(math.NaN())
	h := newHistogram([]float32{-1, -0.99, 0.01, 1, nan})
	if h.lo != -1 || h.hi != 1 || h.counts[0] != 2 || h.counts[bins/2] != 1 || h.counts[bins-1] != 1 || h.left != 1 {
		t.Errorf("%+v", h)
	}
	for _, values := range [][]float32{nil, {0, 0}, {3}, {nan}} {
		if h := newHistogram(values); !(h.lo < h.hi) {
			t.Errorf("%v: %+v", values, h)
		}
	}
	m := nn.Sequential(nn.Input(2), nn.Dense(3, nn.Tanh), nn.BatchNorm(), nn.Dense(1)).Compile(nn.MSE, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{-2, -2, -2, 0, 0, 4})
	f, err := Histograms(m)
	if err != nil {
		t.Fatal(err)
	}
	texts := wellFormed(t, f.SVG)
	if !slices.Contains(texts, "dense/kernel") || !slices.Contains(texts, "−2") || !slices.Contains(texts, "4") || !slices.Contains(texts, "pesos w") || !slices.Contains(texts, "w · ↑ quantos") || !slices.Contains(texts, "0") {
		t.Errorf("texts %q", texts)
	}
	e, err := Histograms(m, English())
	if err != nil || !strings.HasPrefix(e.Alt, "histograms; dense/kernel, weights w: −2 to 4, mean −0.333; dense/bias, weights w: 0 to 0, mean 0") {
		t.Errorf("%v, %q", err, e.Alt)
	}
}

// A model that knows the answer: class 1 where x > y, by one sigmoid and by two
// softmax classes.
func TestDecisionBoundary(t *testing.T) {
	x := [][]float32{{0, 1}, {1, 0}, {-1, 0.5}}
	one := nn.Sequential(nn.Input(2), nn.Dense(1, nn.Sigmoid)).Compile(nn.MSE, nn.SGD(0.1))
	one.Params()[0].Value.Set([]float32{9, -9})
	two := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	two.Params()[0].Value.Set([]float32{0, 9, 0, -9})
	for _, c := range []struct {
		m *nn.Model
		d nn.Data
	}{
		{one, datasets.FromTargets(x, [][]float32{{0}, {1}, {0}})},
		{two, datasets.FromSlices(x, []int{0, 1, 0})},
	} {
		p := plane{Data: c.d, lo: [2]float64{-1, 0}, hi: [2]float64{1, 1}}
		answers, err := c.m.Classify(p)
		if err != nil {
			t.Fatal(err)
		}
		for i := range side * side {
			x, y := p.at(i)
			want := 0
			if x > y {
				want = 1
			}
			if a := answers[i]; a.Class != want {
				t.Fatalf("class %d at (%v, %v)", a.Class, x, y)
			}
		}
		b := &boundary{settings: newSettings(nil), data: c.d}
		f, err := b.draw(c.m, 3)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, f.SVG)
		// 71 of 100 cells of the plane lie above x = y; the legend has two points more.
		if !strings.HasPrefix(f.Alt, "regiões de decisão · época 3; x₁: −1,2 a 1,2; ") || !strings.Contains(f.Alt, "; classe 0 · 71\u00a0% no plano, centro (") || !strings.Contains(f.Alt, "; classe 1 · 29\u00a0% no plano, centro (") || !strings.HasSuffix(f.Alt, "; 3 de 3 exemplos na região de sua classe") ||
			strings.Count(f.SVG, "<circle") != 3+2 || strings.Count(f.SVG, `style="fill:`+orange) != 1+1 {
			t.Errorf("%q, %d points", f.Alt, strings.Count(f.SVG, "<circle"))
		}
	}
	bad := &boundary{settings: newSettings(nil), data: datasets.FromSlices([][]float32{{1, 2, 3}}, []int{0})}
	if _, err := bad.draw(one, 1); err == nil || !strings.Contains(err.Error(), "two numbers") {
		t.Errorf("three numbers an example gave %v", err)
	}
}

// Looking changes nothing: the same weights with and without.
func TestDecisionBoundaryLeavesTraining(t *testing.T) {
	d := datasets.FromSlices([][]float32{{0, 1}, {1, 0}, {-1, 0.5}, {1, 1}}, []int{0, 1, 0, 1})
	var hashes []string
	for _, look := range []bool{false, true} {
		m := nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Seed(3))
		b := &boundary{settings: newSettings(nil), data: d}
		_, err := m.Fit(d, nn.Epochs(3), nn.BatchSize(2), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
			if look && (e.Phase == nn.BatchEnd || e.Phase == nn.EpochEnd) {
				if _, err := b.draw(e.Model, e.Epoch); err != nil {
					t.Error(err)
				}
			}
		})))
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, m.WeightHash())
	}
	if hashes[0] != hashes[1] {
		t.Error("the figure has changed the training")
	}
}
