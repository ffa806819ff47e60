package nn

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// goldenExample is a network of Exemplo 1 or 2 that testdata/keras_examples.py trained with real
// Keras for some steps of a few images.
type goldenExample struct {
	Name   string
	Limits []float64
	Runs   []struct {
		Optimizer      string
		Losses, Output []float64
	}
}

// exampleLayers are those of package arch's networks, which imports this one, without dropout.
var exampleLayers = map[string]func() []Layer{
	"MLP": func() []Layer {
		return []Layer{Input(28, 28, 1), Flatten(), Dense(512, ReLU), Dense(512, ReLU), Dense(10, Softmax)}
	},
	"SmallCNN": func() []Layer {
		return []Layer{Input(28, 28, 1), Conv2D(32, 3, ReLU), MaxPool2D(2), Conv2D(64, 3, ReLU), MaxPool2D(2), Flatten(), Dense(10, Softmax)}
	},
	"CNN": func() []Layer {
		return []Layer{Input(28, 28, 1), Conv2D(32, 3, ReLU), Conv2D(64, 3, ReLU), MaxPool2D(2), Flatten(), Dense(128, ReLU), Dense(10, Softmax)}
	},
}

// checkGoldenExamples compares the losses of the steps, and what the network answers behind them:
// within 1e-4 of Keras in float32, whose own rounding is in that. Networks may be left out.
func checkGoldenExamples(t *testing.T, b backend.Backend, without ...string) {
	text, err := os.ReadFile("testdata/keras_examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		BatchSize int     `json:"batch_size"`
		BiasLimit float64 `json:"bias_limit"`
		Networks  []goldenExample
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Networks) != len(exampleLayers) {
		t.Fatalf("%d networks", len(g.Networks))
	}
	train, _ := datasets.MNIST()
	for _, n := range g.Networks {
		if slices.Contains(without, n.Name) {
			continue
		}
		for _, run := range n.Runs {
			t.Run(n.Name+" "+run.Optimizer, func(t *testing.T) {
				o, _ := optimizerNamed(t, run.Optimizer)
				m := Sequential(exampleLayers[n.Name]()...).Compile(CategoricalCrossentropy, o, On(b))
				if err := m.Err(); err != nil {
					t.Fatal(err)
				}
				for i, p := range m.Params() {
					limit := g.BiasLimit
					if i%2 == 0 {
						limit = n.Limits[i/2]
					}
					p.Value.Set(formula(uint32(i), p.Value.Size(), limit))
				}
				f := &fit{model: m, batch: training(t, m, train, g.BatchSize), batchSize: g.BatchSize, train: train}
				f.start()
				for step, want := range run.Losses {
					index := ascending((step + 1) * g.BatchSize)[step*g.BatchSize:]
					f.means.reset()
					take(t, f.batch, index)
					if err := f.trainStep(); err != nil {
						t.Fatal(err)
					}
					if loss := f.means.current()[0].Value; !(math.Abs(loss/want-1) <= 1e-4) {
						t.Errorf("step %d: loss %v, want %v", step+1, loss, want)
					}
				}
				answer, err := m.Predict(train.Take(g.BatchSize))
				if err != nil {
					t.Fatal(err)
				}
				if got := answer.Values(); !near(got, run.Output, 1e-4) {
					t.Errorf("it answers %v, want %v", got, run.Output)
				}
			})
		}
	}
}

func TestGoldenExamples(t *testing.T) {
	checkGoldenExamples(t, cpu.New())
}
