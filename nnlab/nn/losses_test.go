package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// lossesByName are the losses that testdata/keras_losses.py computed.
func lossesByName() map[string]Loss {
	all := map[string]Loss{}
	for _, l := range []Loss{MSE, MAE, Huber(1), Huber(0.3), BinaryCrossentropy, BinaryCrossentropy.LabelSmoothing(0.2),
		BinaryCrossentropyFromLogits, CategoricalCrossentropy, CategoricalCrossentropy.LabelSmoothing(0.1),
		CategoricalCrossentropyFromLogits, SparseCategoricalCrossentropy, Hinge, KLDivergence, PerceptronLoss} {
		all[l.String()] = l
	}
	return all
}

// TestGoldenLosses holds every loss against real Keras: the loss of each row, and
// the gradient with respect to the net input of the activation function before
// it, apart and, where the loss takes the function over, joined.
func TestGoldenLosses(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, Activation string
			Shape            []int
			T                []float32
			Losses, DZ       []float64
		}
	}
	readGoldenFile(t, "keras_losses.json", &file)
	seen, byName := map[string]bool{}, lossesByName()
	for _, c := range file.Cases {
		seen[c.Name] = true
		l, ok := byName[c.Name]
		if !ok {
			t.Fatalf("no loss %q", c.Name)
		}
		f := activationNamed(t, c.Activation)
		for _, b := range []backend.Backend{ref.New(), cpu.New()} {
			tolerance := 1e-5
			if b.Name() == "ref" {
				tolerance = 1e-6
			}
			rows, size := c.Shape[0], c.Shape[0]*c.Shape[1]
			z, target := tensor.Of(b, formula(100, size, 3), c.Shape...), tensor.Of(b, c.T, c.Shape...)
			y, dz, losses := tensor.New(b, c.Shape...), tensor.New(b, c.Shape...), tensor.New(b, rows)
			if l.smoothing != 0 {
				soft := tensor.New(b, c.Shape...)
				l.smooth(target, soft)
				target = soft
			}
			check := func(form string) {
				t.Helper()
				if !near(losses.Values(), c.Losses, tolerance) || !near(dz.Values(), c.DZ, tolerance) {
					t.Errorf("%s %s of %v on %s, %s:\nlosses %v, want %v\n∂E/∂z %v, want %v", c.Name, c.Activation, c.Shape, b.Name(), form,
						losses, c.Losses, dz, c.DZ)
				}
			}
			f.apply(z, y)
			l.compute(y, target, losses, dz)
			f.backward(y, dz, dz)
			check("apart")
			if joined, ok := l.takesOver(f); ok {
				joined.compute(z, target, losses, dz)
				check("joined")
			}
		}
	}
	if len(seen) != len(byName) {
		t.Errorf("%d losses of %d in the file", len(seen), len(byName))
	}
}

// TestGradLosses holds the whole way from the loss to the parameters against
// finite differences, for every loss, apart and joined.
func TestGradLosses(t *testing.T) {
	for _, l := range lossesByName() {
		d, units := Data(vectors(8, 5)), 2
		if l.ofClasses() {
			d, units = clouds(8, 5), 3
		} else if l.ofSides() {
			d = sides(8, 5)
		}
		for _, f := range []ActivationFunction{Linear, Sigmoid, Softmax} {
			_, joins := l.takesOver(f)
			if l.check(f) != nil || f == Linear && !l.logits && slices.Contains([]backend.LossKind{backend.BinaryCrossentropy,
				backend.CategoricalCrossentropy, backend.KLDivergence}, l.function.Kind) {
				continue // it wants net inputs, or probabilities
			}
			forms := []Loss{l}
			if joins {
				forms = append(forms, l.Unfused())
			}
			for _, l := range forms {
				t.Run(fmt.Sprint(l, " ", f), func(t *testing.T) {
					checkGrad(t, d, l, Input(5), Dense(4, Tanh), Dense(units, f))
				})
			}
		}
	}
}

// A sigmoid that has reached 1 in float32 has no gradient any more; joined with
// the loss it has one.
func TestUnfusedSaturates(t *testing.T) {
	for _, c := range []struct {
		loss    Loss
		f       ActivationFunction
		z, t    []float32
		e, held float64
	}{
		{BinaryCrossentropy, Sigmoid, []float32{40}, []float32{0}, 40, 16.118096},
		{CategoricalCrossentropy, Softmax, []float32{40, 0}, []float32{0, 1}, 40, 16.118096},
	} {
		b, n := cpu.New(), len(c.z)
		z, target := tensor.Of(b, c.z, 1, n), tensor.Of(b, c.t, 1, n)
		y, dz, losses := tensor.New(b, 1, n), tensor.New(b, 1, n), tensor.New(b, 1)
		joined, ok := c.loss.takesOver(c.f)
		if _, apart := c.loss.Unfused().takesOver(c.f); !ok || apart {
			t.Fatal("only the plain loss can be joined")
		}
		joined.compute(z, target, losses, dz)
		if got := losses.Values()[0]; got != float32(c.e) || dz.Values()[0] != 1 {
			t.Errorf("%v joined: loss %v, gradient %v, want %v and 1", c.loss, got, dz, c.e)
		}
		c.f.apply(z, y)
		c.loss.compute(y, target, losses, dz)
		c.f.backward(y, dz, dz)
		if got := float64(losses.Values()[0]); math.Abs(got-c.held) > 1e-3 || dz.Values()[0] != 0 {
			t.Errorf("%v apart: loss %v, gradient %v, want %v and 0", c.loss, got, dz, c.held)
		}
	}
}

