package main

import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// modern are the systems from AlexNet to ResNet, narrow, on digits in the smallest size that each
// takes.
func modern() []row {
	framed := "3 000 digits of MNIST, 32×32 by a frame"
	twice := "3 000 digits of MNIST, twice as large, "
	return []row{
		onDigits("AlexNet", "width 1/8, Adam(0.001), batch 32", twice+"67×67", 67, 4, nn.Adam(1e-3), arch.AlexNet, arch.Width(1./8)),
		onDigits("VGG11", "width 1/8, a BatchNorm behind each convolution, Adam(0.001), batch 32", framed, 32, 4, nn.Adam(1e-3), arch.VGG11, arch.Width(1./8), arch.BatchNormalized()),
		onDigits("GoogLeNet", "torchvision's form, width 1/8, both auxiliary classifiers, Adam(0.001), batch 32", twice+"64×64", 64, 3, nn.Adam(1e-3), arch.GoogLeNet, arch.Width(1./8), arch.Torchvision()),
		onDigits("Inception-v3", "Keras's form, width 1/8, Adam(0.002), batch 32", twice+"75×75", 75, 10, nn.Adam(2e-3), arch.InceptionV3, arch.Width(1./8), arch.Keras()),
		onDigits("ResNet-18", "width 1/8, Adam(0.001), batch 32", framed, 32, 4, nn.Adam(1e-3), arch.ResNet18, arch.Width(1./8)),
		onDigits("ResNet-20 of CIFAR", "width 1/4, SGD(0.1, momentum 0.9), batch 32", "3 000 digits of MNIST", 28, 4, nn.SGD(0.1, nn.Momentum(0.9)), depthOf(20, arch.ResNetCIFAR), arch.Width(1./4)),
	}
}

// depthOf is a network of a depth.
func depthOf(depth int, network func(int, ...arch.Option) *nn.Model) func(...arch.Option) *nn.Model {
	return func(o ...arch.Option) *nn.Model { return network(depth, o...) }
}

// onDigits is a row for a network of ten outputs on pictures of another size.
func onDigits(system, form, data string, side, epochs int, o nn.Optimizer, network func(...arch.Option) *nn.Model, options ...arch.Option) row {
	return row{system: system, form: form, data: data, epochs: epochs, run: func(seed uint64) (float64, error) {
		train, test := datasets.MNIST()
		m := network(append(options, arch.Input(side, side, 1), arch.Classes(10))...)
		m.Compile(nn.CategoricalCrossentropy, o, nn.Accuracy, nn.Seed(seed))
		return trained(m, train.Take(3000).Enlarge(side, side), test.Take(2000).Enlarge(side, side), epochs, nn.BatchSize(32))
	}}
}
