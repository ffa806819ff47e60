package viz

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Slide "Campo receptivo": filters of one size see more of the image from layer to layer.
func ExampleReceptiveField() {
	_, test := datasets.MNIST()
	m := nn.Sequential(nn.Input(28, 28, 1), nn.Conv2D(2, 3, nn.ReLU), nn.MaxPool2D(2), nn.Conv2D(2, 3, nn.ReLU), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(10, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	said(ReceptiveField(m, test, 0))
	// Output:
	// campo receptivo · exemplo 0 (28×28) · conv2d: 3×3 … dense: 28×28
	// conv2d 3×3
	// maxpool2d 4×4
	// conv2d_1 8×8
	// maxpool2d_1 10×10
	// dense 28×28
}

// one is one image of 15×17 with a single bright pixel.
type one struct {
	datasets.Set
	at int
}

func (*one) Open() error         { return nil }
func (*one) Len() int            { return 1 }
func (*one) Shape() tensor.Shape { return tensor.Shape{15, 17, 1} }
func (*one) Classes() int        { return 0 }
func (*one) TargetSize() int     { return 1 }
func (o *one) Batch(_ []int, x, y []float32) {
	clear(x)
	if o.at >= 0 {
		x[o.at] = 1
	}
}

// A number depends on the pixels of its field and on no other: of a network of positive
// weights it changes exactly when one of these does, wherever its dilation leaves no holes.
func TestReceptiveFieldIsTrue(t *testing.T) {
	ones := nn.KernelInitializer(nn.Ones)
	in := nn.Input(15, 17, 1)
	stem := in.Then(nn.Conv2D(1, 3, nn.Strides(2), nn.Same, ones))
	left, right := stem.Then(nn.Conv2D(1, [2]int{1, 3}, nn.Padding(0, 1), ones)), stem.Then(nn.Conv2D(1, 3, nn.Same, ones))
	out := nn.Add(left, right).Then(nn.AveragePool2D(2, nn.Strides(1)), nn.Conv2D(1, 2, nn.Padding(1), ones))
	m := nn.Graph(nn.Inputs(in), nn.Outputs(out.Then(nn.Flatten(), nn.Dense(1, ones)))).Compile(nn.MSE, nn.SGD(0.1))
	layers := m.Layers()
	fields := fieldsOf(layers)
	dark, err := m.Activations(&one{at: -1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for pixel := range 15 * 17 {
		outputs, err := m.Activations(&one{at: pixel}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for n, l := range layers {
			f, ok := fields[l.Name]
			if !ok || len(l.Shape) != 3 {
				continue
			}
			i, j := pixel/17, pixel%17
			for at, v := range outputs[n].Output.Values() {
				from := f.from([2]int{at / l.Shape[1], at % l.Shape[1]})
				changes := v != dark[n].Output.Values()[at]
				inside := i >= from[0] && i < from[0]+f.size[0] && j >= from[1] && j < from[1]+f.size[1]
				if changes != inside {
					t.Fatalf("%s, number %d: pixel %d, %d changes it: %t, in its field %v from %v: %t", l.Name, at, i, j, changes, f.size, from, inside)
				}
				checked++
			}
		}
	}
	if checked < 6*15*17*30 {
		t.Errorf("%d checked", checked)
	}
}

// The sizes are those of Summary, for the lecture's systems.
func TestReceptiveFieldIsThatOfSummary(t *testing.T) {
	for name, m := range map[string]*nn.Model{"AlexNet": arch.AlexNet(), "VGG16": arch.VGG16(), "GoogLeNet": arch.GoogLeNet(), "ResNet-50": arch.ResNet50()} {
		layers := m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Layers()
		fields, same := fieldsOf(layers), 0
		for _, l := range layers[1:] {
			f, ok := fields[l.Name]
			if !ok || len(l.Shape) != 3 {
				continue
			}
			if got := fmt.Sprintf("%d×%d", f.size[0], f.size[1]); got != l.ReceptiveField {
				t.Errorf("%s, %s: %s, Summary says %s", name, l.Name, got, l.ReceptiveField)
			}
			same++
		}
		if same < 8 {
			t.Errorf("%s: %d layers have a field", name, same)
		}
		if grown := growing(layers); len(grown) > mostFields || len(grown) < 4 {
			t.Errorf("%s: %d pictures", name, len(grown))
		}
	}
	if _, err := ReceptiveField(arch.LeNet5().Compile(nn.MSE, nn.SGD(0.1)), nil, 0); err == nil || !strings.Contains(err.Error(), "data") {
		t.Errorf("no data gave %v", err)
	}
}