// Smoothed labels are for the loss alone: metrics see the classes.
func TestLabelSmoothing(t *testing.T) {
	d := clouds(30, 6)
	m := Sequential(Input(6), Dense(3, Softmax)).Compile(CategoricalCrossentropy.LabelSmoothing(0.1), SGD(0.1), Accuracy, BinaryAccuracy)
	logs, err := m.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := logs.Get("binary_accuracy"); got == 0 {
		t.Errorf("binary accuracy %v: the targets it sees are not 0 and 1", got)
	}
	batch := training(t, m, d, 30)
	take(t, batch, ascending(30))
	hard, soft := batch.goals[0].target.Values(), batch.goals[0].soft.Values()
	for i, v := range hard {
		if want := 0.9*v + 0.1/3; v != 0 && v != 1 || soft[i] < want-1e-6 || soft[i] > want+1e-6 {
			t.Fatalf("target %v became %v, want %v", v, soft[i], want)
		}
	}
}

// Own functions are run on random numbers when the model is compiled.
func TestFuncLoss(t *testing.T) {
	mse := FuncLoss("own", func(y, t []float64) float64 {
		e := 0.0
		for i := range y {
			e += (y[i] - t[i]) * (y[i] - t[i]) / float64(len(y))
		}
		return e
	}, func(y, t, dy []float64) {
		for i := range y {
			dy[i] = 2 * (y[i] - t[i]) / float64(len(y))
		}
	})
	build := func(l Loss) *Model {
		return Sequential(Input(5), Dense(4, Tanh), Dense(2, Sigmoid)).Compile(l, SGD(0.5))
	}
	own, built := build(mse), build(MSE)
	for _, m := range []*Model{own, built} {
		if _, err := m.Fit(vectors(20, 5), Epochs(3), BatchSize(6), Verbose(false)); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := own.History().Last("loss")
	b, _ := built.History().Last("loss")
	if math.Abs(a/b-1) > 1e-5 {
		t.Errorf("the loss is %v, that of MSE %v", a, b)
	}
	if _, err := GradCheck(own, vectors(8, 5)); err != nil {
		t.Error(err)
	}
	nothing := func(y, t, dy []float64) {}
	for want, l := range map[string]Loss{
		"expects ∂E/∂y[0] = ":       FuncLoss("wrong", mse.own.f, nothing),
		"expects a function of y":   FuncLoss("short", func(y, t []float64) float64 { return y[2] }, nothing),
		"expects a loss that is":    FuncLoss("log", func(y, t []float64) float64 { return math.Log(-y[0]) }, nothing),
		"expects a function and it": FuncLoss("nil", nil, nil),
	} {
		if err := build(l).Err(); err == nil || !strings.Contains(err.Error(), "Compile: the loss of layer 3 (Dense 2): "+want) {
			t.Errorf("%v: got %v, want %q", l, err, want)
		}
	}
}

// What is wrong with a loss is said at Compile.
func TestLossRefusals(t *testing.T) {
	for want, c := range map[string]struct {
		loss Loss
		f    ActivationFunction
	}{
		"expects a δ above 0, got -1":                      {Huber(-1), Linear},
		"expects a cross-entropy when labels":              {MSE.LabelSmoothing(0.1), Linear},
		"expects a label smoothing of 0 or more and below": {CategoricalCrossentropy.LabelSmoothing(1), Softmax},
		"expects a last layer without softmax":             {CategoricalCrossentropyFromLogits, Softmax},
		"expects a last layer without sigmoid":             {BinaryCrossentropyFromLogits, Sigmoid},
	} {
		if err := Sequential(Input(5), Dense(2, c.f)).Compile(c.loss, SGD(0.1)).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// The summary and the layers tell what was written, though the loss computes the
// sigmoid.
func TestTakenOver(t *testing.T) {
	m := Sequential(Input(5), Dense(1, Sigmoid)).Compile(BinaryCrossentropy, SGD(0.1))
	if s := m.String(); !strings.Contains(s, "BinaryCrossentropy joined with the sigmoid before it") {
		t.Error(s)
	}
	if r := m.Layers()[1].Recipe; r != "Dense(1, sigmoid)" {
		t.Error(r)
	}
	y, err := m.Predict(vectors(4, 5))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range y.Values() {
		if v <= 0 || v >= 1 {
			t.Errorf("answers %v", v)
		}
	}
}
