package nn

import (
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// What has no place in float32 is said, and not carried on in silence.
func TestOverflowIsSaid(t *testing.T) {
	huge := &toy{shape: []int{2}, x: [][]float32{{1e25, 2}, {-3e25, 1}, {2e25, 0}, {5e25, 4}}, y: [][]float32{{0}, {1}, {0}, {1}}}
	_, err := Sequential(Input(2), BatchNorm(), Dense(1, Sigmoid)).Compile(BinaryCrossentropy, SGD(0.1)).Fit(huge, Verbose(false))
	want := "Fit: epoch 1: expects running means of finite numbers in layer 2 (BatchNorm), got a NaN or an infinity in batchnorm/moving_variance; divide the examples"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	// The gradient is the loss's slope, which FuncLoss checks near 0: of y²·10³⁰ it is 2y·10³⁰.
	steep := FuncLoss("steep", func(y, t []float64) float64 { return 1e30 * y[0] * y[0] }, func(y, t, dy []float64) { dy[0] = 2e30 * y[0] })
	for _, o := range []Optimizer{Adam(0.001), RMSprop(0.001), Adagrad(0.001)} {
		d := &toy{shape: []int{1}, x: [][]float32{{1}}, y: [][]float32{{1}}}
		m := Sequential(Input(1), Dense(1)).Compile(steep, o)
		if _, err := m.Fit(d, Verbose(false)); err == nil || !strings.Contains(err.Error(), "expects finite numbers in the state of "+o.String()) || !strings.Contains(err.Error(), "nn.ClipNorm(1)") {
			t.Errorf("%v: got %v", o, err)
		}
	}
}

// Step says the same of its one step, and so does whatever asks a model that such a step has
// spoilt, until it is reset: it would answer with zeros.
func TestOverflowIsSaidByAll(t *testing.T) {
	huge := &toy{shape: []int{2}, classes: 2, x: [][]float32{{1e25, 2}, {-3e25, 1}, {2e25, 0}, {5e25, 4}}, y: [][]float32{{0}, {1}, {0}, {1}}}
	one := &toy{shape: []int{2}, classes: 2, x: [][]float32{{1, 2}, {-3, 1}}, y: [][]float32{{0}, {1}}}
	m := Sequential(Input(2), BatchNorm(), Dense(2, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
	answers := map[string]func() error{
		"Step":          func() error { return mends.Failed(m.Step(one, []int{0, 1})) },
		"Evaluate":      func() error { return mends.Failed(m.Evaluate(one)) },
		"Predict":       func() error { return mends.Failed(m.Predict(one)) },
		"Activations":   func() error { return mends.Failed(m.Activations(one, 0)) },
		"InputGradient": func() error { return mends.Failed(m.InputGradient(one, 0)) },
		"Confusion":     func() error { return mends.Failed(Confusion(m, one)) },
	}
	const want = ": expects running means of finite numbers in layer 2 (BatchNorm), got a NaN or an infinity in batchnorm/moving_variance; divide the examples"
	if _, err := m.Step(huge, []int{0, 1, 2, 3}); err == nil || !strings.HasPrefix(err.Error(), "Step"+want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	for name, answer := range answers {
		if err := answer(); err == nil || !strings.HasPrefix(err.Error(), name+want) {
			t.Errorf("%s: got  %v\nwant %s", name, err, want)
		}
	}
	if err := m.Reset(); err != nil {
		t.Fatal(err)
	}
	for name, answer := range answers {
		if err := answer(); err != nil {
			t.Errorf("%s behind Reset: got %v", name, err)
		}
	}
}

// Of a step that diverges it is Step that says so, and of examples that are no numbers.
func TestStepSaysWhereItIs(t *testing.T) {
	infinite := &toy{shape: []int{2}, x: [][]float32{{float32(math.Inf(1)), 1}, {1, 2}}, y: [][]float32{{0}, {1}}}
	m := func(layers ...Layer) *Model {
		return Sequential(append([]Layer{Input(2)}, layers...)...).Compile(MSE, SGD(0.1))
	}
	short := panics{infinite}
	for want, fails := range map[string]func() (Logs, error){
		"Step: expects a finite loss, got NaN; the examples themselves hold a NaN or an infinity; clean the data": func() (Logs, error) { return m(BatchNorm(), Dense(1)).Step(infinite, []int{0, 1}) },
		"Step: taking examples: expects data that write every example they are asked for, got a panic: no":        func() (Logs, error) { return m(Dense(1)).Step(short, []int{0, 1}) },
		"Step: expects options, got nil in place 1 of them; leave it out":                                         func() (Logs, error) { return m(Dense(1)).Step(infinite, []int{1}, Observe(nil)) },
		"Step: expects options, got nil in place 2 of them; leave it out": func() (Logs, error) {
			return m(Dense(1)).Step(infinite, []int{1}, Observe(func(*Observation) {}), nil)
		},
	} {
		if _, err := fails(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// panics are data that cannot be read.
type panics struct{ Data }

func (panics) Batch([]int, []float32, []float32) { panic("no") }

// Norms whose sums are float64 need not be said anything.
func TestLargeNumbersAreNormalised(t *testing.T) {
	b := cpu.New()
	l, _, _ := built(t, b, LayerNorm(), tensor.Shape{4}, 1)
	x, y := tensor.Of(b, []float32{1e25, 2e25, 3e25, 4e25}, 1, 4), tensor.New(b, 1, 4)
	l.Forward(&Context{}, x, y)
	for i, want := range []float64{-1.3416408, -0.4472136, 0.4472136, 1.3416408} { // (i − 1.5)/√1.25
		if got := float64(y.Values()[i]); math.Abs(got-want) > 1e-6 {
			t.Errorf("number %d is %v, want %v", i, got, want)
		}
	}
}

// The mean of a map of any size (the case of 2000² cells of 0.1).
func TestAverageOfALargeMap(t *testing.T) {
	const side = 2000
	d := &toy{shape: []int{side, side, 1}, x: [][]float32{make([]float32, side*side)}, y: [][]float32{{0}}}
	for i := range d.x[0] {
		d.x[0][i] = 0.1
	}
	for name, l := range map[string]Layer{"GlobalAveragePool": GlobalAveragePool(), "AveragePool2D": AveragePool2D(side)} {
		y, err := Sequential(Input(side, side, 1), l, Flatten()).Compile(MSE, SGD(0.1)).Predict(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := y.Values()[0]; math.Abs(float64(got)-0.1) > 1e-7 {
			t.Errorf("%s: the mean of 0.1 is %v", name, got)
		}
	}
}
