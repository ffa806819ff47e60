package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// LeNet5 is the modern form of LeNet-5 (LeCun, Bottou, Bengio & Haffner 1998, figure 2):
// ReLU, max pools, and every map of C3 sees all maps of S2. [LeNet5Original] is
// the paper's own, [LeNet] the smaller network of the lecture's slide.
//
//	layer     window    output       parameters
//	conv1     5×5       [28 28 6]           156
//	pool      2×2       [14 14 6]             0
//	conv2     5×5       [10 10 16]        2 416
//	pool      2×2       [5 5 16]              0
//	fc1                 120              48 120
//	fc2                 84               10 164
//	fc3                 10                  850
//	                                     61 706
//
// Images are 32×32: MNIST's with a frame of two zeros, nn.ZeroPadding2D(2), which [Input]
// of 28 pixels puts in front.
func LeNet5(given ...Option) *nn.Model {
	o := newOptions(32, given, Input(28, 28, 1), Classes(10))
	if m := o.refuses("LeNet5", "Weights", "Head"); m != nil {
		return m
	}
	m := nn.Sequential(append(o.framed(),
		nn.Named("conv1", nn.Conv2D(o.n(6), 5, nn.ReLU, he)), nn.MaxPool2D(2),
		nn.Named("conv2", nn.Conv2D(o.n(16), 5, nn.ReLU, he)), nn.MaxPool2D(2),
		nn.Flatten(),
		nn.Named("fc1", nn.Dense(o.n(120), nn.ReLU, he)),
		nn.Named("fc2", nn.Dense(o.n(84), nn.ReLU, he)),
		o.classifier("fc3"))...)
	return o.pretrained(m, nil)
}

// framed are the input's layers, which bring MNIST's 28×28 pixels to 32×32.
func (o *options) framed() []nn.Layer {
	layers := []nn.Layer{o.input()}
	if o.height == 28 {
		layers = append(layers, nn.ZeroPadding2D(2))
	}
	return layers
}
