package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// CNN is the network of Exemplo 2, Keras's MNIST CNN: two convolutions of 3×3,
// a max pool that halves the map, and two dense layers, with dropout before both.
//
//	[28 28 1] → [26 26 32] → [24 24 64] → [12 12 64] → 9 216 → 128 → 10      1 199 882 parameters
func CNN() *nn.Model {
	return nn.Sequential(
		nn.Input(28, 28, 1),
		nn.Conv2D(32, 3, nn.ReLU),
		nn.Conv2D(64, 3, nn.ReLU),
		nn.MaxPool2D(2), nn.Dropout(0.25),
		nn.Flatten(),
		nn.Dense(128, nn.ReLU), nn.Dropout(0.5),
		nn.Dense(10, nn.Softmax),
	)
}

// SmallCNN is the small network of Exemplo 2: each convolution has a max pool
// behind it, so that the maps, and with them the dense layer, stay small.
//
//	[28 28 1] → [13 13 32] → [5 5 64] → 1 600 → 10                           34 826 parameters
func SmallCNN() *nn.Model {
	return nn.Sequential(
		nn.Input(28, 28, 1),
		nn.Conv2D(32, 3, nn.ReLU), nn.MaxPool2D(2),
		nn.Conv2D(64, 3, nn.ReLU), nn.MaxPool2D(2),
		nn.Flatten(), nn.Dropout(0.5),
		nn.Dense(10, nn.Softmax),
	)
}
