package viz

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/nn"
)

func TestFunctions(t *testing.T) {
	f, err := Functions(-1, 1, Function{"x", func(x float64) float64 { return x }}, Function{"1/x", func(x float64) float64 { return 1 / x }})
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Join(wellFormed(t, f.SVG), "|")
	for _, want := range []string{"−1|", "−0,5", "|0|", "0,5", "|1|", "1/x", "f(x)"} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q among %s", want, texts)
		}
	}
	y := heights(t, f.SVG, 0)
	if n := len(y); n != samples || math.Abs(y[0]+y[n-1]-y[n/2]-y[n/2-1]) > 0.3 {
		t.Errorf("%d points from %v to %v: no straight line", n, y[0], y[n-1])
	}
	e, err := English().Functions(0, 1, Function{"x", math.Abs})
	if err != nil || !strings.Contains(strings.Join(wellFormed(t, e.SVG), "|"), "0.2") {
		t.Errorf("in English: %v", err)
	}
	for _, bad := range [][2]float64{{1, 1}, {2, 1}, {math.NaN(), 1}, {0, math.Inf(1)}} {
		if _, err := Functions(bad[0], bad[1], Function{"x", math.Abs}); err == nil {
			t.Errorf("%v gave no error", bad)
		}
	}
}

// The two branches cross at h = 1/2 with the loss log 2.
func TestLossCurves(t *testing.T) {
	f, err := LossCurves()
	if err != nil {
		t.Fatal(err)
	}
	one, zero := heights(t, f.SVG, 0), heights(t, f.SVG, 1)
	axis := float64(4 + lineHeight + panelHeight - marginFoot)
	if len(one) != samples || len(zero) != samples {
		t.Fatalf("%d and %d points", len(one), len(zero))
	}
	for i := range one {
		if math.Abs(one[i]-zero[samples-1-i]) > 0.11 {
			t.Errorf("point %d: %v is not the mirror of %v", i, one[i], zero[samples-1-i])
		}
	}
	// log 2 / (−log(1/800)) is the middle's part of the first point's height.
	if got, want := (axis-one[samples/2])/(axis-one[0]), math.Log(2)/math.Log(2*samples); math.Abs(got-want) > 0.003 {
		t.Errorf("the middle is at %.4f of the first, want %.4f", got, want)
	}
}

func TestActivationCurves(t *testing.T) {
	for _, c := range []struct {
		f        nn.ActivationFunction
		f0, df   func(x float64) float64
		distance float64
	}{
		{nn.Tanh, math.Tanh, func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }, 2e-4},
		{nn.LeakyReLU, func(x float64) float64 { return max(0.1*x, x) }, func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return 0.1
		}, 2e-4},
		{nn.ActivationFunc("gauss", func(x float64) float64 { return math.Exp(-x * x) }, func(x float64) float64 { return -2 * x * math.Exp(-x*x) }), // a student's own
			func(x float64) float64 { return math.Exp(-x * x) }, func(x float64) float64 { return -2 * x * math.Exp(-x*x) }, 2e-4},
		{nn.Step, func(x float64) float64 { return (1 + math.Copysign(1, x)) / 2 }, func(float64) float64 { return 0 }, 1e-9},
	} {
		value, slope, err := activation(c.f)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range value {
			if math.Abs(p.y-c.f0(p.x)) > 1e-6 || math.Abs(slope[i].y-c.df(p.x)) > c.distance {
				t.Errorf("%v at %v: %v and %v, want %v and %v", c.f, p.x, p.y, slope[i].y, c.f0(p.x), c.df(p.x))
			}
		}
	}
	f, err := ActivationCurves(nn.Step, nn.Sigmoid, nn.Tanh, nn.ReLU)
	if err != nil {
		t.Fatal(err)
	}
	if texts := strings.Join(wellFormed(t, f.SVG), "|"); strings.Count(texts, "f′") != 4 || !strings.Contains(texts, "sigmoid") {
		t.Errorf("texts %s", texts)
	}
	if !strings.Contains(f.SVG, fmt.Sprintf(`width="%d" height="%d"`, widest, 2*panelHeight)) { // two rows of two
		t.Error("four panels in one row")
	}
	option, err := f.interactive.option()
	if err != nil || strings.Count(string(option), `"gridIndex":3`) != 2 {
		t.Errorf("the interactive form has not four panels: %v", err)
	}
	if _, err := ActivationCurves(nn.Softmax); err == nil {
		t.Error("the softmax gave no error")
	}
}

