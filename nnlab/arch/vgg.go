package arch

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// VGG16 is the network with 16 layers that have weights of the slide "VGGNet (Simonyan,
// 2014)": nothing but convolutions of 3×3, in five stages that each end in a max pool and
// have twice the filters of the one before, and three dense layers. It is configuration D
// of Simonyan & Zisserman (2015), table 1. [VGG11], [VGG13] and [VGG19] are configurations
// A, B and E.
//
//	[224 224 3] → [112 112 64] → [56 56 128] → [28 28 256] → [14 14 512] → [7 7 512] → 4 096 → 4 096 → 1 000
//
//	                          11           13           16           19
//	convolutions a stage   1 1 2 2 2    2 2 2 2 2    2 2 3 3 3    2 2 4 4 4
//	parameters           132 863 336  133 047 848  138 357 544  143 667 240
//
// Two convolutions of 3×3 see 5×5 cells, three 7×7, with fewer weights and a ReLU in
// between. torchvision's and Keras's are the same network. Images need sides of 32 pixels
// at least; the slide's are 224.
func VGG16(given ...Option) *nn.Model { return vgg("VGG16", given, 2, 2, 3, 3, 3) }

// VGG11 is configuration A: see [VGG16].
func VGG11(given ...Option) *nn.Model { return vgg("VGG11", given, 1, 1, 2, 2, 2) }

// VGG13 is configuration B: see [VGG16].
func VGG13(given ...Option) *nn.Model { return vgg("VGG13", given, 2, 2, 2, 2, 2) }

// VGG19 is configuration E, whose 16 convolutions the slide "VGGNet (Simonyan, 2014)"
// lists: see [VGG16].
func VGG19(given ...Option) *nn.Model { return vgg("VGG19", given, 2, 2, 4, 4, 4) }

// BatchNormalized puts a BatchNorm between each convolution of a VGG and its ReLU, as
// torchvision's vgg16_bn has it: deep networks then learn from the start.
func BatchNormalized() Option {
	return Option{name: "BatchNormalized"}
}

// vgg has so many convolutions in its five stages.
func vgg(network string, given []Option, convolutions ...int) *nn.Model {
	o := newOptions(224, given)
	if m := o.refuses(network, "Torchvision", "Keras", "Weights", "BatchNormalized", "Head"); m != nil {
		return m
	}
	layers := []nn.Layer{o.input()}
	filters := 64
	for stage, n := range convolutions {
		var parts []nn.Layer
		for i := range n {
			parts = append(parts, o.vggConv(fmt.Sprintf("conv%d", i+1), filters)...)
		}
		parts = append(parts, nn.MaxPool2D(2))
		layers = append(layers, nn.Block(fmt.Sprintf("block%d", stage+1), nn.Chain(parts...)))
		filters = min(2*filters, 512)
	}
	m := nn.Sequential(append(layers,
		nn.Flatten(),
		nn.Named("fc1", nn.Dense(o.n(4096), nn.ReLU, he)), nn.Dropout(0.5),
		nn.Named("fc2", nn.Dense(o.n(4096), nn.ReLU, he)), nn.Dropout(0.5),
		o.classifier("predictions"),
	)...)
	if o.keras {
		return o.pretrainedOfKeras(m, func(layer string) string { return strings.ReplaceAll(layer, ".", "_") }) // "block1_conv1"
	}
	return o.pretrained(m, o.vggInTorchvision(convolutions))
}

// vggInTorchvision says what torchvision calls a layer: "features.2" for "block1.conv2",
// "classifier.0" for "fc1". It counts all layers, pools, ReLUs and normalisations too.
func (o *options) vggInTorchvision(convolutions []int) func(string) string {
	names := map[string]string{"fc1": "classifier.0", "fc2": "classifier.3", "predictions": "classifier.6"}
	at := 0
	for stage, n := range convolutions {
		for i := range n {
			name := fmt.Sprintf("block%d.conv%d", stage+1, i+1)
			names[name] = fmt.Sprintf("features.%d", at)
			if at += 2; o.batchNorm {
				names[name+"_bn"] = fmt.Sprintf("features.%d", at-1)
				at++
			}
		}
		at++ // the pool
	}
	return func(layer string) string { return names[layer] }
}

func (o *options) vggConv(name string, filters int) []nn.Layer {
	if !o.batchNorm {
		return []nn.Layer{nn.Named(name, nn.Conv2D(o.n(filters), 3, nn.Same, nn.ReLU, he))}
	}
	return []nn.Layer{nn.Named(name, nn.Conv2D(o.n(filters), 3, nn.Same, he)), nn.Named(name+"_bn", batchNorm(1e-5)), nn.Activation(nn.ReLU)}
}

// batchNorm has PyTorch's momentum and the given ε.
func batchNorm(epsilon float64) nn.Layer {
	return nn.BatchNorm(nn.BNMomentum(0.9), nn.BNEpsilon(epsilon))
}
