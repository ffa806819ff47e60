package nn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// goldenGraphs are the networks that testdata/keras_graphs.py trained, and the
// shapes of their inputs.
var goldenGraphs = map[string]struct {
	shapes  []tensor.Shape
	network func(in []*InputLayer) GraphOutputs
	losses  []Loss
	weights []float64
}{
	"shared": {[]tensor.Shape{{5}, {5}}, func(in []*InputLayer) GraphOutputs {
		both := Named("both", Shared(Dense(3, Tanh)))
		left, right := in[0].Then(both), in[1].Then(both)
		meet := Concatenate(Subtract(left, right), Multiply(left, right))
		return Outputs(meet.Then(Dense(3, Softmax)).Named("main"))
	}, []Loss{CategoricalCrossentropy}, []float64{1}},
	"auxiliary": {[]tensor.Shape{{5, 7, 1}, {3}}, func(in []*InputLayer) GraphOutputs {
		maps := in[0].Then(Conv2D(3, 3, ReLU)).Named("maps")
		aux := maps.Then(GlobalAveragePool(), Dense(3, Softmax)).Named("aux")
		return Outputs(Concatenate(maps.Then(Flatten()), in[1]).Then(Dense(3, Softmax)).Named("main"), aux)
	}, []Loss{CategoricalCrossentropy, CategoricalCrossentropy}, []float64{1, 0.3}},
	"branches": {[]tensor.Shape{{3, 5, 2}}, func(in []*InputLayer) GraphOutputs {
		one, two := in[0].Then(Conv2D(2, 1)).Named("one"), in[0].Then(Conv2D(2, 3, Same, Tanh)).Named("two")
		meet := Maximum(Add(one, two), Average(one, in[0]))
		return Outputs(meet.Then(GlobalMaxPool(), Dense(3, Sigmoid)).Named("side"), meet.Then(Flatten(), Dense(3)).Named("place"))
	}, []Loss{BinaryCrossentropy, MSE}, []float64{0.7, 2}},
}

// TestGoldenGraphs holds the training of networks with several inputs and
// outputs, shared layers, an auxiliary head, and weights of losses, examples and
// classes against real Keras: the loss of each epoch, and what each output
// answers afterwards.
func TestGoldenGraphs(t *testing.T) {
	const examples = 7
	var file struct {
		Cases []struct {
			Name    string
			Samples bool
			Classes map[int]float64
			Losses  []float64
			Outputs [][]float64
		}
	}
	readGoldenFile(t, "keras_graphs.json", &file)
	seen := map[string]bool{}
	for _, c := range file.Cases {
		seen[c.Name] = true
		g := goldenGraphs[c.Name]
		labels := &toy{shape: tensor.Shape{1}, classes: 3}
		for row := range slices.Chunk(formula(101, examples*3, 0.5), 3) {
			labels.x, labels.y = append(labels.x, []float32{0}), append(labels.y, []float32{float32(slices.Index(row, slices.Max(row)))})
		}
		options := []FitOption{Epochs(len(c.Losses)), BatchSize(examples), Shuffle(false), Verbose(false)}
		if c.Samples {
			var w []float64
			for _, v := range formula(102, examples, 0.5) {
				w = append(w, float64(v)+0.75)
			}
			options = append(options, SampleWeights(w))
		}
		if len(c.Classes) > 0 {
			options = append(options, ClassWeights(c.Classes))
		}
		for _, b := range []backend.Backend{ref.New(), cpu.New()} {
			t.Run(fmt.Sprint(c.Name, c.Samples, c.Classes, b.Name()), func(t *testing.T) {
				var (
					inputs []*InputLayer
					d      Multi
				)
				for i, s := range g.shapes {
					inputs = append(inputs, Input(s...))
					x := &toy{shape: s, classes: 3, y: labels.y}
					for row := range slices.Chunk(formula(uint32(100+10*i), examples*s.Size(), 1), s.Size()) {
						x.x = append(x.x, row)
					}
					d.X = append(d.X, x)
				}
				outputs := g.network(inputs)
				for range outputs {
					d.Y = append(d.Y, labels)
				}
				m := Graph(inputs, outputs).Compile(MSE, SGD(0.2, Momentum(0.9)), Losses(g.losses...), LossWeights(g.weights...), On(b))
				params := slices.Clone(m.Params())
				slices.SortFunc(params, func(p, q *Param) int { return strings.Compare(p.Name, q.Name) })
				for i, p := range params {
					p.Value.Set(formula(uint32(i), p.Value.Size(), 0.5))
				}
				h, err := m.Fit(d, options...)
				if err != nil {
					t.Fatal(err)
				}
				tolerance := 1e-6
				if b.Name() != "ref" {
					tolerance = 1e-5
				}
				var losses []float32
				for _, e := range h.Get("loss") {
					losses = append(losses, float32(e))
				}
				if !near(losses, c.Losses, tolerance) {
					t.Errorf("the losses are %v, want %v", losses, c.Losses)
				}
				y, err := m.PredictAll(d)
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range c.Outputs {
					if !near(y[i].Values(), want, tolerance) {
						t.Errorf("output %d is %v, want %v", i, y[i].Values(), want)
					}
				}
			})
		}
	}
	if len(seen) != len(goldenGraphs) {
		t.Errorf("%d networks of %d in the file", len(seen), len(goldenGraphs))
	}
}
