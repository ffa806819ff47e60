package arch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// parity are digits whose class is whether they are odd.
type parity struct{ *datasets.Set }

func (parity) Classes() int { return 2 }

func (p parity) Batch(index []int, x, y []float32) {
	p.Set.Batch(index, x, y)
	for i, digit := range y {
		y[i] = float32(int(digit) % 2)
	}
}

// teacher is a LeNet-5 that has learnt the ten digits.
var teacher = sync.OnceValues(func() (*nn.Model, error) {
	train, _ := datasets.MNIST()
	m := arch.LeNet5().Compile(nn.CategoricalCrossentropy, nn.Adam(2e-3))
	_, err := m.Fit(train.Take(3000), nn.Epochs(3), nn.BatchSize(32), nn.Verbose(false))
	return m, err
})

// teachersFile is its weights, saved as PyTorch does.
func teachersFile(folder string) (string, error) {
	m, err := teacher()
	if err != nil {
		return "", err
	}
	var arrays []safetensors.Named
	for _, p := range m.Params() {
		layer, kind, _ := strings.Cut(p.Name, "/")
		s, values := p.Value.Shape, p.Value.Values()
		switch {
		case layer == "fc1" && kind == "kernel": // behind 16 maps of 5×5, which PyTorch counts first
			t := make([]float32, len(values))
			for i, v := range values {
				row, unit := i/s[1], i%s[1]
				t[unit*s[0]+row%16*25+row/16] = v
			}
			s, values = tensor.Shape{s[1], s[0]}, t
		case len(s) > 1: // [k k in out] as [out in k k], [in out] as [out in]
			in, out := s[len(s)-2], s[len(s)-1]
			cells := s.Size() / in / out
			t := make([]float32, len(values))
			for i, v := range values {
				t[(i%out*in+i/out%in)*cells+i/(out*in)] = v
			}
			s, values = append(tensor.Shape{out, in}, s[:len(s)-2]...), t
		}
		name := layer + map[string]string{"kernel": ".weight", "bias": ".bias"}[kind]
		arrays = append(arrays, safetensors.Named{Name: name, Tensor: tensor.Of(p.Value.Backend, values, s...)})
	}
	path := filepath.Join(folder, "lenet5.safetensors")
	return path, safetensors.Write(path, 0o600, arrays, map[string]string{"format": "pt"})
}

// Transfer learning: a network that knows the digits learns which of them are odd, from 100
// examples. Its convolutions and dense layers keep the weights of the file; a new head learns.
func ExampleHead() {
	folder, _ := os.MkdirTemp("", "transfer")
	defer os.RemoveAll(folder)
	arquivo, _ := teachersFile(folder)
	train, test := datasets.MNIST()

	model := arch.LeNet5(arch.Weights(arquivo), arch.Head(nn.Dense(2, nn.Softmax))).
		Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.Accuracy, nn.Freeze("conv*", "fc*"))
	model.Fit(parity{train.Take(100)}, nn.Epochs(30), nn.Verbose(false))
	logs, _ := model.Evaluate(parity{test.Take(2000)})
	transferred, _ := logs.Get("accuracy")

	anew := arch.LeNet5(arch.Classes(2)).Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.Accuracy)
	anew.Fit(parity{train.Take(100)}, nn.Epochs(30), nn.Verbose(false))
	logs, _ = anew.Evaluate(parity{test.Take(2000)})
	alone, _ := logs.Get("accuracy")
	fmt.Println("with the file's weights:", transferred > 0.9, "· more than without:", transferred > alone+0.05)
	// Output: with the file's weights: true · more than without: true
}

// Whatever the network, its head takes the place of the layer that tells the classes, alone.
func TestHead(t *testing.T) {
	small := []arch.Option{arch.Width(0.1), arch.Input(64, 64, 3), arch.Head(nn.Dense(5, nn.ReLU), nn.Dense(2, nn.Softmax))}
	of := func(more ...arch.Option) []arch.Option { return append(more, small...) }
	for name, c := range map[string]struct {
		model *nn.Model
		lost  string // the layer that is not there
	}{
		"VGG16":               {arch.VGG16(of()...), "predictions"},
		"LeNet5":              {arch.LeNet5(of()...), "fc3"},
		"AlexNet":             {arch.AlexNet(append(of(), arch.Input(99, 99, 3))...), "fc8"},
		"AlexNet torchvision": {arch.AlexNet(append(of(arch.Torchvision()), arch.Input(224, 224, 3))...), "classifier.6"},
		"GoogLeNet":           {arch.GoogLeNet(of()...), "fc"},
		"InceptionV2":         {arch.InceptionV2(append(of(), arch.Input(75, 75, 3))...), "fc"},
		"InceptionV3":         {arch.InceptionV3(append(of(), arch.Input(75, 75, 3))...), "fc"},
		"InceptionV3 Keras":   {arch.InceptionV3(append(of(arch.Keras()), arch.Input(75, 75, 3))...), "fc"},
		"ResNet18":            {arch.ResNet18(of()...), "fc"},
		"ResNet50 Keras":      {arch.ResNet50(of(arch.Keras())...), "fc"},
		"ResNet-20":           {arch.ResNetCIFAR(20, of()...), "fc"},
		"ResNet-164":          {arch.PreActivationResNet(164, of()...), "fc"},
	} {
		t.Run(name, func(t *testing.T) {
			layers := c.model.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Layers()
			if len(layers) < 3 || len(c.model.OutputNames()) != 1 {
				t.Fatalf("%d layers, outputs %v: %v", len(layers), c.model.OutputNames(), c.model.Err())
			}
			last := layers[len(layers)-2:]
			if last[0].Name != "head.dense" || last[1].Name != "head.dense_1" || !last[1].Shape.Equal(tensor.Shape{2}) {
				t.Errorf("ends with %s and %s %v", last[0].Name, last[1].Name, last[1].Shape)
			}
			for _, l := range layers {
				if l.Name == c.lost {
					t.Errorf("%s is there", c.lost)
				}
			}
		})
	}
}

// The head of a network with a file's weights is drawn; the old one's arrays are passed over.
func TestHeadOnAFile(t *testing.T) {
	path, err := teachersFile(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	whole := arch.LeNet5(arch.Weights(path)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m := arch.LeNet5(arch.Weights(path), arch.Head(nn.Dense(2, nn.Softmax))).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	if err := m.Err(); err != nil {
		t.Fatal(err)
	}
	there := map[string][]float32{}
	for _, p := range whole.Params() {
		there[p.Name] = p.Value.Values()
	}
	for _, p := range m.Params() {
		same := fmt.Sprint(p.Value.Values()) == fmt.Sprint(there[p.Name])
		if same == strings.HasPrefix(p.Name, "head.") {
			t.Errorf("%s is the file's: %v", p.Name, same)
		}
	}
	_, test := datasets.MNIST()
	logs, err := whole.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Accuracy).Evaluate(test.Take(1000))
	if accuracy, _ := logs.Get("accuracy"); err != nil || accuracy < 0.9 {
		t.Errorf("the file's network tells %v of the digits, %v", accuracy, err)
	}
}
