package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// Weights has a network begin with the weights of a safetensors file that torchvision's
// network of the same name was saved to (safetensors.torch.save_file(model.state_dict(),
// path)). The network has torchvision's form then, see [Torchvision]. Another number of
// [Classes] than the file's is refused, with both lists; for a new head leave the weights
// of the old one to nn.Freeze and put layers behind the model's last but one. What a file
// lacks is an error of the model, what it has too much is said once.
//
//	arch.VGG16(arch.Weights("vgg16.safetensors"))
func Weights(path string) Option {
	return func(o *options) { o.weights, o.loads, o.torchvision = path, true, true }
}

// pretrained has a model load the weights that were asked for. rename says what the file
// calls a layer; nil: as here.
func (o *options) pretrained(m *nn.Model, rename func(layer string) string) *nn.Model {
	if !o.loads {
		return m
	}
	return m.Pretrained(func(m *nn.Model) error { return m.LoadPyTorch(o.weights, rename) })
}
