package arch_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// networks are those that testdata/torch_models.py ran, by its names.
func networks(name string, o ...arch.Option) *nn.Model {
	switch name {
	case "LeNet5":
		return arch.LeNet5(o...)
	case "AlexNet":
		return arch.AlexNet(o...)
	case "VGG16":
		return arch.VGG16(o...)
	case "GoogLeNet":
		return arch.GoogLeNet(o...)
	case "InceptionV3":
		return arch.InceptionV3(o...)
	case "ResNet18":
		return arch.ResNet18(o...)
	case "ResNet34":
		return arch.ResNet34(o...)
	}
	return arch.ResNet50(o...)
}

// foreignCase is what a network answers in another program.
type foreignCase struct {
	Name         string
	Shape        []int
	Parameters   int
	Gamma        float64
	Image        int
	Logits       [][]float64
	GradientNorm float64 `json:"gradient_norm"`
	GradientStep int     `json:"gradient_step"`
	Gradient     []float64
	Arrays       [][2]any // names and shapes, where a file tells them
}

// foreignCases reads a file of them.
func foreignCases(t *testing.T, path string, n int) []foreignCase {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []foreignCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != n {
		t.Errorf("%d networks", len(file.Cases))
	}
	return file.Cases
}

// compare wants of a model the same number of parameters, the same logits within 1e-4 of the
// largest, at every head, and the same gradient with respect to the image within 1e-3 of its norm.
func (c foreignCase) compare(t *testing.T, m *nn.Model) {
	t.Helper()
	weights := []float64{1, 0.3, 0.3}[:len(c.Logits)]
	if err := m.Compile(nn.CategoricalCrossentropy, nn.SGD(1e-9), nn.LossWeights(weights...)).Err(); err != nil {
		t.Fatal(err)
	}
	if got := learning(m); got != c.Parameters {
		t.Errorf("%d parameters, want %d", got, c.Parameters)
	}
	image := datasets.FromSlices([][]float32{made.Numbers(c.Image, tensor.Shape(c.Shape).Size(), 1, 0)}, []int{3}).WithClasses(len(c.Logits[0]))
	x := shaped{image, c.Shape}
	answers, err := m.PredictAll(x)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range c.Logits {
		// What is left of logits behind a softmax are their differences.
		got, largest, of := answers[i].Values(), slices.Max(want), 0.0
		sum := 0.0
		for _, v := range want {
			sum += math.Exp(v - largest)
			of = max(of, math.Abs(v))
		}
		for k, v := range want {
			p := math.Exp(v-largest) / sum
			if p < 1e-30 {
				continue
			}
			if d := math.Log(float64(got[k])) - math.Log(p); math.Abs(d) > 1e-4*of {
				t.Fatalf("head %d: logit %d differs by %.3g, the largest is %.3g", i, k, d, of)
			}
		}
	}
	dx, err := m.InputGradient(x, 0)
	if err != nil {
		t.Fatal(err)
	}
	squares, values := 0.0, dx[0].Values()
	for _, v := range values {
		squares += float64(v) * float64(v)
	}
	if norm := math.Sqrt(squares); math.Abs(norm-c.GradientNorm) > 1e-3*c.GradientNorm {
		t.Errorf("the gradient's norm is %v, want %v", norm, c.GradientNorm)
	}
	typical := c.GradientNorm / math.Sqrt(float64(len(values)))
	for i, want := range c.Gradient {
		if got := float64(values[i*c.GradientStep]); math.Abs(got-want) > 1e-3*max(math.Abs(want), 10*typical) {
			t.Errorf("number %d of the gradient is %v, want %v", i*c.GradientStep, got, want)
		}
	}
}

// With the weights of torchvision's model, which a file brings under torchvision's names
// and in its layout, a network answers as torchvision's.
func TestTorchvision(t *testing.T) {
	cases := foreignCases(t, "testdata/torchvision.json", 8)
	if testing.Short() { // VGG16 alone takes a gigabyte
		cases = cases[:1]
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "weights.safetensors")
			writeWeights(t, path, arraysOf(c.Name), c.Gamma)
			c.compare(t, networks(c.Name, arch.Weights(path), arch.Input(c.Shape[0], c.Shape[1], c.Shape[2])))
		})
	}
}

// shaped are examples in another shape.
type shaped struct {
	nn.Data
	shape tensor.Shape
}

func (s shaped) Shape() tensor.Shape { return s.shape }

