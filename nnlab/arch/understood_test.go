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

// The systems from the perceptron to LeNet-5 are models as any other: they are described,
// drawn, asked, saved, and made again from the file alone, with the same answers.
func TestUnderstood(t *testing.T) {
	_, test := datasets.MNIST()
	digits, cards := test.Take(20), datasets.PunchCards(20, 1)
	for name, c := range map[string]struct {
		model   *nn.Model
		loss    nn.Loss
		data    nn.Data
		filters string // a layer that has some
	}{
		"Perceptron":         {arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)), nn.PerceptronLoss, cards, ""},
		"Adaline":            {arch.Adaline(arch.Input(12, 80, 1)), nn.MSE, cards, ""},
		"softmax regression": {arch.SoftmaxRegression(), nn.CategoricalCrossentropy, digits, ""},
		"MLP":                {arch.MLP1986(2, 2, 1), nn.MSE, datasets.XOR(), ""},
		"LeNet1989":          {arch.LeNet1989(), nn.CategoricalCrossentropy, digits, "H3"},
		"LeNet5Original":     {arch.LeNet5Original(), nn.CategoricalCrossentropy, digits, "C3"},
		"Neocognitron":       {arch.Neocognitron(arch.Input(28, 28, 1), arch.Classes(10), arch.Planes(4, 6, 8)), nn.CategoricalCrossentropy, digits, "US1"},
	} {
		t.Run(name, func(t *testing.T) {
			m := c.model
			if name == "Neocognitron" {
				if err := arch.SelfOrganize(m, c.data, 1); err != nil {
					t.Fatal(err)
				}
			}
			m.Compile(c.loss, nn.SGD(0.01), nn.Accuracy)
			if _, err := m.Fit(c.data, nn.BatchSize(4), nn.Verbose(false)); err != nil {
				t.Fatal(err)
			}
			if s := m.String(); strings.Count(s, "\n") < len(m.Layers()) {
				t.Errorf("the summary is %s", s)
			}
			figures := map[string]func() (*viz.Figure, error){
				"Draw":       func() (*viz.Figure, error) { return viz.Draw(m) },
				"Confusion":  func() (*viz.Figure, error) { return viz.Confusion(m, c.data) },
				"Histograms": func() (*viz.Figure, error) { return viz.Histograms(m) },
			}
			if len(c.data.Shape()) == 3 {
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
