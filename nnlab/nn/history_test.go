package nn

import (
	"encoding/json"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A quantity that is measured from the second Fit on knows its epochs.
func TestHistoryOfTwoFits(t *testing.T) {
	d := clouds(8, 3)
	m := Sequential(Input(3), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	for i, o := range [][]FitOption{{Epochs(3)}, {Epochs(2), Validation(d)}, {Epochs(1)}, {Epochs(2), Validation(d)}} {
		if _, err := m.Fit(d, append(o, Verbose(false))...); err != nil {
			t.Fatal(i, err)
		}
	}
	for _, m := range []*Model{m, saved(t, m)} {
		h := m.History()
		if got := h.EpochsOf("val_loss"); !slices.Equal(got, []int{4, 5, 7, 8}) || len(h.Get("val_loss")) != 4 {
			t.Errorf("val_loss of epochs %v, %v", got, h.Get("val_loss"))
		}
		if got := h.EpochsOf("loss"); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6, 7, 8}) {
			t.Errorf("loss of epochs %v", got)
		}
		if h.EpochsOf("accuracy") != nil {
			t.Error("epochs of what was not measured")
		}
	}
}

// saved is the model that a file of m makes.
func saved(t *testing.T, m *Model) *Model {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	n := LoadModel(path)
	if err := n.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// A history is shown as a table: what was not measured in an epoch is empty, and of many epochs the first
// and the last ten are there.
func TestHistoryAsTable(t *testing.T) {
	h := History{
		Series: []Series{
			{Name: "loss", Epochs: []int{1, 2, 3}, Values: []float64{0.71234567, 1e-7, math.NaN()}},
			{Name: "val_loss", Epochs: []int{2, 3}, Values: []float64{12, 0.5}},
			{Name: "own", Values: []float64{3}},
		},
		Seconds: []float64{1, 1, 1},
	}
	want := "  epoch    loss  val_loss  own\n      1  0.7123              3\n      2   1e-07        12\n      3     NaN       0.5"
	if got := trimmed(h.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := new(History).String(); got != "no epochs yet" {
		t.Errorf("the empty history says %q", got)
	}
	for epochs, rows := range map[int]string{
		20: "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
		21: "1 2 3 4 5 6 7 8 9 10 … 12 13 14 15 16 17 18 19 20 21",
		99: "1 2 3 4 5 6 7 8 9 10 … 90 91 92 93 94 95 96 97 98 99",
	} {
		h := History{Series: []Series{{Name: "loss", Values: make([]float64, epochs)}}, Seconds: make([]float64, epochs)}
		var got []string
		for _, line := range strings.Split(h.String(), "\n")[1:] {
			got = append(got, strings.Fields(line)[0])
		}
		if strings.Join(got, " ") != rows {
			t.Errorf("%d epochs show the rows %v", epochs, got)
		}
	}
}

// trimmed is a table without the blanks at the ends of its lines.
func trimmed(table string) string {
	lines := strings.Split(table, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// A history of any numbers goes through JSON, to the bit; one of an older file is read.
func TestHistoryJSON(t *testing.T) {
	h := History{Seconds: []float64{1, 2, 3}, Series: []Series{{"loss", []int{1, 2, 3}, Numbers{0.1, math.Inf(1), -1e300}}, {"val_loss", []int{3}, Numbers{math.Inf(-1)}}}}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var back History
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(h, back) {
		t.Errorf("%v became %v, %v", h, back, err)
	}
	var nan Numbers
	if text, err := json.Marshal(Numbers{math.NaN(), 1}); err != nil || json.Unmarshal(text, &nan) != nil || len(nan) != 2 || !math.IsNaN(nan[0]) || nan[1] != 1 {
		t.Errorf("NaN became %v by %s, %v", nan, text, err)
	}
	old := `{"Series":[{"Name":"loss","Values":[3,2]}],"Seconds":[1,1],"Stopped":""}`
	if err := json.Unmarshal([]byte(old), &back); err != nil || !slices.Equal(back.EpochsOf("loss"), []int{1, 2}) {
		t.Errorf("%v, %v", back, err)
	}
	for _, text := range []string{`["x"]`, `[{}]`, `{}`} {
		if err := json.Unmarshal([]byte(text), &nan); err == nil {
			t.Errorf("%s was read as %v", text, nan)
		}
	}
}

// A training whose validation overflows is kept, ends with the message that helps when the
// loss does, and can be saved and loaded in every state.
func TestInfiniteHistory(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	d := &toy{shape: []int{1}, x: [][]float32{{1}, {2}, {3}, {4}}, y: [][]float32{{2}, {4}, {6}, {8}}}
	far := &toy{shape: []int{1}, x: [][]float32{{5e9}, {6e9}}, y: [][]float32{{10}, {12}}} // its loss overflows first
	make := func() *Model {
		return Keep("linear", func() *Model { return Sequential(Input(1), Dense(1)).Compile(MSE, SGD(1)) })
	}
	m := make()
	said := captureStderr(t, func() {
		if _, err := m.Fit(d, Epochs(50), BatchSize(4), Validation(far), Verbose(false)); err == nil {
			t.Error("the training did not diverge")
		}
	})
	if !strings.Contains(said, "expects a finite loss") || !strings.Contains(said, "layer 2 (Dense 1)") || !strings.Contains(said, "lower the learning rate") {
		t.Errorf("said %q", said)
	}
	v := m.History().Get("val_loss")
	if len(v) == 0 || !math.IsInf(v[len(v)-1], 1) {
		t.Fatalf("val_loss %v does not end in infinity", v)
	}
	defer anotherProcess("linear")()
	kept := make().History()
	if n := kept.Epochs(); n == 0 || n < m.History().Epochs()-1 {
		t.Errorf("%d epochs were kept of %d", n, m.History().Epochs())
	}
	if got := saved(t, m).History(); !reflect.DeepEqual(got, m.History()) {
		t.Errorf("saved and loaded: %v", got)
	}
	for _, x := range []float32{float32(math.Inf(1)), float32(math.NaN())} { // nor do weights
		m.Params()[0].Value.Set([]float32{x})
		if n := saved(t, m); n.WeightHash() != m.WeightHash() {
			t.Errorf("a weight of %v was lost", x)
		}
	}
}

// The optimizer's state outlives a change of its constants, and what cannot go on is said.
func TestOptimizerStateOfAnotherRate(t *testing.T) {
	d := clouds(24, 3)
	build := func(o Optimizer) *Model {
		return Sequential(Input(3), Dense(8, Tanh), Dense(3, Softmax)).Compile(CategoricalCrossentropy, o)
	}
	path := filepath.Join(t.TempDir(), "m.safetensors")
	m := build(Adam(0.001))
	if _, err := m.Fit(d, Epochs(3), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		optimizer Optimizer
		resumes   bool
	}{
		{Adam(0.001), true}, {Adam(0.00099), true}, {Adam(0.001, Betas(0.8, 0.99), EpsilonOf(1e-3)), true},
		{AdamW(0.001), false}, {Nadam(0.001), false}, {SGD(0.1, Momentum(0.9)), false}, {SGD(0.1), false},
	} {
		k := build(c.optimizer)
		said := captureStderr(t, func() {
			if err := k.Load(path); err != nil {
				t.Error(err)
			}
		})
		if k.WeightHash() != m.WeightHash() {
			t.Errorf("%v: other weights", c.optimizer)
		}
		if resumes := k.step == m.step; resumes != c.resumes {
			t.Errorf("%v: resumes %v", c.optimizer, resumes)
		}
		want := c.optimizer.String() + " begins without the state that Adam(0.001) has left"
		if strings.Contains(said, want) == c.resumes {
			t.Errorf("%v: said %q", c.optimizer, said)
		}
		if c.resumes {
			for i, p := range k.learning {
				for s := range p.slots {
					a, b := make([]float32, p.Value.Size()), make([]float32, p.Value.Size())
					k.backend.Download(a, p.slots[s])
					m.backend.Download(b, m.learning[i].slots[s])
					if !slices.Equal(a, b) {
						t.Errorf("%v: another state of %s", c.optimizer, p.Name)
					}
				}
			}
		}
	}
}

// A state without all of the arrays that the optimizer needs begins anew, and a state
// with more does no harm.
func TestOptimizerStateOfAnotherMomentum(t *testing.T) {
	d := clouds(24, 3)
	build := func(o Optimizer) *Model {
		return Sequential(Input(3), Dense(3, Softmax)).Compile(CategoricalCrossentropy, o)
	}
	for _, c := range []struct {
		from, to Optimizer
		resumes  bool
	}{
		{SGD(0.1), SGD(0.1, Momentum(0.9)), false}, {SGD(0.1, Momentum(0.9)), SGD(0.1), true},
		{RMSprop(0.1), RMSprop(0.1, Momentum(0.9)), false}, {RMSprop(0.1, Momentum(0.9)), RMSprop(0.2), true},
	} {
		m, path := build(c.from), filepath.Join(t.TempDir(), "m.safetensors")
		if _, err := m.Fit(d, Verbose(false)); err != nil {
			t.Fatal(err)
		}
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		k := build(c.to)
		captureStderr(t, func() {
			if err := k.Load(path); err != nil || (k.step == m.step) != c.resumes {
				t.Errorf("%v to %v: %v, step %d", c.from, c.to, err, k.step)
			}
		})
		if _, err := k.Fit(d, Verbose(false)); err != nil {
			t.Error(err)
		}
	}
}

// Targets that are no numbers are an error of Evaluate and of a validation, as examples are.
func TestNonFiniteTargets(t *testing.T) {
	nan := float32(math.NaN())
	good := &toy{shape: []int{1}, x: [][]float32{{1}, {2}, {3}}, y: [][]float32{{2, 1}, {4, 2}, {6, 3}}}
	bad := &toy{shape: []int{1}, x: good.x, y: [][]float32{{2, 1}, {4, nan}, {6, 3}}}
	badX := &toy{shape: []int{1}, x: [][]float32{{1}, {2}, {nan}}, y: good.y}
	m := Sequential(Input(1), Dense(2)).Compile(MSE, SGD(0.01), MeanAbsoluteError)
	for want, f := range map[string]func() error{
		"Evaluate: expects targets of finite numbers, got NaN in that of example 1; clean the data":             func() error { _, err := m.Evaluate(bad); return err },
		"Evaluate: expects examples of finite numbers, got NaN in example 2; clean the data":                    func() error { _, err := m.Evaluate(badX); return err },
		"Fit: validation data: expects targets of finite numbers, got NaN in that of example 1; clean the data": func() error { _, err := m.Fit(good, Validation(bad), Verbose(false)); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if _, err := m.Predict(bad); err != nil {
		t.Errorf("Predict looks at targets: %v", err)
	}
}

// An infinite example is found where a Tanh makes it 1, and what it has made of the weights is.
func TestInfinityBehindATanh(t *testing.T) {
	d := &toy{shape: []int{1}, x: [][]float32{{1}, {2}, {float32(math.Inf(-1))}}, y: [][]float32{{2}, {4}, {6}}}
	for _, o := range []Optimizer{SGD(0.01), Adam(0.01)} {
		m := Sequential(Input(1), Dense(4, Tanh), Dense(1)).Compile(MSE, o)
		for caller, f := range map[string]func() error{
			"Evaluate": func() error { _, err := m.Evaluate(d); return err },
			"Predict":  func() error { _, err := m.Predict(d); return err },
			"Fit":      func() error { _, err := m.Fit(d, Verbose(false)); return err },
		} {
			want := caller + ": expects examples of finite numbers, got -Inf in example 2; clean the data"
			if err := f(); err == nil || err.Error() != want {
				t.Errorf("%v: got  %v\nwant %s", o, err, want)
			}
		}
	}
	far := &toy{shape: []int{1}, x: [][]float32{{1e38}}, y: [][]float32{{1}}}
	_, err := Sequential(Input(1), Dense(1, Tanh, KernelInitializer(Zeros))).Compile(MSE, SGD(1e20)).Fit(far, Verbose(false))
	if want := "Fit: epoch 1: expects finite weights in layer 2 (Dense 1), got a NaN or an infinity in dense/kernel; lower the learning rate"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// Two models that are compiled at once share the backend.
func TestCompileAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	models := make([]*Model, 8)
	for i := range models {
		wg.Go(func() { models[i] = Sequential(Input(2), Dense(2)).Compile(MSE, SGD(0.1)) })
	}
	wg.Wait()
	for _, m := range models {
		if m.Err() != nil || m.backend != models[0].backend {
			t.Errorf("another backend, or %v", m.Err())
		}
	}
}
