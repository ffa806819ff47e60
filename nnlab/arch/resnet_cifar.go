package arch

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// ResNetCIFAR is the residual network for images of 32×32 of depth 6n + 2: 20, 32, 44, 56,
// 110 or 1202 (He et al. 2016, section 4.2; slide "ResNet (He, 2015)"). Three stages of n
// basic blocks have 16, 32 and 64 filters at 32², 16² and 8².
//
//	          output
//	conv1     [32 32 16]   3×3
//	layer1    [32 32 16]   2n convolutions of 3×3
//	layer2    [16 16 32]   2n, the first with stride 2
//	layer3    [8 8 64]     2n, the first with stride 2
//	fc        10           behind a global average pool
//
//	depth        20        32        44        56        110         1202
//	parameters   269 722   464 154   658 586   853 018   1 727 962   19 421 274
//
// The way around has no parameters where the size changes either (option A): every second
// number of every second row, and zeros for the channels that are new. [Plain] leaves the
// way around out: the paper's networks to compare with.
func ResNetCIFAR(depth int, given ...Option) *nn.Model {
	o := newOptions(32, given, Classes(10))
	n, m := o.blocks("ResNetCIFAR", depth, 6, "Plain", "Head")
	if m != nil {
		return m
	}
	first := (o.n(16) + 1) / 2 * 2 // halves are whole: see optionA
	layers := []nn.Layer{o.input(), conv("conv1", first, 3, nn.Padding(1)), norm("bn1"), nn.Activation(nn.ReLU)}
	height, width := o.height, o.width
	for stage := range 3 {
		filters, high, wide := first<<stage, height, width
		var blocks []nn.Layer
		for i := range n {
			stride := 1
			if i == 0 && stage > 0 {
				stride = 2
			}
			blocks = append(blocks, nn.Block(fmt.Sprint(i), func(x nn.Source) *nn.Node {
				f := basic(form{}).f(x, filters, stride)
				switch {
				case o.plain:
					return f.Then(nn.Activation(nn.ReLU))
				case stride == 2:
					return nn.Add(f, optionA(x, high, wide, filters/2)).Then(nn.Activation(nn.ReLU))
				}
				return nn.Add(f, x).Then(nn.Activation(nn.ReLU))
			}))
		}
		layers = append(layers, nn.Block(fmt.Sprintf("layer%d", stage+1), nn.Chain(blocks...)))
		if stage > 0 {
			height, width = (height+1)/2, (width+1)/2
		}
	}
	return nn.Sequential(append(layers, nn.GlobalAveragePool(), o.classifier("fc"))...)
}

// blocks is how many blocks a stage of a network of depth a·n + 2 has, or the model that says
// why there is none.
func (o *options) blocks(network string, depth, a int, takes ...string) (n int, refused *nn.Model) {
	if m := o.refuses(network, takes...); m != nil {
		return 0, m
	}
	if n = (depth - 2) / a; n < 1 || a*n+2 != depth {
		nearest := a*max(1, int(math.Round(float64(depth-2)/float64(a)))) + 2
		return 0, nn.Refused(network, &nn.Error{Where: "arch." + network, Expected: fmt.Sprintf("a depth of %dn + 2 layers, n of at least 1", a), Got: fmt.Sprint(depth),
			Mend: fmt.Sprintf("write arch.%s(%d)", network, nearest)})
	}
	return n, nil
}

// Plain leaves the ways around out of a [ResNetCIFAR].
func Plain() Option { return Option{name: "Plain"} }

// optionA takes every second number along both sides of [height width channels], and puts
// half as many channels of zeros in front and behind: channels is an even number.
func optionA(x nn.Source, height, width, channels int) *nn.Node {
	height, width = (height+1)/2, (width+1)/2
	return x.Then(
		nn.AveragePool2D(1, nn.Strides(2)), // of one cell
		nn.Reshape(height*width, channels, 1), nn.ZeroPadding2D(0, channels/2), nn.Reshape(height, width, 2*channels))
}

// PreActivationResNet is the residual network for images of 32×32 whose normalisation and
// ReLU stand before each convolution, so that nothing stands on the way around (He, Zhang,
// Ren & Sun 2016, "Identity Mappings in Deep Residual Networks", figure 1b), of depth 9n +
// 2: 164 or 1001. Three stages of n bottlenecks have 16, 32 and 64 filters and four times as
// many channels.
//
//	          output
//	conv1     [32 32 16]    3×3
//	layer1    [32 32 64]    n bottlenecks 1×1 – 3×3 – 1×1
//	layer2    [16 16 128]   n, the first with stride 2
//	layer3    [8 8 256]     n, the first with stride 2
//	fc        10            behind a normalisation, a ReLU and a global average pool
//
//	depth        164         1001
//	parameters   1 703 258   10 327 706
//
// Where the number of channels changes the way around is a convolution of 1×1 of what has
// been normalised.
func PreActivationResNet(depth int, given ...Option) *nn.Model {
	o := newOptions(32, given, Classes(10))
	n, m := o.blocks("PreActivationResNet", depth, 9, "Head")
	if m != nil {
		return m
	}
	layers := []nn.Layer{o.input(), conv("conv1", o.n(16), 3, nn.Padding(1))}
	for stage := range 3 {
		filters := o.n(16) << stage
		var blocks []nn.Layer
		for i := range n {
			stride := 1
			if i == 0 && stage > 0 {
				stride = 2
			}
			blocks = append(blocks, nn.Block(fmt.Sprint(i), func(x nn.Source) *nn.Node {
				normal := x.Then(norm("bn1"), nn.Activation(nn.ReLU))
				f := normal.Then(conv("conv1", filters, 1),
					norm("bn2"), nn.Activation(nn.ReLU), conv("conv2", filters, 3, nn.Strides(stride), nn.Padding(1)),
					norm("bn3"), nn.Activation(nn.ReLU), conv("conv3", 4*filters, 1))
				if i > 0 {
					return nn.Add(f, x)
				}
				return nn.Add(f, normal.Then(conv("downsample", 4*filters, 1, nn.Strides(stride))))
			}))
		}
		layers = append(layers, nn.Block(fmt.Sprintf("layer%d", stage+1), nn.Chain(blocks...)))
	}
	return nn.Sequential(append(layers, norm("bn"), nn.Activation(nn.ReLU), nn.GlobalAveragePool(), o.classifier("fc"))...)
}