// array is one of a PyTorch file.
type array struct {
	name  string
	shape tensor.Shape
}

// arraysOf are the arrays of torchvision's model, which follow from ours: an error in the
// translation would have to be made twice, in opposite directions, to pass; the names were
// checked against torchvision's state_dict by testdata/torch_models.py, whose formula
// counts them in their order.
func arraysOf(name string) (all []array) {
	m := networks(name, arch.Torchvision()).Compile(nn.CategoricalCrossentropy, nn.SGD(1))
	if name == "LeNet5" {
		m = networks(name, arch.Input(32, 32, 1)).Compile(nn.CategoricalCrossentropy, nn.SGD(1))
	}
	for _, l := range m.Layers() {
		for _, p := range l.Params() {
			layer, kind, _ := strings.Cut(p.Name, "/")
			if name == "VGG16" {
				layer = torchVGG16[layer]
			}
			s := p.Value.Shape
			switch {
			case kind == "kernel" && len(s) == 2:
				s = tensor.Shape{s[1], s[0]}
			case kind == "kernel":
				s = append(tensor.Shape{s[3], s[2]}, s[:2]...)
			}
			all = append(all, array{layer + "." + map[string]string{"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias",
				"moving_mean": "running_mean", "moving_variance": "running_var"}[kind], s})
			if kind == "gamma" {
				all = append(all, array{layer + ".num_batches_tracked", nil})
			}
		}
	}
	slices.SortFunc(all, func(a, b array) int { return strings.Compare(a.name, b.name) })
	return all
}

// torchVGG16 are torchvision's names of VGG16's layers.
var torchVGG16 = map[string]string{
	"block1.conv1": "features.0", "block1.conv2": "features.2", "block2.conv1": "features.5", "block2.conv2": "features.7",
	"block3.conv1": "features.10", "block3.conv2": "features.12", "block3.conv3": "features.14",
	"block4.conv1": "features.17", "block4.conv2": "features.19", "block4.conv3": "features.21",
	"block5.conv1": "features.24", "block5.conv2": "features.26", "block5.conv3": "features.28",
	"fc1": "classifier.0", "fc2": "classifier.3", "predictions": "classifier.6",
}

// writeWeights writes arrays, in the order of their names, with numbers as testdata/torch_models.py and
// testdata/keras_models.py give them.
func writeWeights(t *testing.T, path string, arrays []array, gamma float64) {
	t.Helper()
	b := cpu.New()
	var named []safetensors.Named
	for stream, a := range arrays {
		n := a.shape.Size()
		var values []float32
		switch {
		case a.shape == nil:
			continue
		case len(a.shape) > 1:
			in := a.shape[1:] // of each unit
			if strings.Contains(a.name, "/") {
				in = a.shape[:len(a.shape)-1]
			}
			values = made.Numbers(stream%256, n, math.Sqrt(6/float64(in.Size())), 0)
		case strings.HasSuffix(a.name, "running_var"), strings.HasSuffix(a.name, "moving_variance"):
			values = made.Numbers(stream%256, n, 0.2, 1)
		case strings.HasSuffix(a.name, ".weight"), strings.HasSuffix(a.name, "gamma"):
			values = made.Numbers(stream%256, n, 0.1, gamma)
		default:
			values = made.Numbers(stream%256, n, 0.1, 0)
		}
		named = append(named, safetensors.Named{Name: a.name, Tensor: tensor.Of(b, values, a.shape...)})
	}
	if err := safetensors.Write(path, 0o600, named, map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
}

// What a file lacks is said with what it has too much.
func TestWeightsRefuse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weights.safetensors")
	arrays := arraysOf("LeNet5")
	arrays[0].name = "conv1.beta" // conv1.bias
	writeWeights(t, path, arrays, 1)
	err := arch.LeNet5(arch.Weights(path), arch.Input(32, 32, 1), arch.Classes(7)).Compile(nn.CategoricalCrossentropy, nn.SGD(1)).Err()
	for _, want := range []string{"LoadPyTorch", "conv1.bias is missing (for conv1/bias)", "fc3.weight is [10 84] instead of [7 84]", "fc3.bias is [10] instead of [7]", "no layer has conv1.beta"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if err := arch.LeNet5(arch.Weights("nowhere")).Compile(nn.CategoricalCrossentropy, nn.SGD(1)).Err(); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("got %v", err)
	}
}
