package arch_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
)

// understood is a system with what it learns from.
type understood struct {
	model   *nn.Model
	loss    nn.Loss
	data    nn.Data
	filters string // a layer that has some
}

// Each system is a model as any other: it is described, drawn, asked, saved, and made again from
// the file alone, with the same answers. Those since AlexNet are narrow and see small pictures;
// ResNet-1202 has no fewer layers for it.
func TestUnderstood(t *testing.T) {
	_, test := datasets.MNIST()
	digits, cards := test.Take(20), datasets.PunchCards(20, 1)
	small := func(network func(...arch.Option) *nn.Model, side int, width float64, filters string, options ...arch.Option) understood {
		l := narrow(network, side, width, 0.001, options...)
		return understood{l.model, l.loss, l.data, filters}
	}
	for name, c := range map[string]understood{
		"Perceptron":         {arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)), nn.PerceptronLoss, cards, ""},
		"Adaline":            {arch.Adaline(arch.Input(12, 80, 1)), nn.MSE, cards, ""},
		"softmax regression": {arch.SoftmaxRegression(), nn.CategoricalCrossentropy, digits, ""},
		"MLP":                {arch.MLP1986(2, 2, 1), nn.MSE, datasets.XOR(), ""},
		"LeNet1989":          {arch.LeNet1989(), nn.CategoricalCrossentropy, digits, "H3"},
		"LeNet5Original":     {arch.LeNet5Original(), nn.CategoricalCrossentropy, digits, "C3"},
		"Neocognitron":       {arch.Neocognitron(arch.Input(28, 28, 1), arch.Classes(10), arch.Planes(4, 6, 8)), nn.CategoricalCrossentropy, digits, "US1"},
		"AlexNet":            small(arch.AlexNet, 67, 1./8, "conv1"),
		"VGG11":              small(arch.VGG11, 32, 1./8, "block1.conv1"),
		"VGG13":              small(arch.VGG13, 32, 1./8, "block1.conv1", arch.BatchNormalized()),
		"GoogLeNet":          small(arch.GoogLeNet, 80, 1./8, "conv1"),
		"Inception-v2":       small(arch.InceptionV2, 107, 1./16, "conv1.conv"),
		"Inception-v3":       small(arch.InceptionV3, 75, 1./16, "Conv2d_1a_3x3.conv", arch.Keras()),
		"ResNet-34":          small(arch.ResNet34, 32, 1./8, "conv1"),
		"ResNet-101":         small(arch.ResNet101, 32, 1./16, "conv1"),
		"ResNet-152":         small(arch.ResNet152, 32, 1./16, "conv1"),
		"ResNet-110":         small(of(110, arch.ResNetCIFAR), 16, 1./4, "conv1"),
		"ResNet-1202":        small(of(1202, arch.ResNetCIFAR), 8, 1./8, "conv1"),
		"ResNet-164":         small(of(164, arch.PreActivationResNet), 16, 1./8, "conv1"),
	} {
		t.Run(name, func(t *testing.T) {
			m := c.model
			if testing.Short() && len(c.data.Shape()) == 3 && len(m.Compile(nn.NoLoss, nn.SGD(0.01)).Layers()) > 100 {
				t.Skip("its pictures take seconds")
			}
			if name == "Neocognitron" {
				if err := arch.SelfOrganize(m, c.data, 1); err != nil {
					t.Fatal(err)
				}
			}
			m.Compile(c.loss, nn.SGD(0.01), nn.Accuracy)
			if _, err := m.Fit(c.data, nn.BatchSize(4), nn.Verbose(false)); err != nil {
				t.Fatal(err)
			}
			if s := m.String(); strings.Count(s, "\n") < min(len(m.Layers()), 10) { // blocks are folded
				t.Errorf("the summary is %s", s)
			}
			figures := map[string]func() (*viz.Figure, error){
				"Draw":       func() (*viz.Figure, error) { return viz.Draw(m) },
				"Confusion":  func() (*viz.Figure, error) { return viz.Confusion(m, c.data) },
				"Histograms": func() (*viz.Figure, error) { return viz.Histograms(m) },
			}
			if len(c.data.Shape()) == 3 && len(m.Layers()) < 1000 { // three thousand rows of maps take minutes to draw
				figures["FeatureMaps"] = func() (*viz.Figure, error) { return viz.FeatureMaps(m, c.data, 0) }
			}
			if c.filters != "" {
				figures["Filters"] = func() (*viz.Figure, error) { return viz.Filters(m, c.filters) }
			}
			for figure, draw := range figures {
				if f, err := draw(); err != nil || f.SVG == "" {
					t.Errorf("%s: %v", figure, err)
				}
			}
			path := filepath.Join(t.TempDir(), "m.safetensors")
			if err := m.Save(path); err != nil {
				t.Fatal(err)
			}
			again := nn.LoadModel(path)
			want, err := m.Predict(c.data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := again.Predict(c.data)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Values(), want.Values()) {
				t.Error("the model of the file answers otherwise")
			}
		})
	}
}
