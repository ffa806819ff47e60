package arch

import (
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Weights has a network begin with the weights of a safetensors file that torchvision's or
// Keras's network of the same name was saved to. The names in the file tell which, and the
// network has its form then, see [Torchvision] and [Keras]. In Python:
//
//	safetensors.torch.save_file(model.state_dict(), "vgg16.safetensors")
//	safetensors.numpy.save_file({w.path: w.numpy() for w in model.weights}, "vgg16.safetensors")
//
// Of keras.applications these are VGG16, VGG19, ResNet50, ResNet101, ResNet152 and
// InceptionV3. Another number of [Classes] than the file's is refused, with both lists: for
// other classes put a [Head] of your own on it. What a file lacks is an error of the model,
// what it has too much is said once.
//
//	arch.VGG16(arch.Weights("vgg16.safetensors"))
func Weights(path string) Option {
	return Option{name: "Weights", path: path}
}

// ofKeras tells whether a file has Keras's names: "fc1/kernel", where PyTorch's is
// "classifier.0.weight". Why a file cannot be read is told when it is loaded.
func ofKeras(path string) bool {
	layers, _ := layersIn(path)
	return layers != nil
}

// layersIn are the layers of a file of Keras's, in no order; nil of another's.
func layersIn(path string) (layers []string, err error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for name := range f.Arrays {
		if layer, _, is := strings.Cut(name, "/"); is {
			layers = append(layers, layer)
		}
	}
	return layers, nil
}

// pretrained has a model load the weights that were asked for. rename says what torchvision
// calls a layer; nil: as here.
func (o *options) pretrained(m *nn.Model, rename func(layer string) string) *nn.Model {
	return o.pretrainedWith(m, (*nn.Model).LoadPyTorch, rename)
}

// pretrainedOfKeras is the same with Keras's names.
func (o *options) pretrainedOfKeras(m *nn.Model, rename func(layer string) string) *nn.Model {
	return o.pretrainedWith(m, (*nn.Model).LoadKeras, rename)
}

func (o *options) pretrainedWith(m *nn.Model, load func(*nn.Model, string, func(string) string) error, rename func(string) string) *nn.Model {
	if !o.is("Weights") {
		return m
	}
	return m.Pretrained(func(m *nn.Model) error {
		return load(m, o.weights, func(layer string) string {
			switch {
			case o.head != nil && strings.HasPrefix(layer, "head."):
				return "" // is new
			case rename == nil:
				return layer
			}
			return rename(layer)
		})
	})
}
