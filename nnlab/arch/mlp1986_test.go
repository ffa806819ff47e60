package arch_test

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Slide "II - Algoritmo Back-Propagation", number by number: the step of an MLP 2-2-1 on the
// second pattern of XOR, with every weight ½ and every bias 0. The squared error has the
// factor 2 that the slide leaves to η, and δ is the slide's with the other sign.
func ExampleMLP1986() {
	m := arch.MLP1986(2, 2, 1).Compile(nn.MSE, nn.SGD(1))
	for i, v := range []float32{0.5, 0, 0.5, 0} {
		m.Params()[i].Value.SetEach(func(int) float32 { return v })
	}
	_, err := m.Step(datasets.XOR(), []int{1}, nn.Observe(func(o *nn.Observation) {
		switch o.Phase {
		case nn.FeedForward:
			if o.Net != nil {
				fmt.Printf("%s: net = Σ w·out = %.4f, out = f(net) = %.4f\n", o.Layer.Name, o.Net.Values(), o.Out.Values())
			}
		case nn.FeedBackward:
			if o.Layer.Name == "dense_1" {
				fmt.Printf("%s: δ = 2·(out − y)·out·(1 − out) = %.4f\n", o.Layer.Name, o.Delta.Values())
			} else {
				fmt.Printf("%s: δ = out·(1 − out)·Σ δ·w = %.4f\n", o.Layer.Name, o.Delta.Values())
			}
		case nn.WeightUpdate:
			fmt.Printf("%s: Δw = −η·δ·out = %.4f, Δb = −η·δ = %.4f\n", o.Layer.Name, o.Change[0].Values(), o.Change[1].Values())
		}
	}))
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// dense: net = Σ w·out = [0.5000 0.5000], out = f(net) = [0.6225 0.6225]
	// dense_1: net = Σ w·out = [0.6225], out = f(net) = [0.6508]
	// dense_1: δ = 2·(out − y)·out·(1 − out) = [-0.1587]
	// dense_1: Δw = −η·δ·out = [0.0988 0.0988], Δb = −η·δ = [0.1587]
	// dense: δ = out·(1 − out)·Σ δ·w = [-0.0187 -0.0187]
	// dense: Δw = −η·δ·out = [0.0000 0.0000 0.0187 0.0187], Δb = −η·δ = [0.0187 0.0187]
}

// XOR, parity and the encoder of 1986 are learned; from some beginnings XOR and parity end
// in a local minimum.
func TestMLP1986(t *testing.T) {
	for name, c := range map[string]struct {
		units []int
		data  *datasets.Set
		rate  float64
		least int // of five beginnings that learn
	}{
		"XOR":     {[]int{2, 2, 1}, datasets.XOR(), 2, 2},
		"parity":  {[]int{4, 4, 1}, datasets.Parity(4), 8, 1},
		"encoder": {[]int{8, 3, 8}, datasets.Encoder(8), 2, 5},
	} {
		t.Run(name, func(t *testing.T) {
			learned := 0
			for seed := range uint64(5) {
				m := arch.MLP1986(c.units...).Compile(nn.MSE, nn.SGD(c.rate, nn.Momentum(0.9)), nn.BinaryAccuracy, nn.Seed(seed))
				if _, err := m.Fit(c.data, nn.Epochs(5000), nn.BatchSize(c.data.Len()), nn.Verbose(false)); err != nil {
					t.Fatal(err)
				}
				logs, err := m.Evaluate(c.data)
				if err != nil {
					t.Fatal(err)
				}
				t.Log(seed, logs)
				if right, _ := logs.Get("binary_accuracy"); right == 1 {
					learned++
				}
			}
			if learned < c.least {
				t.Errorf("learned from %d of 5 beginnings", learned)
			}
		})
	}
}
