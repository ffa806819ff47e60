package main

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// classic are the systems from the perceptron to LeNet-5.
func classic() []row {
	entropy := nn.CategoricalCrossentropy
	return []row{
		{system: "Perceptron", form: "960 points → 1, SGD(1), batch 1", data: "50 punch cards, 1 000 others", epochs: 1, run: punchCards()},
		{system: "Perceptron", form: "960 points → 8 association units of 12×10 → 1, SGD(1), batch 1", data: "50 punch cards, 1 000 others", epochs: 1, run: punchCards(arch.Association(12, 10))},
		onMNIST("Softmax regression", "784 → 10, SGD(0.1), batch 32", func() *nn.Model { return arch.SoftmaxRegression() }, entropy, nn.SGD(0.1), 5, 32),
		onMNIST("MLP of 1986", "784 → 100 → 10 of sigmoids, squared error, SGD(0.5, momentum 0.9), batch 32", arch.PlainMLP, nn.MSE, nn.SGD(0.5, nn.Momentum(0.9)), 10, 32),
		onMNIST("MLP of Exemplo 1", "784 → 512 → 512 → 10, RMSprop(0.001), batch 128", arch.MLP, entropy, nn.RMSprop(0.001), 5, 128),
		{system: "Neocognitron", form: neocognitronForm, data: "MNIST", epochs: 3, run: neocognitron(150, 10_000, 10_000, 0)},
		{system: "Neocognitron", form: neocognitronForm, data: "MNIST, test moved by 3 pixels", epochs: 3, run: neocognitron(150, 10_000, 10_000, 3)},
		{system: "MLP of Exemplo 1", form: "784 → 512 → 512 → 10, RMSprop(0.001), batch 128, 10 000 labels", data: "MNIST, test moved by 3 pixels", epochs: 5, run: movedMLP(10_000, 10_000, 3)},
		onMNIST("LeNet of 1989", "full, Adam(0.002), batch 32", func() *nn.Model { return arch.LeNet1989() }, entropy, nn.Adam(0.002), 8, 32),
		onMNIST("LeNet", "the slide's, SGD(0.02, momentum 0.9), batch 32", arch.LeNet, entropy, nn.SGD(0.02, nn.Momentum(0.9)), 10, 32),
		onMNIST("LeNet-5 of 1998", "full, equation 9 with j = 1, SGD(0.002, momentum 0.9) × 0.8 each epoch, batch 16", func() *nn.Model { return arch.LeNet5Original(arch.Distances()) }, arch.LeNet5Loss(1), nn.SGD(0.002, nn.Momentum(0.9)), 10, 16, nn.ExponentialDecay(0.8)),
		onDistorted("LeNet-5 of 1998", "full, equation 9 with j = 1, SGD(0.002, momentum 0.9) × 0.85 each epoch, batch 16", func() *nn.Model { return arch.LeNet5Original(arch.Distances()) }, arch.LeNet5Loss(1), nn.SGD(0.002, nn.Momentum(0.9)), 20, 16, nn.ExponentialDecay(0.85)),
		onMNIST("LeNet-5, modern", "full, Adam(0.001), batch 64", func() *nn.Model { return arch.LeNet5() }, entropy, nn.Adam(0.001), 8, 64),
		onDistorted("LeNet-5, modern", "full, Adam(0.001) × 0.85 each epoch, batch 64", func() *nn.Model { return arch.LeNet5() }, entropy, nn.Adam(0.001), 16, 64, nn.ExponentialDecay(0.85)),
	}
}

// punchCards are the fifty attempts of the demonstration of 1958, each card once.
func punchCards(options ...arch.Option) func(seed uint64) (float64, error) {
	return func(seed uint64) (float64, error) {
		m := arch.Perceptron(append(options, arch.Input(12, 80, 1))...).Compile(nn.PerceptronLoss, nn.SGD(1), nn.Accuracy, nn.Seed(seed))
		return trained(m, datasets.PunchCards(50, seed), datasets.PunchCards(1000, seed+100), 1, nn.BatchSize(1))
	}
}

// onMNIST is a row for a network of ten outputs on MNIST's pictures.
func onMNIST(system, form string, network func() *nn.Model, loss nn.Loss, o nn.Optimizer, epochs, batch int, options ...nn.FitOption) row {
	train, test := datasets.MNIST()
	return row{system: system, form: form, data: "MNIST", epochs: epochs}.learning(train, test, network, loss, o, batch, options)
}

// onDistorted is the same where training sees each digit a little moved, turned, and made larger
// or smaller, another way in each epoch. By distortions LeCun et al. 1998 bring LeNet-5 from
// 99.05 % to 99.2 %; theirs are moves, scales, squeezes and shears.
func onDistorted(system, form string, network func() *nn.Model, loss nn.Loss, o nn.Optimizer, epochs, batch int, options ...nn.FitOption) row {
	train, test := datasets.MNIST()
	seen := nn.Augment(train, nn.RandomTranslation(2./28, 2./28), nn.RandomRotation(0.02), nn.RandomZoom(0.1), nn.FillConstant(0))
	return row{system: system, form: form, data: "MNIST, training moved by up to 2 pixels, turned by 7°, zoomed by 0.1", epochs: epochs}.
		learning(seen, test, network, loss, o, batch, options)
}

// learning is the row with the training that it is measured behind.
func (r row) learning(train, test nn.Data, network func() *nn.Model, loss nn.Loss, o nn.Optimizer, batch int, options []nn.FitOption) row {
	r.run = func(seed uint64) (float64, error) {
		return trained(network().Compile(loss, o, nn.Accuracy, nn.Seed(seed)), train, test, r.epochs, append(options, nn.BatchSize(batch))...)
	}
	return r
}

// trained is a model's accuracy on the test data behind a training.
func trained(m *nn.Model, train, test nn.Data, epochs int, options ...nn.FitOption) (float64, error) {
	if _, err := m.Fit(train, append(options, nn.Epochs(epochs), nn.Verbose(false))...); err != nil {
		return 0, err
	}
	logs, err := m.Evaluate(test)
	if err != nil {
		return 0, err
	}
	for _, l := range logs {
		if strings.HasSuffix(l.Name, "accuracy") { // with auxiliary classifiers "fc_accuracy", the first output's
			return l.Value, nil
		}
	}
	return 0, fmt.Errorf("no accuracy among %v", logs)
}
