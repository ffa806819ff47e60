package arch_test

import (
	"encoding/json"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

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

// Each of the networks since 1998, narrow and on the smallest pictures that it takes, learns ten
// pictures by heart: without dropout the loss on them, auxiliary classifiers included, falls to 0.05
// within 100 steps.
func TestEachLearns(t *testing.T) {
	type options = []arch.Option
	for name, c := range map[string]struct {
		network func(...arch.Option) *nn.Model
		side    int
		width   float64
		options options
		rate    float64
	}{
		"LeNet-5":               {arch.LeNet5, 28, 1, nil, 3e-3},
		"AlexNet":               {arch.AlexNet, 67, 1. / 8, nil, 3e-3},
		"AlexNet ungrouped":     {arch.AlexNet, 67, 1. / 8, options{arch.Ungrouped()}, 3e-3},
		"AlexNet torchvision":   {arch.AlexNet, 224, 1. / 16, options{arch.Torchvision()}, 3e-3},
		"VGG11":                 {arch.VGG11, 32, 1. / 8, nil, 3e-3},
		"VGG16":                 {arch.VGG16, 32, 1. / 8, nil, 3e-3},
		"VGG16 normalised":      {arch.VGG16, 32, 1. / 8, options{arch.BatchNormalized()}, 3e-3},
		"VGG19 normalised":      {arch.VGG19, 32, 1. / 8, options{arch.BatchNormalized()}, 3e-3},
		"GoogLeNet":             {arch.GoogLeNet, 80, 1. / 4, nil, 2e-3},
		"GoogLeNet torchvision": {arch.GoogLeNet, 64, 1. / 8, options{arch.Torchvision()}, 3e-3},
		"Inception-v2":          {arch.InceptionV2, 107, 1. / 16, nil, 3e-3},
		"Inception-v3":          {arch.InceptionV3, 299, 1. / 16, nil, 3e-3},
		"Inception-v3 Keras":    {arch.InceptionV3, 75, 1. / 16, options{arch.Keras()}, 3e-3},
		"ResNet-18":             {arch.ResNet18, 32, 1. / 8, nil, 3e-3},
		"ResNet-34":             {arch.ResNet34, 32, 1. / 8, nil, 3e-3},
		"ResNet-50":             {arch.ResNet50, 32, 1. / 8, nil, 3e-3},
		"ResNet-50 Keras":       {arch.ResNet50, 32, 1. / 8, options{arch.Keras()}, 3e-3},
		"ResNet-20":             {of(20, arch.ResNetCIFAR), 28, 1. / 4, nil, 1e-2},
		"ResNet-56":             {of(56, arch.ResNetCIFAR), 28, 1. / 4, nil, 1e-2},
		"pre-activation 164":    {of(164, arch.PreActivationResNet), 28, 1. / 8, nil, 1e-2},
	} {
		if testing.Short() && c.side > 32 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			given := append(options{arch.Input(c.side, c.side, 1), arch.Classes(10), arch.Width(c.width)}, c.options...)
			m := withoutDropout(t, c.network(given...)).Compile(nn.CategoricalCrossentropy, nn.Adam(c.rate))
			if err := m.Err(); err != nil {
				t.Fatal(err)
			}
			all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
			var pixels [][]float32
			for i := range all {
				pixels = append(pixels, formula(i, c.side*c.side, 1, 0))
			}
			pictures := shaped{datasets.FromSlices(pixels, all), tensor.Shape{c.side, c.side, 1}}
			loss, first := 0.0, 0.0
			for step := range 100 {
				logs, err := m.Step(pictures, all)
				if err != nil {
					t.Fatal(err)
				}
				if loss, _ = logs.Get("loss"); step == 0 {
					first = loss
				}
				if loss <= 0.05 {
					t.Logf("%.2f → %.3f in %d steps", first, loss, step+1)
					return
				}
			}
			t.Errorf("the loss is %.3f after 100 steps, %.2f before", loss, first)
		})
	}
}

// of is a network of a depth.
func of(depth int, network func(int, ...arch.Option) *nn.Model) func(...arch.Option) *nn.Model {
	return func(o ...arch.Option) *nn.Model { return network(depth, o...) }
}
