package nn

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// again is the model that another program makes of a model's JSON.
func again(t *testing.T, m *Model) *Model {
	t.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	n := FromJSON(text)
	if err := n.Err(); err != nil {
		t.Fatalf("%v, of %s", err, text)
	}
	return n
}

// A model that was made of its JSON draws the same weights and learns to the same
// bits: for graphs of every kind of layer.
func TestModelJSON(t *testing.T) {
	d := clouds(14, 4, 4, 3)
	multi := Multi{X: []Data{d, d}, Y: []Data{d, d}}
	for seed := range uint64(40) {
		m := randomGraph(seed)
		n := again(t, m)
		if a, b := m.WeightHash(), n.WeightHash(); a != b {
			t.Fatalf("graph %d: other weights", seed)
		}
		for _, m := range []*Model{m, n} {
			if _, err := m.Fit(multi, BatchSize(7), Verbose(false)); err != nil {
				t.Fatal(err)
			}
		}
		if m.WeightHash() != n.WeightHash() || m.String() != n.String() {
			t.Fatalf("graph %d: other weights after a step, or another summary:\n%v\n%v", seed, m, n)
		}
	}
}

// Names, blocks, shared layers, losses and all that Compile can be told survive.
func TestModelJSONKeepsCompile(t *testing.T) {
	in := Input(4, 4, 3)
	x := in.Then(residual("b1", 3), Block("stage", Chain(residual("b1", 3), MaxPool2D(2))), Flatten())
	twice := Shared(Dense(12, Tanh))
	y := x.Then(twice, twice, Named("answer", Dense(3, Softmax)))
	aux := x.Then(Dense(1)).Named("aux")
	make := func(o Optimizer, options ...CompileOption) *Model {
		return Graph(Inputs(in), Outputs(y, aux)).Compile(MSE, o, options...)
	}
	for _, m := range []*Model{
		make(SGD(0.1, Momentum(0.9), Nesterov()), Losses(CategoricalCrossentropy.LabelSmoothing(0.1), Huber(2)), LossWeights(1, 0.3), ClipNorm(2), Seed(7)),
		make(RMSprop(0.01, Rho(0.8), Momentum(0.5)), GlobalClipNorm(3), Accuracy, TopK(2), Precision),
		make(Adam(0.01, Betas(0.8, 0.9), EpsilonOf(1e-3)), Losses(CategoricalCrossentropy.Unfused(), Hinge), ClipValue(0.1)),
		make(AdamW(0.01, WeightDecay(0.1)), F1, AUC), make(Nadam(0.01), R2, MeanAbsoluteError, Recall, BinaryAccuracy),
		make(Adagrad(0.1, InitialAccumulator(0.3))), Graph(Inputs(in), Outputs(y)).Compile(NoLoss, SGD(1)), make(Adadelta(0.7, Rho(0.9))),
	} {
		n := again(t, m)
		a, _ := json.Marshal(m)
		b, _ := json.Marshal(n)
		if string(a) != string(b) || m.String() != n.String() {
			t.Errorf("%s\nbecame\n%s\n%v\n%v", a, b, m, n)
		}
		names := func(m *Model) (all []string) {
			for _, p := range m.Params() {
				all = append(all, p.Name)
			}
			return all
		}
		if !slices.Equal(names(m), names(n)) {
			t.Errorf("parameters %q became %q", names(m), names(n))
		}
	}
}

// A saved model is loaded without its constructors, and its training goes on as if it
// had never stopped.
func TestLoadModel(t *testing.T) {
	d := clouds(20, 4, 4, 3)
	m := blocks()
	path := t.TempDir() + "/m.safetensors"
	fit := func(m *Model, epochs int) {
		t.Helper()
		if _, err := m.Fit(d, Epochs(epochs), BatchSize(6), Verbose(false)); err != nil {
			t.Fatal(err)
		}
	}
	fit(m, 2)
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	n := LoadModel(path)
	if err := n.Err(); err != nil {
		t.Fatal(err)
	}
	if n.History().Epochs() != 2 {
		t.Errorf("%d epochs", n.History().Epochs())
	}
	fit(m, 1)
	fit(n, 1)
	if m.WeightHash() != n.WeightHash() {
		t.Error("other weights after one epoch more")
	}
}

func TestLoadModelRefuses(t *testing.T) {
	dir := t.TempDir()
	m := Sequential(Input(5), pairs(), Dense(2, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	if err := m.Save(dir + "/func"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/func":    "expects a file that says its layers, got weights alone (layer 2 (Func [4]): expects what can be written to a file, got the Go function Func; keep the model by nn.Keep",
		"/nowhere": "no such file",
	} {
		if err := LoadModel(dir + path).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	for text, want := range map[string]string{
		`{`: "expects a model as JSON",
		`{"layers":[{"config":{"kind":"Nothing"}}]}`:                                                                            `a kind of layer that is known, got "Nothing"`,
		`{"layers":[{"config":{"kind":"Flatten"},"from":[0]}]}`:                                                                 "the number of a layer below 0, got 0",
		`{"layers":[{"config":{"kind":"Input","shape":[3]}}],"inputs":[1]}`:                                                     "the number of a layer below 1, got 1",
		`{"layers":[{"config":{"kind":"Input","shape":[3]}}],"optimizer":{"kind":"X"}}`:                                         "an optimizer that is known",
		`{"layers":[{"config":{"kind":"Input","shape":[3]}}],"optimizer":{"kind":"SGD","learning_rate":1},"loss":{"kind":"X"}}`: "a loss that is known",
		`{"layers":[{"config":{"kind":"Input","shape":[3]}},{"config":{"kind":"Dense","units":0},"from":[0]}],"inputs":[0],"outputs":[1],"optimizer":{"kind":"SGD","learning_rate":1},"loss":{"kind":"MSE","name":"MSE"}}`: "at least 1 unit, got 0",
	} {
		if err := FromJSON([]byte(text)).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	own := Sequential(Input(3), Dense(1)).Compile(FuncLoss("meu", func(y, t []float64) float64 { return (y[0] - t[0]) * (y[0] - t[0]) },
		func(y, t, dy []float64) { dy[0] = 2 * (y[0] - t[0]) }), SGD(0.1))
	if _, err := json.Marshal(own); err == nil || !strings.Contains(err.Error(), "the loss: expects what can be written to a file, got the Go function meu") {
		t.Errorf("got %v", err)
	}
}

func FuzzFromJSON(f *testing.F) {
	for seed := range uint64(3) {
		text, err := json.Marshal(randomGraph(seed))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := FromJSON([]byte(text)) // must not panic
		_ = fmt.Sprint(m.err)
	})
}
