package arch_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// learner is a network with what it learns.
type learner struct {
	model *nn.Model
	loss  nn.Loss
	by    nn.Optimizer
	data  nn.Data
}

// narrow is a network of that width for ten square pictures, which are drawn by a formula.
func narrow(network func(...arch.Option) *nn.Model, side int, width, rate float64, options ...arch.Option) learner {
	var pixels [][]float32
	for i := range 10 {
		pixels = append(pixels, made.Numbers(i, side*side, 1, 0))
	}
	pictures := shaped{datasets.FromSlices(pixels, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), tensor.Shape{side, side, 1}}
	options = append(options, arch.Input(side, side, 1), arch.Classes(10), arch.Width(width))
	return learner{network(options...), nn.CategoricalCrossentropy, nn.Adam(rate), pictures}
}

// Each network, those since AlexNet narrow and on the smallest pictures that they take, learns one
// batch by heart: without dropout each answer is right, and the loss, auxiliary classifiers
// included, falls to 0.05, within 100 steps. Most take some dozens; the encoder 8-3-8, whose three
// sigmoids have to find a number of three bits for each input, takes 41 to 73 with the seeds 1 to 8
// (by Adam up to 183).
func TestLearnsABatch(t *testing.T) {
	train, _ := datasets.MNIST()
	digits, cards := train.Take(32), datasets.PunchCards(32, 1)
	card := arch.Input(12, 80, 1)
	entropy := nn.CategoricalCrossentropy
	for name, c := range map[string]learner{
		"Perceptron":            {arch.Perceptron(card), nn.PerceptronLoss, nn.SGD(1), cards},
		"Perceptron, fields":    {arch.Perceptron(card, arch.Association(12, 10)), nn.PerceptronLoss, nn.SGD(1), cards},
		"Adaline":               {arch.Adaline(card), nn.MSE, nn.SGD(0.05), cards},
		"softmax regression":    {arch.SoftmaxRegression(), entropy, nn.SGD(0.5), digits},
		"MLP 2-2-1":             {arch.MLP1986(2, 2, 1), nn.MSE, nn.Adam(0.2), datasets.XOR()},
		"MLP 8-3-8":             {arch.MLP1986(8, 3, 8), nn.MSE, nn.RMSprop(0.1), datasets.Encoder(8)},
		"PlainMLP":              {arch.PlainMLP(), nn.MSE, nn.Adam(0.01), digits},
		"LeNet":                 {arch.LeNet(), entropy, nn.Adam(0.02), digits},
		"LeNet1989":             {arch.LeNet1989(), entropy, nn.Adam(0.02), digits},
		"LeNet5":                {arch.LeNet5(), entropy, nn.Adam(0.002), digits},
		"LeNet5Original":        {arch.LeNet5Original(), entropy, nn.Adam(0.002), digits},
		"AlexNet":               narrow(arch.AlexNet, 67, 1./8, 3e-3),
		"AlexNet ungrouped":     narrow(arch.AlexNet, 67, 1./8, 3e-3, arch.Ungrouped()),
		"AlexNet torchvision":   narrow(arch.AlexNet, 224, 1./16, 3e-3, arch.Torchvision()),
		"VGG11":                 narrow(arch.VGG11, 32, 1./8, 3e-3),
		"VGG16":                 narrow(arch.VGG16, 32, 1./8, 3e-3),
		"VGG16 normalised":      narrow(arch.VGG16, 32, 1./8, 3e-3, arch.BatchNormalized()),
		"VGG19 normalised":      narrow(arch.VGG19, 32, 1./8, 3e-3, arch.BatchNormalized()),
		"GoogLeNet":             narrow(arch.GoogLeNet, 80, 1./4, 2e-3),
		"GoogLeNet torchvision": narrow(arch.GoogLeNet, 64, 1./8, 3e-3, arch.Torchvision()),
		"Inception-v2":          narrow(arch.InceptionV2, 107, 1./8, 3e-3),
		"Inception-v3":          narrow(arch.InceptionV3, 299, 1./16, 3e-3),
		"Inception-v3 Keras":    narrow(arch.InceptionV3, 75, 1./16, 3e-3, arch.Keras()),
		"ResNet-18":             narrow(arch.ResNet18, 32, 1./8, 3e-3),
		"ResNet-34":             narrow(arch.ResNet34, 32, 1./8, 3e-3),
		"ResNet-50":             narrow(arch.ResNet50, 32, 1./8, 3e-3),
		"ResNet-50 Keras":       narrow(arch.ResNet50, 32, 1./8, 3e-3, arch.Keras()),
		"ResNet-20":             narrow(of(20, arch.ResNetCIFAR), 28, 1./4, 1e-2),
		"ResNet-56":             narrow(of(56, arch.ResNetCIFAR), 28, 1./4, 1e-2),
		"pre-activation 164":    narrow(of(164, arch.PreActivationResNet), 28, 1./8, 1e-2),
	} {
		if testing.Short() && c.data.Shape()[0] > 32 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := withoutDropout(t, c.model).Compile(c.loss, c.by, nn.Accuracy, nn.Seed(5))
			if err := m.Err(); err != nil {
				t.Fatal(err)
			}
			var all []int
			for i := range c.data.Len() {
				all = append(all, i)
			}
			var logs nn.Logs
			const most = 100
			for range most {
				var err error
				if logs, err = m.Step(c.data, all); err != nil {
					t.Fatal(err)
				}
				if learned(logs) {
					return
				}
			}
			t.Errorf("%v behind %d steps", logs, most)
		})
	}
}

// learned asks for right answers, too: the loss of a perceptron is 0 before it has learned.
func learned(logs nn.Logs) bool {
	loss, _ := logs.Get("loss")
	right := false
	for _, l := range logs {
		if strings.HasSuffix(l.Name, "accuracy") {
			right = l.Value == 1
			break // with auxiliary classifiers the first output's
		}
	}
	return loss <= 0.05 && right
}

// withoutDropout is the same network with dropout that drops nothing.
func withoutDropout(t *testing.T, m *nn.Model) *nn.Model {
	t.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var r map[string]any
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for _, l := range r["layers"].([]any) {
		if c := l.(map[string]any)["config"].(map[string]any); c["kind"] == "Dropout" {
			c["rate"] = 0
		}
	}
	if text, err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	return nn.FromJSON(text)
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

// of is a network of a depth.
func of(depth int, network func(int, ...arch.Option) *nn.Model) func(...arch.Option) *nn.Model {
	return func(o ...arch.Option) *nn.Model { return network(depth, o...) }
}
