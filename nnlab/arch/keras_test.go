package arch_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// inKeras are the arrays of a case in the order of their names.
func (c foreignCase) inKeras(rename func(string) string) (all []array) {
	for _, a := range c.Arrays {
		var shape tensor.Shape
		for _, n := range a[1].([]any) {
			shape = append(shape, int(n.(float64)))
		}
		all = append(all, array{a[0].(string), shape})
	}
	slices.SortFunc(all, func(a, b array) int { return strings.Compare(a.name, b.name) })
	for i := range all {
		all[i].name = rename(all[i].name)
	}
	return all
}

func asTheyAre(name string) string { return name }

// With the weights of a model of keras.applications, in a file under Keras's names, a network has
// its form and answers as it does.
func TestKeras(t *testing.T) {
	cases := foreignCases(t, "testdata/keras.json", 3)
	if testing.Short() {
		cases = cases[:1]
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "weights.safetensors")
			writeWeights(t, path, c.inKeras(asTheyAre), c.Gamma)
			c.compare(t, networks(c.Name, arch.Weights(path), arch.Input(c.Shape[0], c.Shape[1], c.Shape[2])))
		})
	}
}

// Keras counts layers that have no name: in a program that has made others before, "conv2d_94" is the first.
func TestKerasCountsOn(t *testing.T) {
	c := foreignCases(t, "testdata/keras.json", 3)[2]
	narrow := func(path string) *nn.Model {
		return arch.InceptionV3(arch.Weights(path), arch.Input(75, 75, 3)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	}
	folder := t.TempDir()
	from0, from94 := filepath.Join(folder, "0.safetensors"), filepath.Join(folder, "94.safetensors")
	writeWeights(t, from0, c.inKeras(asTheyAre), c.Gamma)
	writeWeights(t, from94, c.inKeras(func(name string) string {
		layer, rest, _ := strings.Cut(name, "/")
		for _, kind := range []string{"conv2d", "batch_normalization"} {
			n := 0
			if layer == kind {
				return fmt.Sprintf("%s_94/%s", kind, rest)
			} else if _, err := fmt.Sscanf(layer, kind+"_%d", &n); err == nil {
				return fmt.Sprintf("%s_%d/%s", kind, 94+n, rest)
			}
		}
		return name
	}), c.Gamma)
	if a, b := narrow(from0), narrow(from94); a.Err() != nil || b.Err() != nil || a.WeightHash() != b.WeightHash() {
		t.Errorf("%v, %v, or other weights", a.Err(), b.Err())
	}
}

// The forms that keras.applications has: parameters that learn, of Keras 3.15.
func TestKerasForms(t *testing.T) {
	for name, c := range map[string]struct {
		model *nn.Model
		want  int
	}{
		"ResNet50":    {arch.ResNet50(arch.Keras()), 25_583_592},
		"InceptionV3": {arch.InceptionV3(arch.Keras()), 23_817_352},
		"VGG16":       {arch.VGG16(arch.Keras()), 138_357_544},
	} {
		if got := parameters(t, c.model); got != c.want {
			t.Errorf("%s: %d parameters, want %d", name, got, c.want)
		}
	}
}

// What a Keras file lacks is said with what it has too much.
func TestKerasWeightsRefuse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weights.safetensors")
	writeWeights(t, path, []array{{"conv1_conv/kernel", tensor.Shape{7, 7, 3, 64}}, {"conv1_conv/bias", tensor.Shape{64}}, {"cabeca/kernel", tensor.Shape{2048, 2}}}, 1)
	err := arch.ResNet50(arch.Weights(path)).Compile(nn.CategoricalCrossentropy, nn.SGD(1)).Err()
	for _, want := range []string{"LoadKeras", "conv1_bn/gamma is missing (for bn1/gamma)", "conv2_block1_1_conv/kernel is missing (for layer1.0.conv1/kernel)", "and 298 more", "no layer has cabeca/kernel"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}
