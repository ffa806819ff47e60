package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// AlexNet won ImageNet in 2012 (Krizhevsky, Sutskever & Hinton 2012, figure 2; slide
// "AlexNet (Krizhevsky, 2012)"): five convolutions and three dense layers of ReLU, with
// dropout, pools whose windows overlap, and local response normalisation. The second,
// fourth and fifth convolution see the half of the maps that was on their GPU: two groups.
//
//	layer        window     output          parameters
//	conv1        11×11 /4   [55 55 96]          34 944
//	lrn1, pool1  3×3 /2     [27 27 96]               0
//	conv2        5×5, 2 gr. [27 27 256]        307 456
//	lrn2, pool2  3×3 /2     [13 13 256]              0
//	conv3        3×3        [13 13 384]        885 120
//	conv4        3×3, 2 gr. [13 13 384]        663 936
//	conv5        3×3, 2 gr. [13 13 256]        442 624
//	pool5        3×3 /2     [6 6 256]                0
//	fc6          9 216      4 096           37 752 832
//	fc7          4 096      4 096           16 781 312
//	fc8          4 096      1 000            4 097 000
//	                                        60 965 224, with [Ungrouped] 62 378 344
//
// The paper and the slide say 224 pixels, of which (224 − 11)/4 + 1 = 54.25 is no size of
// a map; 227, which Caffe takes, gives 55. With [Torchvision] it is the network of
// Krizhevsky's "One weird trick" (2014), as torchvision has it: 224 pixels padded by 2,
// 64-192-384-256-256 filters, no groups, no normalisation, dropout before the dense
// layers, 61 100 840 parameters.
func AlexNet(given ...Option) *nn.Model {
	o := newOptions(227, given)
	if o.torchvision {
		o = newOptions(224, given)
		if m := o.refuses("AlexNet, Torchvision", "Torchvision", "Weights", "Head"); m != nil {
			return m
		}
		return alexNetOfTorchvision(o)
	}
	if m := o.refuses("AlexNet", "Torchvision", "Weights", "Ungrouped", "Head"); m != nil {
		return m
	}
	two := 2
	if o.ungrouped {
		two = 1
	}
	lrn := func() nn.Layer { return nn.LocalResponseNorm(5, 1e-4, 0.75, 2) } // n, α, β, k of section 3.3
	pool := func() nn.Layer { return nn.MaxPool2D(3, nn.Strides(2)) }
	conv := func(filters, kernel int, options ...nn.ConvOption) nn.Layer {
		return nn.Conv2D(o.n(filters)/2*2, kernel, append(options, nn.ReLU, he)...) // halves are whole
	}
	return nn.Sequential(
		o.input(),
		nn.Named("conv1", conv(96, 11, nn.Strides(4))), lrn(), pool(),
		nn.Named("conv2", conv(256, 5, nn.Same, nn.Groups(two))), lrn(), pool(),
		nn.Named("conv3", conv(384, 3, nn.Same)),
		nn.Named("conv4", conv(384, 3, nn.Same, nn.Groups(two))),
		nn.Named("conv5", conv(256, 3, nn.Same, nn.Groups(two))), pool(),
		nn.Flatten(),
		nn.Named("fc6", nn.Dense(o.n(4096), nn.ReLU, he)), nn.Dropout(0.5),
		nn.Named("fc7", nn.Dense(o.n(4096), nn.ReLU, he)), nn.Dropout(0.5),
		o.classifier("fc8"),
	)
}

// Ungrouped is [AlexNet] on one GPU: every filter sees all maps.
func Ungrouped() Option { return Option{name: "Ungrouped"} }

// alexNetOfTorchvision has torchvision's names.
func alexNetOfTorchvision(o options) *nn.Model {
	conv := func(name string, filters, kernel int, options ...nn.ConvOption) nn.Layer {
		return nn.Named(name, nn.Conv2D(o.n(filters), kernel, append(options, nn.ReLU, he)...))
	}
	pool := func() nn.Layer { return nn.MaxPool2D(3, nn.Strides(2)) }
	classifier := []nn.Layer{
		nn.Dropout(0.5), nn.Named("1", nn.Dense(o.n(4096), nn.ReLU, he)),
		nn.Dropout(0.5), nn.Named("4", nn.Dense(o.n(4096), nn.ReLU, he))}
	last := []nn.Layer{nn.Block("classifier", nn.Chain(append(classifier, o.classifier("6"))...))}
	if o.head != nil { // stands by itself, under its own name
		last = []nn.Layer{nn.Block("classifier", nn.Chain(classifier...)), o.classifier("")}
	}
	return o.pretrained(nn.Sequential(append([]nn.Layer{
		o.input(),
		nn.Block("features", nn.Chain(
			conv("0", 64, 11, nn.Strides(4), nn.Padding(2)), pool(),
			conv("3", 192, 5, nn.Padding(2)), pool(),
			conv("6", 384, 3, nn.Padding(1)), conv("8", 256, 3, nn.Padding(1)), conv("10", 256, 3, nn.Padding(1)), pool())),
		nn.AdaptiveAveragePool2D(6, 6),
		nn.Flatten(),
	}, last...)...), nil)
}
