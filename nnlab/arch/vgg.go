package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// VGG16 is the network with 16 layers that have weights of the slide "VGGNet
// (Simonyan, 2014)": nothing but convolutions of 3×3, in five blocks that each
// end in a max pool and have twice the filters of the one before, and three
// dense layers. It is configuration D of Simonyan & Zisserman (2015).
//
//	[224 224 3] → [112 112 64] → [56 56 128] → [28 28 256] → [14 14 512] → [7 7 512] → 4 096 → 4 096 → 1 000      138 357 544 parameters
func VGG16() *nn.Model { return vgg(2, 2, 3, 3, 3) }

// VGG19 is the network whose 16 convolutions the slide "VGGNet (Simonyan, 2014)"
// lists: [VGG16] with a fourth convolution in each of the last three blocks,
// configuration E of Simonyan & Zisserman (2015). It has 143 667 240 parameters.
func VGG19() *nn.Model { return vgg(2, 2, 4, 4, 4) }

// vgg has so many convolutions in its five blocks.
func vgg(convolutions ...int) *nn.Model {
	layers := []nn.Layer{nn.Input(224, 224, 3)}
	filters := 64
	for _, n := range convolutions {
		for range n {
			layers = append(layers, nn.Conv2D(filters, 3, nn.Same, nn.ReLU))
		}
		layers = append(layers, nn.MaxPool2D(2))
		filters = min(2*filters, 512)
	}
	layers = append(layers,
		nn.Flatten(),
		nn.Dense(4096, nn.ReLU), nn.Dropout(0.5),
		nn.Dense(4096, nn.ReLU), nn.Dropout(0.5),
		nn.Dense(1000, nn.Softmax),
	)
	return nn.Sequential(layers...)
}
