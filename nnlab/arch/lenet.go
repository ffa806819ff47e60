package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// LeNet is the network of the slide "LeNet – LeCun (1998)": two convolutions of
// 5×5, each with a trainable subsampling behind it that halves the map, and ten
// outputs. Every map of H3 sees every map of H2; in the network as it was published,
// [LeNet1989], each sees one or two.
//
//	[28 28 1] → H1 [24 24 4] → H2 [12 12 4] → H3 [8 8 12] → H4 [4 4 12] → 10      3 278 parameters
func LeNet() *nn.Model {
	return nn.Sequential(
		nn.Input(28, 28, 1),
		nn.Conv2D(4, 5, nn.Tanh), nn.Subsampling(2, nn.Tanh),
		nn.Conv2D(12, 5, nn.Tanh), nn.Subsampling(2, nn.Tanh),
		nn.Flatten(),
		nn.Dense(10, nn.Softmax),
	)
}
