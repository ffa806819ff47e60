package arch

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// ResNet18 is a network of residual blocks (He, Zhang, Ren & Sun 2016, table 1; slide
// "ResNet (He, 2015)"): each block computes F(x) + x, so that δ reaches every layer by the
// way around F. [ResNet18] and [ResNet34] have basic blocks, of two convolutions of 3×3;
// [ResNet50], [ResNet101] and [ResNet152] bottlenecks, 1×1 – 3×3 – 1×1, with four times
// the channels behind them.
//
//	          output     18           34           50            101           152
//	conv1     112²       7×7, 64, stride 2; max pool 3×3, stride 2
//	layer1    56²        2 × 64       3 × 64       3 × 64·4      3 × 64·4      3 × 64·4
//	layer2    28²        2 × 128      4 × 128      4 × 128·4     4 × 128·4     8 × 128·4
//	layer3    14²        2 × 256      6 × 256      6 × 256·4     23 × 256·4    36 × 256·4
//	layer4    7²         2 × 512      3 × 512      3 × 512·4     3 × 512·4     3 × 512·4
//	          1          global average pool, 1 000 outputs
//	parameters           11 689 512   21 797 672   25 557 032    44 549 160    60 192 808
//
// Where the size changes the way around is a convolution of 1×1 (option B). As in
// torchvision, whose names the layers have, a bottleneck halves the size in its 3×3; in
// the paper it does in its first 1×1. With [Keras] it does so too, and the convolutions have
// biases, 25 583 592 parameters for 50 layers; keras.applications has 50, 101 and 152.
func ResNet18(given ...Option) *nn.Model { return resNet("ResNet18", given, basic, 2, 2, 2, 2) }

// ResNet34 has 34 layers with weights: see [ResNet18].
func ResNet34(given ...Option) *nn.Model { return resNet("ResNet34", given, basic, 3, 4, 6, 3) }

// ResNet50 has 50 layers with weights: see [ResNet18].
func ResNet50(given ...Option) *nn.Model { return resNet("ResNet50", given, bottleneck, 3, 4, 6, 3) }

// ResNet101 has 101 layers with weights: see [ResNet18].
func ResNet101(given ...Option) *nn.Model { return resNet("ResNet101", given, bottleneck, 3, 4, 23, 3) }

// ResNet152 has 152 layers with weights: see [ResNet18].
func ResNet152(given ...Option) *nn.Model { return resNet("ResNet152", given, bottleneck, 3, 8, 36, 3) }

// residual is a kind of block: F for some filters, which has expansion times as many channels
// behind it.
type residual struct {
	form
	expansion int
	f         func(x nn.Source, filters, stride int) *nn.Node
}

// basic is 3×3 – 3×3 (figure 5, left).
func basic(r form) residual {
	return residual{r, 1, func(x nn.Source, filters, stride int) *nn.Node {
		return x.Then(
			r.conv("conv1", filters, 3, nn.Strides(stride), nn.Padding(1)), r.norm("bn1"), nn.Activation(nn.ReLU),
			r.conv("conv2", filters, 3, nn.Padding(1)), r.norm("bn2"))
	}}
}

// bottleneck is 1×1 – 3×3 – 1×1 (figure 5, right).
func bottleneck(r form) residual {
	return residual{r, 4, func(x nn.Source, filters, stride int) *nn.Node {
		first, second := 1, stride
		if r.ofKeras {
			first, second = stride, 1
		}
		return x.Then(
			r.conv("conv1", filters, 1, nn.Strides(first)), r.norm("bn1"), nn.Activation(nn.ReLU),
			r.conv("conv2", filters, 3, nn.Strides(second), nn.Padding(1)), r.norm("bn2"), nn.Activation(nn.ReLU),
			r.conv("conv3", 4*filters, 1), r.norm("bn3"))
	}}
}

func resNet(network string, given []Option, of func(form) residual, blocks ...int) *nn.Model {
	o := newOptions(224, given)
	if m := o.refuses(network, "Torchvision", "Keras", "Weights", "Head"); m != nil {
		return m
	}
	kind := of(form{o.keras})
	layers := []nn.Layer{o.input(),
		kind.conv("conv1", o.n(64), 7, nn.Strides(2), nn.Padding(3)), kind.norm("bn1"), nn.Activation(nn.ReLU),
		nn.MaxPool2D(3, nn.Strides(2), nn.Padding(1))}
	channels := o.n(64)
	for stage, n := range blocks {
		filters, stride := o.n(64)<<stage, 2
		if stage == 0 {
			stride = 1
		}
		layers = append(layers, nn.Block(fmt.Sprintf("layer%d", stage+1), nn.Chain(kind.stage(n, channels, filters, stride)...)))
		channels = filters * kind.expansion
	}
	m := nn.Sequential(append(layers, nn.GlobalAveragePool(), o.classifier("fc"))...)
	if o.keras {
		return o.pretrainedOfKeras(m, resNetInKeras)
	}
	return o.pretrained(m, nil)
}

// resNetInKeras is what Keras calls a layer: "conv2_block1_1_bn" for "layer1.0.bn1".
func resNetInKeras(layer string) string {
	kinds := strings.NewReplacer("downsample.0", "0_conv", "downsample.1", "0_bn", "conv1", "1_conv", "conv2", "2_conv", "conv3", "3_conv",
		"bn1", "1_bn", "bn2", "2_bn", "bn3", "3_bn")
	var stage, block int
	var part string
	switch n, _ := fmt.Sscanf(layer, "layer%d.%d.%s", &stage, &block, &part); {
	case n == 3:
		return fmt.Sprintf("conv%d_block%d_%s", stage+1, block+1, kinds.Replace(part))
	case layer == "fc":
		return "predictions"
	}
	return map[string]string{"conv1": "conv1_conv", "bn1": "conv1_bn"}[layer]
}

// stage is n blocks, of which the first has the stride and the channels of the stage before.
func (kind residual) stage(n, channels, filters, stride int) (blocks []nn.Layer) {
	for i := range n {
		first := i == 0 && (stride != 1 || channels != filters*kind.expansion)
		blocks = append(blocks, nn.Block(fmt.Sprint(i), func(x nn.Source) *nn.Node {
			if !first {
				return nn.Add(kind.f(x, filters, 1), x).Then(nn.Activation(nn.ReLU))
			}
			around := x.Then(kind.conv("downsample.0", filters*kind.expansion, 1, nn.Strides(stride)), kind.norm("downsample.1"))
			return nn.Add(kind.f(x, filters, stride), around).Then(nn.Activation(nn.ReLU))
		}))
	}
	return blocks
}

// form is what torchvision's and Keras's residual networks have each in its own way.
type form struct{ ofKeras bool }

// conv is a convolution before a normalisation; Keras's has a bias.
func (f form) conv(name string, filters, kernel int, options ...nn.ConvOption) nn.Layer {
	if f.ofKeras {
		return nn.Named(name, nn.Conv2D(filters, kernel, append(options, he)...))
	}
	return conv(name, filters, kernel, options...)
}

func (f form) norm(name string) nn.Layer {
	if f.ofKeras {
		return nn.Named(name, nn.BatchNorm(nn.BNEpsilon(1.001e-5)))
	}
	return norm(name)
}

// conv is a convolution before a normalisation, which has a β of its own.
func conv(name string, filters, kernel int, options ...nn.ConvOption) nn.Layer {
	return nn.Named(name, nn.Conv2D(filters, kernel, append(options, nn.NoBias(), he)...))
}

func norm(name string) nn.Layer { return nn.Named(name, batchNorm(1e-5)) }
