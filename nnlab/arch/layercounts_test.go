package arch_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// counted is a layer with how many parameters of it learn.
type counted struct {
	name       string
	parameters int
}

// countsOf are those of the layers of a model that have some, in their order.
func countsOf(t *testing.T, m *nn.Model) (all []counted) {
	t.Helper()
	layers := m.Compile(nn.NoLoss, nn.SGD(0.01)).Layers() // draws no weights
	if layers == nil {
		t.Fatal(m.Err())
	}
	for _, l := range layers {
		if n := learningOf(l); n > 0 {
			all = append(all, counted{l.Name, n})
		}
	}
	return all
}

// torchvisionCounts are the layers of torchvision's networks, as testdata/torch_counts.py found them.
func torchvisionCounts(t *testing.T) map[string][]counted {
	t.Helper()
	text, err := os.ReadFile("testdata/counts.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Networks map[string]json.RawMessage }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	all := map[string][]counted{}
	for network, layers := range file.Networks {
		d := json.NewDecoder(strings.NewReader(string(layers))) // whose tokens stand in their order
		d.Token()
		for d.More() {
			name, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			c := counted{name: name.(string)}
			if err := d.Decode(&c.parameters); err != nil {
				t.Fatal(err)
			}
			all[network] = append(all[network], c)
		}
	}
	return all
}

// Each layer has as many parameters as torchvision's of the same name. VGG's have the names of
// Keras, and are compared in their order.
func TestLayerCounts(t *testing.T) {
	all := torchvisionCounts(t)
	for name, m := range map[string]*nn.Model{
		"alexnet": arch.AlexNet(arch.Torchvision()), "googlenet": arch.GoogLeNet(arch.Torchvision()), "inception_v3": arch.InceptionV3(),
		"vgg11": arch.VGG11(), "vgg13": arch.VGG13(), "vgg16": arch.VGG16(), "vgg19": arch.VGG19(),
		"vgg11_bn": arch.VGG11(arch.BatchNormalized()), "vgg13_bn": arch.VGG13(arch.BatchNormalized()),
		"vgg16_bn": arch.VGG16(arch.BatchNormalized()), "vgg19_bn": arch.VGG19(arch.BatchNormalized()),
		"resnet18": arch.ResNet18(), "resnet34": arch.ResNet34(), "resnet50": arch.ResNet50(), "resnet101": arch.ResNet101(), "resnet152": arch.ResNet152(),
	} {
		t.Run(name, func(t *testing.T) {
			got, want := countsOf(t, m), all[name]
			if strings.HasPrefix(name, "vgg") {
				for i := range want {
					want[i].name = ""
				}
				for i := range got {
					got[i].name = ""
				}
			} else {
				byName := func(a, b counted) int { return strings.Compare(a.name, b.name) }
				slices.SortFunc(got, byName)
				slices.SortFunc(want, byName)
			}
			if len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

// The layers of the networks for 32×32 have what their papers' tables say: 3×3 windows of 16, 32
// and 64 filters without bias (He et al. 2016a, section 4.2), or 1×1, 3×3 and 1×1 of them with four
// times as many channels behind (2016b, table 1), and two parameters for each channel of a normalisation.
func TestLayerCountsOf32(t *testing.T) {
	for _, depth := range []int{20, 32, 44, 56, 110, 1202} {
		want := []int{3 * 3 * 3 * 16, 2 * 16}
		channels := 16
		for _, filters := range []int{16, 32, 64} {
			for range (depth - 2) / 6 {
				want = append(want, 9*channels*filters, 2*filters, 9*filters*filters, 2*filters)
				channels = filters
			}
		}
		compareCounts(t, fmt.Sprintf("ResNet-%d", depth), arch.ResNetCIFAR(depth), append(want, 64*10+10))
	}
	for _, depth := range []int{164, 1001} {
		want := []int{3 * 3 * 3 * 16}
		channels := 16
		for _, filters := range []int{16, 32, 64} {
			for range (depth - 2) / 9 {
				want = append(want, 2*channels, channels*filters, 2*filters, 9*filters*filters, 2*filters, 4*filters*filters)
				if channels != 4*filters { // the way around
					want = append(want, channels*4*filters)
				}
				channels = 4 * filters
			}
		}
		compareCounts(t, fmt.Sprintf("ResNet-%d", depth), arch.PreActivationResNet(depth), append(want, 2*256, 256*10+10))
	}
}

// compareCounts wants layers with so many parameters, in any order within the network: a way
// around may stand before or behind what it goes around.
func compareCounts(t *testing.T, name string, m *nn.Model, want []int) {
	t.Helper()
	var got []int
	for _, c := range countsOf(t, m) {
		got = append(got, c.parameters)
	}
	layers := len(got)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s has %d layers with parameters, the paper %d, or others", name, layers, len(want))
	}
}

// A file of torchvision's VGG brings its weights under torchvision's names, with each number of
// layers and with normalisations: narrow forms, whose arrays have the names of the whole ones.
func TestTorchvisionNamesOfVGG(t *testing.T) {
	all := torchvisionCounts(t)
	for name, network := range map[string]func(...arch.Option) *nn.Model{"vgg11": arch.VGG11, "vgg13": arch.VGG13, "vgg16": arch.VGG16, "vgg19": arch.VGG19} {
		for _, more := range [][]arch.Option{nil, {arch.BatchNormalized()}} {
			whole := name + map[int]string{1: "_bn"}[len(more)]
			t.Run(whole, func(t *testing.T) {
				options := append(more, arch.Input(32, 32, 3), arch.Width(1./16), arch.Classes(10))
				var arrays []array
				at := -1 // the layer, of those with parameters
				var before string
				for _, p := range network(options...).Compile(nn.NoLoss, nn.SGD(1)).Params() {
					layer, kind, _ := strings.Cut(p.Name, "/")
					if layer != before {
						before = layer
						at++
					}
					s := p.Value.Shape
					switch {
					case kind == "kernel" && len(s) == 2:
						s = tensor.Shape{s[1], s[0]}
					case kind == "kernel":
						s = tensor.Shape{s[3], s[2], s[0], s[1]}
					}
					arrays = append(arrays, array{all[whole][at].name + "." + map[string]string{"kernel": "weight", "bias": "bias", "gamma": "weight",
						"beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}[kind], s})
				}
				slices.SortFunc(arrays, func(a, b array) int { return strings.Compare(a.name, b.name) })
				path := filepath.Join(t.TempDir(), "weights.safetensors")
				writeWeights(t, path, arrays, 1)
				m := network(append(options, arch.Weights(path))...).Compile(nn.CategoricalCrossentropy, nn.SGD(1))
				if err := m.Err(); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
