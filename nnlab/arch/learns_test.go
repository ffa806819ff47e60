package arch_test

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Each network drives its loss on one batch near zero within a hundred steps.
func TestLearnsABatch(t *testing.T) {
	train, _ := datasets.MNIST()
	digits := train.Take(32)
	entropy := nn.CategoricalCrossentropy
	for name, c := range map[string]struct {
		model     *nn.Model
		loss      nn.Loss
		optimizer nn.Optimizer
		data      nn.Data
	}{
		"Perceptron":         {arch.Perceptron(arch.Input(12, 80, 1)), nn.PerceptronLoss, nn.SGD(1), datasets.PunchCards(32, 1)},
		"Perceptron, fields": {arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)), nn.PerceptronLoss, nn.SGD(1), datasets.PunchCards(32, 1)},
		"Adaline":            {arch.Adaline(arch.Input(12, 80, 1)), nn.MSE, nn.SGD(0.05), datasets.PunchCards(32, 1)},
		"softmax regression": {arch.SoftmaxRegression(), entropy, nn.SGD(0.5), digits},
		"MLP 2-2-1":          {arch.MLP1986(2, 2, 1), nn.MSE, nn.Adam(0.2), datasets.XOR()},
		"MLP 8-3-8":          {arch.MLP1986(8, 3, 8), nn.MSE, nn.Adam(0.1), datasets.Encoder(8)},
		"PlainMLP":           {arch.PlainMLP(), nn.MSE, nn.Adam(0.01), digits},
		"LeNet":              {arch.LeNet(), entropy, nn.Adam(0.02), digits},
		"LeNet1989":          {arch.LeNet1989(), entropy, nn.Adam(0.02), digits},
		"LeNet5":             {arch.LeNet5(), entropy, nn.Adam(0.002), digits},
		"LeNet5Original":     {arch.LeNet5Original(), entropy, nn.Adam(0.002), digits},
	} {
		t.Run(name, func(t *testing.T) {
			m := c.model.Compile(c.loss, c.optimizer, nn.Accuracy, nn.Seed(5))
			if _, err := m.Fit(c.data, nn.Epochs(100), nn.BatchSize(min(32, c.data.Len())), nn.Verbose(false)); err != nil {
				t.Fatal(err)
			}
			logs, err := m.Evaluate(c.data)
			if err != nil {
				t.Fatal(err)
			}
			if e, _ := logs.Get("loss"); e > 0.05 {
				t.Errorf("%v behind 100 steps", logs)
			}
		})
	}
}

// Equation 9 of LeNet-5's paper: its least value for one example is log(1 + e^−j), where F6 is
// the drawing itself, and a batch comes near it.
func TestLeNet5Loss(t *testing.T) {
	train, _ := datasets.MNIST()
	digits := train.Take(32)
	m := arch.LeNet5Original(arch.Distances()).Compile(arch.LeNet5Loss(1), nn.Adam(0.01), nn.Accuracy)
	if _, err := m.Fit(digits, nn.Epochs(100), nn.Verbose(false)); err != nil {
		t.Fatal(err)
	}
	logs, err := m.Evaluate(digits)
	if err != nil {
		t.Fatal(err)
	}
	least := math.Log1p(math.Exp(-1))
	if e, _ := logs.Get("loss"); e < least || e > least+0.15 {
		t.Errorf("%v, want little more than %v", logs, least)
	}
	if right, _ := logs.Get("accuracy"); right != 1 {
		t.Error(logs)
	}
}
