package viz_test

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
)

// Back-propagation on one example of an MLP 2-2-1; its words are what the figure shows.
func ExampleInspect() {
	m := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Sigmoid), nn.Dense(1, nn.Sigmoid)).Compile(nn.MSE, nn.SGD(0.5))
	// The weights of M. Mazur's "A Step by Step Backpropagation Example": his E has a factor ½,
	// so that here δ and Δw are twice his, 2·0.1385 and 2·0.0411.
	for i, w := range [][]float32{{0.15, 0.25, 0.2, 0.3}, {0.35, 0.35}, {0.4, 0.45}, {0.6}} {
		m.Params()[i].Value.Set(w)
	}
	f, err := viz.Inspect(m, datasets.FromTargets([][]float32{{0.05, 0.1}}, [][]float32{{0.01}}), 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	said := strings.Split(f.Alt, "; ")
	fmt.Println(said[0])
	for _, s := range said {
		if strings.HasPrefix(s, "o₁: δ") || strings.HasPrefix(s, "h₁→o₁") {
			fmt.Println(s)
		}
	}
	// Output:
	// retropropagação · exemplo 0 · E = 0,5496 → 0,4818
	// o₁: δ = 2·(out − y)·f′(net) = 2·(0,7514 − 0,01)·0,1868 = 0,277
	// h₁→o₁ 0,4 0,277·0,5933 = 0,1643 0,1643 −0,5·0,1643 = −0,0822 0,3178
}

// Two learning rates on the same task.
func ExampleRace() {
	mlp := func(rate float64) *nn.Model {
		return nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(2, nn.Softmax)).
			Compile(nn.CategoricalCrossentropy, nn.SGD(rate), nn.Accuracy)
	}
	f, err := viz.Race(datasets.Moons(200, 0.1, 1), nn.Epochs(5), nn.Validation(datasets.Moons(100, 0.1, 2)), nn.Verbose(false),
		viz.Runner("η = 0,1", mlp(0.1)),
		viz.Runner("η = 0,001", mlp(0.001)))
	if err != nil {
		fmt.Println(err)
		return
	}
	title, _, _ := strings.Cut(f.Alt, " (")
	fmt.Println(title)
	// Output: corrida · época 5 · à frente: η = 0,1
}

// What the first layer has made of three clouds.
func ExampleEmbedding() {
	d := datasets.Blobs(90, 3, 0.1, 1)
	m := nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(3, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	f, err := viz.Embedding(m, "dense", d)
	if err != nil {
		fmt.Println(err)
		return
	}
	title, _, _ := strings.Cut(f.Alt, ";")
	fmt.Println(title)
	// Output: o que dense fez de 90 exemplos
}

// A network that learns while it is played with; here, without a page, for a hundred epochs.
func ExamplePlayground() {
	m := nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	f, err := viz.Playground(m, datasets.Moons(200, 0.1, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	title, _, _ := strings.Cut(f.Alt, " · perda")
	fmt.Println(title)
	// Output: experimento · época 100
}
