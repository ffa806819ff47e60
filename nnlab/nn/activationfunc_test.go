package nn

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

func softplus() ActivationFunction {
	return ActivationFunc("softplus", func(net float64) float64 { return math.Log1p(math.Exp(net)) },
		func(net float64) float64 { return 1 / (1 + math.Exp(-net)) })
}

// ownTanh is the function of the package once more.
func ownTanh() ActivationFunction {
	return ActivationFunc("my tanh", math.Tanh, func(net float64) float64 { return 1 - math.Tanh(net)*math.Tanh(net) })
}

// A function that is written in a cell does in every layer that takes one what the same
// function of the package does.
func TestActivationFuncIsLikeAnother(t *testing.T) {
	make := func(f ActivationFunction, b backend.Backend) *Model {
		return Sequential(Input(6, 6, 2), Conv2D(4, 3, Same, f), DepthwiseConv2D(3, f), Subsampling(2, f), Conv2DTranspose(3, 2, f),
			Activation(f), Flatten(), Dense(5, f), Shared(Dense(5, f)), Dense(3, f)).Compile(MSE, SGD(0.1, Momentum(0.5)), On(b))
	}
	d := clouds(12, 6, 6, 2)
	for i := range d.y {
		d.y[i] = []float32{d.y[i][0] - 1, 0.5, -0.5}
	}
	d.classes = 0
	for b, tolerance := range map[backend.Backend]float64{ref.New(): 1e-9, cpu.New(): 1e-4} {
		own, usual := make(ownTanh(), b), make(Tanh, b)
		for _, m := range []*Model{own, usual} {
			if _, err := m.Fit(d, Epochs(3), BatchSize(4), Verbose(false)); err != nil {
				t.Fatal(err)
			}
		}
		for i, p := range own.Params() {
			got, want := new(onHost).read(p.Value), new(onHost).read(usual.Params()[i].Value)
			for j := range got {
				if math.Abs(got[j]-want[j]) > tolerance {
					t.Fatalf("%s: number %d of %s is %v, want %v", b.Name(), j, p.Name, got[j], want[j])
				}
			}
		}
	}
}

// Recomputed, observed, or copied into two models, it keeps the net input that belongs to its
// place.
func TestActivationFuncKeepsItsNet(t *testing.T) {
	d := clouds(12, 6)
	shared := Shared(Dense(4, softplus()))
	layers := []Layer{Input(6), Dense(4, softplus()), Block("a", Chain(shared, Activation(softplus()))), Block("b", Chain(shared, Dense(4, softplus()))), Dense(3, Softmax)}
	hash := func(o ...FitOption) string {
		m := Sequential(layers...).Compile(CategoricalCrossentropy, SGD(0.1))
		if _, err := m.Fit(d, append(o, BatchSize(5), Epochs(2), Verbose(false))...); err != nil {
			t.Fatal(err)
		}
		return m.WeightHash()
	}
	seen := 0
	watched := hash(Observe(func(o *Observation) {
		if o.Phase != FeedForward || o.Net == nil || !strings.Contains(o.Layer.Recipe, "softplus") {
			return
		}
		seen++
		net, out := o.Net.Values(), o.Out.Values()
		for i := range net {
			if want := math.Log1p(math.Exp(float64(net[i]))); math.Abs(float64(out[i])-want) > 1e-6 {
				t.Fatalf("%s: f(%v) = %v, want %v", o.Layer.Name, net[i], out[i], want)
			}
		}
	}))
	if plain := hash(); plain != hash(Recompute("a", "b")) || plain != watched || seen == 0 {
		t.Errorf("other weights when it is recomputed or observed (%d times)", seen)
	}
}

