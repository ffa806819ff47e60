package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// GoogLeNet won ImageNet in 2014 (Szegedy et al. 2015, table 1; slides "GoogLeNet /
// Inception (Szegedy, 2014)"): 22 layers with weights, nine inception modules, and two
// auxiliary classifiers in the middle, from which δ comes to the first layers on a shorter
// way. A module has four branches, which Concatenate lays side by side; convolutions of
// 1×1 reduce the channels before the larger ones.
//
//	layer          output         1×1   3×3 red.  3×3   5×5 red.  5×5   pool proj.
//	conv1 7×7 /2   [112 112 64]
//	pool, LRN      [56 56 64]
//	conv2, conv3   [56 56 192]           64       192
//	LRN, pool      [28 28 192]
//	inception3a    [28 28 256]    64     96       128    16        32    32
//	inception3b    [28 28 480]    128    128      192    32        96    64
//	pool           [14 14 480]
//	inception4a    [14 14 512]    192    96       208    16        48    64      → aux1
//	inception4b    [14 14 512]    160    112      224    24        64    64
//	inception4c    [14 14 512]    128    128      256    24        64    64
//	inception4d    [14 14 528]    112    144      288    32        64    64      → aux2
//	inception4e    [14 14 832]    256    160      320    32        128   128
//	pool           [7 7 832]
//	inception5a    [7 7 832]      256    160      320    32        128   128
//	inception5b    [7 7 1024]     384    192      384    48        128   128
//	average pool   1 024, dropout 0.4, 1 000 outputs
//	aux1, aux2     average pool 5×5 /3, 1×1 128, 1 024, dropout 0.7, 1 000 outputs
//
// Its outputs are the classifier, aux1 and aux2, with the loss weights 1, 0.3 and 0.3 in
// the paper:
//
//	arch.GoogLeNet().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01, nn.Momentum(0.9)), nn.LossWeights(1, 0.3, 0.3))
//
// With [Torchvision] it is torchvision's network, 13 004 888 parameters: a BatchNorm
// behind each convolution, which has no bias, no LRN, 3×3 in the branch "5×5", and 4×4
// cells for the auxiliary classifiers whatever the size. torchvision rounds the size of a
// pool up; the same here with sides that are multiples of 32.
func GoogLeNet(given ...Option) *nn.Model {
	o := newOptions(224, given)
	if m := o.refuses("GoogLeNet", "Torchvision", "Weights", "Head"); m != nil {
		return m
	}
	o.normalized = o.torchvision
	pool := nn.AveragePool2D(5, nn.Strides(3)) // of the auxiliary classifiers
	if o.torchvision {
		pool = nn.AdaptiveAveragePool2D(4, 4)
	}
	in := o.input()
	x := in.Then(o.unit("conv1", 64, 7, nn.Strides(2), nn.Padding(3)), ceilPool(3))
	if !o.torchvision {
		x = x.Then(lrnOfGoogLeNet())
	}
	x = x.Then(o.unit("conv2", 64, 1), o.unit("conv3", 192, 3, nn.Padding(1)))
	if !o.torchvision {
		x = x.Then(lrnOfGoogLeNet())
	}
	x = x.Then(ceilPool(3),
		o.inception("inception3a", 64, 96, 128, 16, 32, 32),
		o.inception("inception3b", 128, 128, 192, 32, 96, 64), ceilPool(3))
	a := x.Then(o.inception("inception4a", 192, 96, 208, 16, 48, 64))
	d := a.Then(
		o.inception("inception4b", 160, 112, 224, 24, 64, 64),
		o.inception("inception4c", 128, 128, 256, 24, 64, 64),
		o.inception("inception4d", 112, 144, 288, 32, 64, 64))
	last := 3
	if o.torchvision {
		last = 2
	}
	y := d.Then(
		o.inception("inception4e", 256, 160, 320, 32, 128, 128), ceilPool(last),
		o.inception("inception5a", 256, 160, 320, 32, 128, 128),
		o.inception("inception5b", 384, 192, 384, 48, 128, 128),
		nn.GlobalAveragePool(), nn.Dropout(0.4), o.classifier("fc"))
	if o.head != nil {
		return o.pretrained(nn.Graph(nn.Inputs(in), nn.Outputs(y)), nil)
	}
	return o.pretrained(nn.Graph(nn.Inputs(in), nn.Outputs(y, a.Then(o.auxiliary("aux1", pool)), d.Then(o.auxiliary("aux2", pool)))), nil)
}

// unit is a convolution with a ReLU, and a normalisation in between where the network has it.
func (o *options) unit(name string, filters, kernel int, options ...nn.ConvOption) nn.Layer {
	if !o.normalized {
		return nn.Named(name, nn.Conv2D(o.n(filters), kernel, append(options, nn.ReLU, he)...))
	}
	return nn.Block(name, nn.Chain(conv("conv", o.n(filters), kernel, options...), nn.Named("bn", o.norm()), nn.Activation(nn.ReLU)))
}

// norm is the normalisation behind a convolution of an inception.
func (o *options) norm() nn.Layer {
	if o.keras {
		return nn.BatchNorm(nn.BNScale(false))
	}
	return batchNorm(1e-3)
}

// inception is a module (figure 2b): 1×1, 1×1 – 3×3, 1×1 – 5×5, and pool – 1×1, side by side.
func (o *options) inception(name string, one, threeReduced, three, fiveReduced, five, pooled int) nn.Layer {
	size, padding := 5, nn.Padding(2)
	if o.torchvision {
		size, padding = 3, nn.Padding(1)
	}
	return nn.Block(name, func(x nn.Source) *nn.Node {
		return nn.Concatenate(
			x.Then(o.unit("branch1", one, 1)),
			x.Then(nn.Block("branch2", nn.Chain(o.unit("0", threeReduced, 1), o.unit("1", three, 3, nn.Padding(1))))),
			x.Then(nn.Block("branch3", nn.Chain(o.unit("0", fiveReduced, 1), o.unit("1", five, size, padding)))),
			x.Then(nn.Block("branch4", nn.Chain(nn.MaxPool2D(3, nn.Strides(1), nn.Padding(1)), o.unit("1", pooled, 1)))))
	})
}

// NaiveInception is a module without the reductions (figure 2a; slide "GoogLeNet: módulo
// inception v1"): as many more weights as the channels that they would take away. Put it
// behind a convolution to compare.
func NaiveInception(name string, one, three, five int) nn.Layer {
	o := newOptions(224, nil)
	return branches(name,
		of(o.unit("branch1", one, 1)), of(o.unit("branch2", three, 3, nn.Padding(1))), of(o.unit("branch3", five, 5, nn.Padding(2))),
		of(nn.MaxPool2D(3, nn.Strides(1), nn.Padding(1))))
}

// auxiliary is a classifier in the middle.
func (o *options) auxiliary(name string, pool nn.Layer) nn.Layer {
	return nn.Block(name, nn.Chain(pool, o.unit("conv", 128, 1), nn.Flatten(),
		nn.Named("fc1", nn.Dense(o.n(1024), nn.ReLU, he)), nn.Dropout(0.7),
		nn.Named("fc2", nn.Dense(o.classes, nn.Softmax))))
}

// ceilPool halves the size, rounded up.
func ceilPool(size int) nn.Layer { return nn.MaxPool2D(size, nn.Strides(2), nn.Same) }

// lrnOfGoogLeNet has the constants of the authors' Caffe model.
func lrnOfGoogLeNet() nn.Layer { return nn.LocalResponseNorm(5, 1e-4, 0.75, 1) }
