package nn

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// golden is what testdata/keras_mlp.py wrote down of real Keras; the README
// beside it explains every field.
type golden struct {
	Precision   string
	Formula     struct{ Values []float64 }
	Activations []struct {
		Name         string
		Shape        []int
		X, DY, Y, DX []float64
	}
	Networks []goldenNetwork
	MNIST    *goldenNetwork
}

type goldenNetwork struct {
	Hidden, Output, Loss string
	Regularizer          string `json:"kernel_regularizer"`
	Factor               float64
	Shape, Units         []int
	Limits               []float64
	BiasLimit            float64 `json:"bias_limit"`
	Examples             int
	BatchSize            int `json:"batch_size"`
	Labels               []int
	OutputBefore         []float64 `json:"output_before"`
	Gradients            []goldenGradient
	Runs                 []struct {
		Optimizer                  string
		Losses, Accuracies, Output []float64
	}
}

type goldenGradient struct {
	Shape  []int
	Values []float64 // all, or those at Index
	Index  []int
	L2     float64
}

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if got := formula(7, 8, 1); !near(got, g.Formula.Values, 1e-7) {
		t.Fatalf("the formula gives %v, the file has %v", got, g.Formula.Values)
	}
	return g
}

// formula is the README's formula(stream, i, limit) for i < n.
func formula(stream uint32, n int, limit float64) []float32 {
	return made.Numbers(int(stream), n, limit, 0)
}

// near tells whether all numbers agree within tolerance times the largest.
func near(got []float32, want []float64, tolerance float64) bool {
	largest := 0.0
	for _, w := range want {
		largest = math.Max(largest, math.Abs(w))
	}
	for i, w := range want {
		if !(math.Abs(float64(got[i])-w) <= tolerance*largest) {
			return false
		}
	}
	return len(got) == len(want)
}

// The oracle's float64 is held against Keras in float64, the CPU's float32
// against Keras as anyone runs it.
var goldenFiles = []struct {
	file    string
	backend func() backend.Backend
	// loss and gradient are the tolerances: relative, and relative to the
	// gradient's largest element.
	loss, gradient float64
}{
	{"keras_mlp_float64.json", ref.New, 1e-6, 1e-7},
	{"keras_mlp_float32.json", func() backend.Backend { return cpu.New() }, 1e-4, 1e-5},
}

func TestGoldenNetworks(t *testing.T) {
	for _, file := range goldenFiles {
		g := readGolden(t, file.file)
		for _, n := range g.Networks {
			t.Run(fmt.Sprintf("%s/%s %s %s%s", g.Precision, n.Hidden, n.Output, n.Loss, n.Regularizer), func(t *testing.T) {
				checkGolden(t, n, n.data(), file.backend(), file.loss, file.gradient)
			})
		}
	}
}

// The lecture's own network on the first 1 280 images of MNIST, as read from the
// files in the repository.
func TestGoldenMNIST(t *testing.T) {
	train, _ := datasets.MNIST()
	g := readGolden(t, "keras_mlp_float32.json")
	checkGolden(t, *g.MNIST, train.Take(1280), cpu.New(), 1e-4, 1e-5)
}

func TestGoldenActivations(t *testing.T) {
	for _, file := range goldenFiles {
		g, b := readGolden(t, file.file), file.backend()
		for _, a := range g.Activations {
			values := func(v []float64) *tensor.Tensor {
				f := make([]float32, len(v))
				for i := range v {
					f[i] = float32(v[i])
				}
				return tensor.Of(b, f, a.Shape...)
			}
			l := Activation(activationNamed(t, a.Name))
			x, y, dx := values(a.X), tensor.New(b, a.Shape...), tensor.New(b, a.Shape...)
			l.Forward(&Context{}, x, y)
			l.Backward(&Context{}, x, y, values(a.DY), dx)
			if !near(y.Values(), a.Y, 1e-6) || !near(dx.Values(), a.DX, 1e-6) {
				t.Errorf("%s, %s: y %v, want %v; dx %v, want %v", g.Precision, a.Name, y.Values(), a.Y, dx.Values(), a.DX)
			}
		}
	}
}

func (n goldenNetwork) data() *toy {
	d := &toy{shape: n.Shape, classes: 3}
	size := d.shape.Size()
	all := formula(100, n.Examples*size, 1)
	for i, label := range n.Labels {
		d.x = append(d.x, all[i*size:(i+1)*size])
		d.y = append(d.y, []float32{float32(label)})
	}
	return d
}