func TestFractions(t *testing.T) {
	for name, want := range map[string]bool{"accuracy": true, "val_precision": true, "recall": true, "f1_score": true, "main_auc": true,
		"top_5_accuracy": true, "top_k_categorical_accuracy": true, "loss": false, "r2_score": false, "mean_absolute_error": false} {
		if isFraction(name) != want {
			t.Errorf("%s: fraction %v", name, !want)
		}
	}
}

func TestFiltersLeftOut(t *testing.T) {
	m := nn.Sequential(nn.Input(2, 2, 1), nn.Conv2D(64, 1), nn.Flatten()).Compile(nn.MSE, nn.SGD(0.1))
	f, err := Filters(m, "conv2d")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.Alt, "· 60 de 64") || !strings.Contains(strings.Join(wellFormed(t, f.SVG), "|"), "60 de 64") {
		t.Errorf("got %q", f.Alt)
	}
}

// What a model measures has a name in the reader's language, and the output's.
func TestNamesOfQuantities(t *testing.T) {
	for quantity, want := range map[string][2]string{
		"loss":                     {"perda", "loss"},
		"mean_absolute_error":      {"erro absoluto médio", "mean absolute error"},
		"binary_accuracy":          {"acurácia binária", "binary accuracy"},
		"top_5_accuracy":           {"acurácia top-5", "top-5 accuracy"},
		"aux_2_top_3_accuracy":     {"aux_2: acurácia top-3", "aux_2: top-3 accuracy"},
		"aux_loss":                 {"aux: perda", "aux: loss"},
		"dense_1_binary_accuracy":  {"dense_1: acurácia binária", "dense_1: binary accuracy"},
		"a_student_s_own_quantity": {"a student s own quantity", "a student s own quantity"},
	} {
		if p, e := portuguese.name(quantity), english.name(quantity); p != want[0] || e != want[1] {
			t.Errorf("%s: %q and %q, want %q", quantity, p, e, want)
		}
	}
}

// Who does not see a curve reads where it begins and ends, and how low and high it goes.
func TestFunctionsInWords(t *testing.T) {
	figure := func(f *Figure, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return f.Alt
	}
	for words, wants := range map[string][]string{
		figure(Functions(-2, 2, Function{"x²", func(x float64) float64 { return x * x }}, Function{"1/x", func(x float64) float64 { return 1 / x }})): {
			"x², 1/x; −2 ≤ x ≤ 2; x²: f(−2) = 4, f(0) = 0, f(2) = 4, 2,5·10⁻⁵ a 3,98; 1/x: f(−2) = −0,5, f(0) = +∞, f(2) = 0,5, −200 a 200"},
		figure(English().Functions(-1, 1, Function{"√", math.Sqrt}, Function{"nowhere", func(float64) float64 { return math.NaN() }})): {
			"√: f(0) = 0, f(1) = 1, 0.05 to 0.999; nowhere: –"},
		figure(LossCurves()):                          {"f(0) = +∞, f(0,5) = 0,693, f(1) = 0,"},
		figure(ActivationCurves(nn.Sigmoid, nn.ReLU)): {"sigmoid: f 0,00678 a 0,993, f′ 0,00673 a 0,25; ", "relu: f 0 a 4,99, f′ 0 a 1"},
	} {
		for _, want := range wants {
			if !strings.Contains(words, want) {
				t.Errorf("no %q in %q", want, words)
			}
		}
	}
}
