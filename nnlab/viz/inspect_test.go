package viz

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// An MLP 2-2-1 with weights by hand; what it computes is reckoned here by the slides' formulas.
func TestInspectByHand(t *testing.T) {
	m := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Sigmoid), nn.Dense(1, nn.Sigmoid)).Compile(nn.MSE, nn.SGD(0.5))
	for i, v := range [][]float32{{0.15, 0.25, 0.2, 0.3}, {0.35, 0.35}, {0.4, -0.45}, {0.6}} {
		m.Params()[i].Value.Set(v)
	}
	hash := m.WeightHash()
	d := datasets.FromTargets([][]float32{{0.05, 0.1}, {1, 0}}, [][]float32{{0.01}, {1}})
	f, err := Inspect(m, d, 2)
	if err != nil {
		t.Fatal(err)
	}
	if m.WeightHash() != hash {
		t.Error("the model has learned")
	}
	σ := func(net float64) float64 { return 1 / (1 + math.Exp(-net)) }
	h := []float64{σ(0.05*0.15 + 0.1*0.2 + 0.35), σ(0.05*0.25 + 0.1*0.3 + 0.35)}
	net := 0.4*h[0] - 0.45*h[1] + 0.6
	out := σ(net)
	δ := 2 * (out - 0.01) * out * (1 - out)
	δ1 := δ * 0.4 * h[0] * (1 - h[0])
	n := portuguese.exact
	texts := strings.Join(wellFormed(t, f.SVG), "|")
	for _, want := range []string{
		"h₁: net = 0,05·0,15 + 0,1·0,2 + 0,35 = " + n(0.3775) + "; out = σ(0,3775) = " + n(h[0]),
		"o₁: net = " + n(h[0]) + "·0,4 + " + n(h[1]) + "·(−0,45) + 0,6 = " + n(net) + "; out = σ(" + n(net) + ") = " + n(out),
		"o₁: δ = 2·(out − y)·f′(net) = 2·(" + n(out) + " − 0,01)·" + n(out*(1-out)) + " = " + n(δ),
		"h₁→o₁|0,4|" + n(δ) + "·" + n(h[0]) + " = " + n(δ*h[0]) + "|" + n(δ*h[0]) + "|−0,5·" + n(δ*h[0]) + " = " + n(-0.5*δ*h[0]) + "|" + n(0.4-0.5*δ*h[0]),
		"b→o₁|0,6|" + n(δ) + "|" + n(δ) + "|",
		"h₁: δ = f′(net)·Σ δ·w = " + n(h[0]*(1-h[0])) + "·(" + n(δ) + "·0,4) = " + n(δ1),
		"x₂→h₁|0,2|" + n(δ1) + "·0,1 = " + n(δ1*0.1) + "|" + n(δ1*0.1) + "|",
		"fase 1 · fluxo de dados →", "fase 2 · ← fluxo de erros",
	} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q in %s", want, texts)
		}
		if !strings.Contains(f.Alt, strings.Split(want, "|")[0]) {
			t.Errorf("no %q in the words", want)
		}
	}
	scenes := f.alive.given["scenes"].([]scene)
	if len(scenes) != 2 || len(scenes[0].Says) != 9 || strings.Contains(scenes[0].SVG, "<style>") {
		t.Fatalf("%d scenes, %q", len(scenes), scenes[0].Says)
	}
	if !strings.Contains(scenes[0].Says[0], "x₁ = 0,05; x₂ = 0,1; alvo y₁ = 0,01") || !strings.Contains(scenes[0].Says[3], "E = "+n((out-0.01)*(out-0.01))) {
		t.Errorf("%q", scenes[0].Says)
	}
	// The second example finds the weights that the first has left.
	if !strings.Contains(scenes[1].SVG, ">"+n(0.4-0.5*δ*h[0])+"<") {
		t.Error("the second step does not begin where the first has ended")
	}
}