// GradCheck proves the derivative at the numbers of a model, where it may be wrong though it
// is right at those that Compile tries.
func TestActivationFuncDerivative(t *testing.T) {
	d := vectors(8, 3)
	m := func(f ActivationFunction) *Model {
		return Sequential(Input(3), Dense(4, f), Dense(2)).Compile(MSE, SGD(0.1))
	}
	if report, err := GradCheck(m(softplus()), d); err != nil || len(report) != 4 || report[0].Checked == 0 {
		t.Errorf("%v, %v", report, err)
	}
	square := func(net float64) float64 { return net * net }
	for want, derivative := range map[string]func(float64) float64{
		"f'(-1.79) = -3.57101 of square, as differences of f give, got -1.78551 from its derivative; look for a wrong sign or a forgotten factor in the derivative, which is one of net": func(net float64) float64 { return net },
		"got 3.57101 from its derivative": func(net float64) float64 { return -2 * net },
		"got NaN from its derivative":     func(net float64) float64 { return math.NaN() },
	} {
		for _, err := range []error{m(ActivationFunc("square", square, derivative)).Err(), func() error {
			_, err := GradCheck(m(ActivationFunc("square", square, derivative)), d)
			return err
		}()} {
			if err == nil || !strings.Contains(err.Error(), "layer 2 (Dense 4): expects f'(") || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
	far := ActivationFunc("far", square, func(net float64) float64 {
		if math.Abs(net) > 50 {
			return net
		}
		return 2 * net
	})
	for i := range d.x {
		for j := range d.x[i] {
			d.x[i][j] *= 300
		}
	}
	if _, err := GradCheck(m(far), d); err == nil || !strings.Contains(err.Error(), "GradCheck: expects relative errors up to 1e-05, got dense/kernel (") {
		t.Errorf("got %v", err)
	}
}

func TestActivationFuncRefuses(t *testing.T) {
	one := func(float64) float64 { return 1 }
	zero := func(float64) float64 { return 0 }
	for want, f := range map[string]ActivationFunction{
		"layer 2 (Dense 3): expects an activation function and its derivative, got nil":                                              ActivationFunc("half", math.Tanh, nil),
		`a name of its own for an activation function, got "relu"; write nn.ActivationFunc("my relu", …)`:                            ActivationFunc("relu", math.Tanh, one),
		`a name of its own for an activation function, got ""`:                                                                       ActivationFunc("", math.Tanh, one),
		"an activation function that gives numbers, got NaN or an infinity of hole":                                                  ActivationFunc("hole", func(float64) float64 { return math.NaN() }, one),
		"an f and a derivative that take any number, got a panic: runtime error: index out of range":                                 ActivationFunc("table", func(net float64) float64 { return []float64{}[int(net*0)] }, one),
		"an activation function with a slope to learn by, got flat, whose derivative is 0: no gradient reaches the weights of dense": ActivationFunc("flat", one, zero),
	} {
		if err := Sequential(Input(3), Dense(3, f)).Compile(MSE, SGD(0.1)).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// It is no data: files and variables name it, and nn.Keep keeps the model.
func TestActivationFuncIsNoData(t *testing.T) {
	d := vectors(8, 3)
	make := func() *Model { return Sequential(Input(3), Dense(4, softplus()), Dense(2)).Compile(MSE, SGD(0.1)) }
	m := make()
	const want = "layer 2 (Dense 4): expects what can be written to a file, got the Go function softplus; keep the model by nn.Keep"
	_, asJSON := json.Marshal(m)
	_, asVariable := m.KeepVariable()
	_, asLayer := NewLayer(Activation(softplus()).(Configured).Config())
	for name, err := range map[string]error{"JSON": asJSON, "a variable": asVariable} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if asLayer == nil || !strings.Contains(asLayer.Error(), "Activation with the Go function softplus; make the layer by its constructor") {
		t.Errorf("got %v", asLayer)
	}
	path := t.TempDir() + "/m"
	if _, err := m.Fit(d, Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := LoadModel(path).Err(); err == nil || !strings.Contains(err.Error(), "softplus") {
		t.Errorf("got %v", err)
	}
	again := make()
	if err := again.Load(path); err != nil || again.WeightHash() != m.WeightHash() {
		t.Errorf("got %v, or other weights", err)
	}
	if got, want := Dense(4, softplus()).String(), "Dense(4, softplus)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