// checkGolden compares the gradients of the first step and the losses of ten
// steps of each optimizer.
func checkGolden(t *testing.T, n goldenNetwork, d Data, b backend.Backend, lossTolerance, gradientTolerance float64) {
	m := n.model(t, b, SGD(0.01))
	batch := training(t, m, d, n.BatchSize)
	take(t, batch, ascending(n.BatchSize))
	batch.loss(&Context{Training: true}, true)
	m.graph.backward(&Context{Training: true}, nil)
	for i, p := range m.Params() {
		p.regularizer.addGradient(b, p)
		got, want := p.Grad.Values(), n.Gradients[i]
		if want.Index != nil {
			sum, all := 0.0, got
			for _, v := range all {
				sum += float64(v) * float64(v)
			}
			if l2 := math.Sqrt(sum); math.Abs(l2/want.L2-1) > gradientTolerance {
				t.Errorf("%s: the gradient's norm is %v, want %v", p.Name, l2, want.L2)
			}
			got = nil
			for _, at := range want.Index {
				got = append(got, all[at])
			}
		}
		if !near(got, want.Values, gradientTolerance) {
			t.Errorf("%s: gradient %v, want %v", p.Name, got, want.Values)
		}
	}
	for _, run := range n.Runs {
		t.Run(run.Optimizer, func(t *testing.T) {
			o, clip := optimizerNamed(t, run.Optimizer)
			m := n.model(t, b, o, clip...)
			f := &fit{model: m, batch: training(t, m, d, n.BatchSize), batchSize: n.BatchSize, train: d}
			f.start()
			batches := slices.Collect(slices.Chunk(ascending(d.Len()), n.BatchSize))
			for step, want := range run.Losses {
				f.means.reset()
				take(t, f.batch, batches[step%len(batches)])
				if err := f.trainStep(); err != nil {
					t.Fatal(err)
				}
				logs := f.means.current()
				if loss := logs[0].Value; math.Abs(loss/want-1) > lossTolerance {
					t.Errorf("step %d: loss %v, want %v", step+1, loss, want)
				}
				if accuracy := logs[1].Value; math.Abs(accuracy-run.Accuracies[step]) > 1e-6 {
					t.Errorf("step %d: accuracy %v, want %v", step+1, accuracy, run.Accuracies[step])
				}
			}
		})
	}
}

func training(t *testing.T, m *Model, d Data, rows int) *batch {
	t.Helper()
	m.draw()
	b, err := m.newBatch("golden", d, rows, forTraining)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func take(t *testing.T, b *batch, index []int) {
	t.Helper()
	b.fetch(index)
	if err := b.load(); err != nil {
		t.Fatal(err)
	}
}

// model is the network with the initial weights of the formula.
func (n goldenNetwork) model(t *testing.T, b backend.Backend, o Optimizer, options ...CompileOption) *Model {
	layers := []Layer{Input(n.Shape...), Flatten()}
	for i, units := range n.Units {
		name := n.Hidden
		var options []DenseOption
		if i == len(n.Units)-1 {
			name = n.Output
		} else if n.Regularizer != "" {
			options = append(options, KernelRegularizer(map[string]func(float64) Regularizer{"L1": L1, "L2": L2}[n.Regularizer](n.Factor)))
		}
		layers = append(layers, Dense(units, append(options, activationNamed(t, name))...))
	}
	losses := map[string]Loss{"MSE": MSE, "CategoricalCrossentropy": CategoricalCrossentropy,
		"SparseCategoricalCrossentropy": SparseCategoricalCrossentropy}
	loss, ok := losses[n.Loss]
	if !ok {
		t.Fatalf("no loss %q", n.Loss)
	}
	m := Sequential(layers...).Compile(loss, o, append(options, Accuracy, On(b))...)
	if err := m.Err(); err != nil {
		t.Fatal(err)
	}
	for i, p := range m.Params() {
		limit := n.BiasLimit
		if i%2 == 0 {
			limit = n.Limits[i/2]
		}
		p.Value.Set(formula(uint32(i), p.Value.Size(), limit))
	}
	return m
}

func activationNamed(t *testing.T, name string) ActivationFunction {
	for _, f := range []ActivationFunction{Linear, Sigmoid, Tanh, ReLU, Softmax} {
		if f.String() == name {
			return f
		}
	}
	t.Fatalf("no activation %q", name)
	return Linear
}

// optimizerNamed returns the optimizer of "SGD(0.5), clip norm 0.05", and the clip.
func optimizerNamed(t *testing.T, name string) (Optimizer, []CompileOption) {
	bare, clipping, clipped := strings.Cut(name, "), ")
	var clips []CompileOption
	if clipped {
		bare += ")"
		for _, c := range []CompileOption{ClipValue(0.01), ClipNorm(0.05), GlobalClipNorm(0.05)} {
			if fmt.Sprint(c) == clipping {
				clips = append(clips, c)
			}
		}
		if clips == nil {
			t.Fatalf("no clip %q", clipping)
		}
	}
	for _, o := range append(everyOptimizer(), SGD(0.5)) {
		if strings.EqualFold(o.String(), bare) {
			return o, clips
		}
	}
	t.Fatalf("no optimizer %q", name)
	return nil, nil
}

// everyOptimizer is each kind of step that an optimizer can make.
func everyOptimizer() []Optimizer {
	return []Optimizer{SGD(0.01, Momentum(0.9)), SGD(0.01, Momentum(0.9), Nesterov()), RMSprop(0.001), RMSprop(0.001, Momentum(0.9)),
		Adam(0.001), AdamW(0.001, WeightDecay(0.9)), Nadam(0.001), Adagrad(0.01), Adadelta(0.5)}
}