// No cell of the table of weights reaches the one before it, however small the numbers are.
func TestInspectTableHasRoom(t *testing.T) {
	d := datasets.FromSlices([][]float32{{1e-4, -0.5123}, {0.3333, 1.5}}, []int{0, 2})
	m := nn.Sequential(nn.Input(2), nn.Dense(3, nn.Sigmoid), nn.Dense(2, nn.Tanh), nn.Dense(3, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.01, nn.Momentum(0.9)), nn.Seed(3))
	examples, err := inspect(m, d, 2)
	if err != nil {
		t.Fatal(err)
	}
	longer := 0
	for i := range examples {
		for _, l := range append(examples[i].lines(portuguese), examples[i].lines(english)...) {
			longer += len(l.more)
			if l.cells == nil {
				continue
			}
			width := func(s string) float64 { return textWidth(s, small) }
			if l.heading {
				width = boldWidth
			}
			for k := 1; k < len(l.cells); k++ {
				from := inspectColumns[k-1]
				if k == 1 {
					from += width(l.cells[0])
				}
				if width(l.cells[k]) > inspectColumns[k]-from {
					t.Errorf("%q reaches %q", l.cells[k], l.cells[k-1])
				}
			}
		}
	}
	if longer == 0 {
		t.Error("no formula is too long for its cell: the test says nothing")
	}
}

// Whatever the functions and the loss, differences give what back-propagation does, and each
// formula gives what stands behind its equals sign.
func TestInspectAddsUp(t *testing.T) {
	classes := datasets.FromSlices([][]float32{{0.5, -1, 2}, {1, 0.3, -0.4}, {-1, 0.2, 0.1}}, []int{0, 2, 1})
	numbers := datasets.FromTargets([][]float32{{0.5, -1, 2}, {1, 0.3, -0.4}, {-1, 0.2, 0.1}}, [][]float32{{1, 0, 2}, {0, 1, 1}, {0, 0, 1}})
	for name, c := range map[string]struct {
		m *nn.Model
		d nn.Data
	}{
		"softmax": {nn.Sequential(nn.Input(3), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.LeakyReLU), nn.Dense(3, nn.Softmax)).
			Compile(nn.CategoricalCrossentropy, nn.SGD(0.1, nn.Momentum(0.9)), nn.Seed(2)), classes},
		"smooth": {nn.Sequential(nn.Input(3), nn.Dense(3, nn.Softmax)).
			Compile(nn.CategoricalCrossentropy.LabelSmoothing(0.1), nn.Adam(0.01)), classes},
		"mse": {nn.Sequential(nn.Input(3), nn.Dense(2, nn.ELU, nn.NoBias()), nn.Dense(3)).Compile(nn.MSE, nn.SGD(0.05), nn.Seed(4)), numbers},
	} {
		all, err := inspect(c.m, c.d, 3)
		if err != nil {
			t.Fatal(name, err)
		}
		for i := range all {
			for j := range all[i].layers {
				l := &all[i].layers[j]
				for _, p := range []inspectedParam{l.kernel, l.bias} {
					for k, g := range p.gradient {
						if math.Abs(g-p.slope[k]) > 1e-5 {
							t.Errorf("%s: ∂E/∂w %v, by differences %v", name, g, p.slope[k])
						}
					}
				}
				for _, r := range all[i].rows(portuguese, l) {
					adds(t, name, r[2])
					adds(t, name, r[4])
				}
			}
			wellFormed(t, all[i].draw(portuguese, true).end())
		}
		if last := all[2].layers[len(all[2].layers)-1]; name == "smooth" && !strings.Contains(all[2].backward(portuguese, &last, nil, 0), ": δ = ∂E/∂net = ") {
			t.Error("a formula that is not that of the loss")
		}
	}
}

// adds holds "0,5·(−0,2) + 0,1·2 = 0,1" against itself, in the digits that it has.
func adds(t *testing.T, name, formula string) {
	t.Helper()
	left, right, ok := strings.Cut(formula, " = ")
	if !ok || strings.Contains(formula, "10") { // a number alone, or one with a power
		return
	}
	sum := 0.
	for _, term := range strings.Split(left, " + ") {
		product := 1.
		for _, f := range strings.Split(term, "·") {
			product *= parse(t, f)
		}
		sum += product
	}
	if got := parse(t, right); math.Abs(sum-got) > 0.01*math.Abs(got)+1e-4 {
		t.Errorf("%s: %s, but the left side is %v", name, formula, sum)
	}
}

func parse(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.NewReplacer("(", "", ")", "", "−", "-", ",", ".").Replace(s), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
