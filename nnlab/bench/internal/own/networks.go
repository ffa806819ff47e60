package own

import (
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// network is one that an item may name.
type network struct {
	trained func() *nn.Model
	weights []float64        // of the losses of its outputs
	answers func() *nn.Model // without what only training needs
	side    int              // of its images, which are noise; 0: MNIST's
}

// networks are those that an item may name.
var networks = map[string]network{
	"mlp":      small(arch.MLP),
	"cnn":      small(arch.CNN),
	"lenet":    small(arch.LeNet),
	"alexnet":  deep(arch.AlexNet, arch.Torchvision()),
	"vgg16":    deep(arch.VGG16),
	"resnet18": deep(arch.ResNet18),
	"resnet34": deep(arch.ResNet34),
	"resnet50": deep(arch.ResNet50),
	"inceptionv3": {
		func() *nn.Model { return arch.InceptionV3() },
		[]float64{1, 0.3},
		func() *nn.Model { return arch.InceptionV3(arch.Head(nn.Dense(1000, nn.Softmax))) },
		299,
	},
	"googlenet": {
		func() *nn.Model { return arch.GoogLeNet(arch.Torchvision()) },
		[]float64{1, 0.3, 0.3},
		func() *nn.Model { return arch.GoogLeNet(arch.Torchvision(), arch.Head(nn.Dense(1000, nn.Softmax))) },
		224,
	},
}

// small is a network for MNIST's images.
func small(make func() *nn.Model) network { return network{make, nil, make, 0} }

// deep is a network for images of 224² in 1 000 classes, as torchvision has it.
func deep(of func(...arch.Option) *nn.Model, options ...arch.Option) network {
	make := func() *nn.Model { return of(options...) }
	return network{make, nil, make, 224}
}
