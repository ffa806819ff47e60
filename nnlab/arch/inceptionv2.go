package arch

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// InceptionV2 is the network of table 1 of Szegedy et al. 2016, "Rethinking the Inception
// Architecture for Computer Vision" (slide "Módulos inception (V2 and V3)"). Its modules are
// those of the paper's figures, which factorise large convolutions into smaller ones:
//
//	figure 5    TwoThrees       5×5 as two of 3×3: 18 weights instead of 25 a pair of channels
//	figure 6    Asymmetric      n×n as 1×n and n×1, n = 7: 14 instead of 49
//	figure 7    Spread          3×3 as 1×3 and 3×1 side by side, for many channels on small maps
//	figure 10   GridReduction   halves the size by convolutions and a pool side by side
//
//	layer                         output
//	conv1 3×3 /2                  [149 149 32]
//	conv2 3×3, conv3 3×3 padded   [147 147 64]
//	pool 3×3 /2                   [73 73 64]
//	conv4 3×3                     [71 71 80]
//	conv5 3×3 /2                  [35 35 192]
//	conv6 3×3 padded              [35 35 288]
//	3 × Inception                 2 of figure 5, [35 35 288], and a reduction, [17 17 768]
//	5 × Inception                 4 of figure 6, [17 17 768], and a reduction, [8 8 1280]   → aux behind the 4
//	2 × Inception                 2 of figure 7, [8 8 2048]
//	pool 8×8                      2 048, 1 000 outputs
//
// The table gives the sizes between the modules, and they fit when the reductions are counted
// among the 3 and the 5. It does not give the filters within them: those here are of
// [InceptionV3], which is this network with 5×5 kept in the first modules, another beginning and
// a normalisation in the auxiliary classifier too (figure 8 and section 8). A BatchNorm stands
// behind each convolution. Images are 299×299; the outputs are the classifier and the auxiliary
// one.
func InceptionV2(given ...Option) *nn.Model {
	o := newOptions(299, given)
	if m := o.refuses("InceptionV2", "Head"); m != nil {
		return m
	}
	o.normalized = true
	in := o.input()
	x := in.Then(
		o.unit("conv1", 32, 3, nn.Strides(2)), o.unit("conv2", 32, 3), o.unit("conv3", 64, 3, nn.Padding(1)), nn.MaxPool2D(3, nn.Strides(2)),
		o.unit("conv4", 80, 3), o.unit("conv5", 192, 3, nn.Strides(2)), o.unit("conv6", 288, 3, nn.Padding(1)),
		o.twoThrees("inception1", 64, 48, 64, 64, 96, 64), o.twoThrees("inception2", 64, 48, 64, 64, 96, 64),
		o.gridReduction("reduction1", 64, 384, 64, 96))
	for i, reduced := range []int{128, 160, 160, 192} {
		x = x.Then(o.asymmetric(fmt.Sprintf("inception%d", i+3), 7, 192, reduced))
	}
	y := x.Then(o.gridReduction("reduction2", 192, 320, 192, 192),
		o.spread("inception7", 320, 384, 448, 192), o.spread("inception8", 320, 384, 448, 192),
		nn.GlobalAveragePool(), o.classifier("fc"))
	if o.head != nil {
		return nn.Graph(nn.Inputs(in), nn.Outputs(y))
	}
	return nn.Graph(nn.Inputs(in), nn.Outputs(y, x.Then(o.auxiliary("aux", nn.AveragePool2D(5, nn.Strides(3))))))
}

// moduleOptions are those of modules that stand alone: a normalisation behind each convolution.
func moduleOptions() *options {
	o := newOptions(1, nil)
	o.normalized = true
	return &o
}

// TwoThrees is the module of figure 5: GoogLeNet's with two convolutions of 3×3 in the place of
// 5×5. They see as many cells, with a ReLU more and 28 % fewer weights.
func TwoThrees(name string, one, threeReduced, three, doubleReduced, double, pooled int) nn.Layer {
	return moduleOptions().twoThrees(name, one, threeReduced, three, doubleReduced, double, pooled)
}

func (o *options) twoThrees(name string, one, threeReduced, three, doubleReduced, double, pooled int) nn.Layer {
	return branches(name,
		of(o.unit("branch1", one, 1)),
		of(o.unit("branch2_1", threeReduced, 1), o.unit("branch2_2", three, 3, nn.Padding(1))),
		of(o.unit("branch3_1", doubleReduced, 1), o.unit("branch3_2", double, 3, nn.Padding(1)), o.unit("branch3_3", double, 3, nn.Padding(1))),
		of(o.around(), o.unit("branch4", pooled, 1)))
}

// Asymmetric is the module of figure 6: 1×n and n×1 one behind the other see n×n cells with 2n
// weights instead of n². filters are those behind each of the four branches, reduced those
// between them; n is odd.
func Asymmetric(name string, n, filters, reduced int) nn.Layer {
	return moduleOptions().asymmetric(name, n, filters, reduced)
}

func (o *options) asymmetric(name string, n, filters, reduced int) nn.Layer {
	return branches(name,
		of(o.unit("branch1", filters, 1)),
		of(o.unit("branch2_1", reduced, 1), o.wide("branch2_2", reduced, n), o.tall("branch2_3", filters, n)),
		of(o.unit("branch3_1", reduced, 1), o.tall("branch3_2", reduced, n), o.wide("branch3_3", reduced, n),
			o.tall("branch3_4", reduced, n), o.wide("branch3_5", filters, n)),
		of(o.around(), o.unit("branch4", filters, 1)))
}

// Spread is the module of figure 7: 1×3 and 3×1 side by side, so that many channels come out of
// a small map. each is how many each of them has, 4·each + one + pooled come out.
func Spread(name string, one, each, reduced, pooled int) nn.Layer {
	return moduleOptions().spread(name, one, each, reduced, pooled)
}

func (o *options) spread(name string, one, each, reduced, pooled int) nn.Layer {
	return branches(name,
		of(o.unit("branch1", one, 1)),
		o.fork("branch2_2", each, o.unit("branch2_1", each, 1)),
		o.fork("branch3_3", each, o.unit("branch3_1", reduced, 1), o.unit("branch3_2", each, 3, nn.Padding(1))),
		of(o.around(), o.unit("branch4", pooled, 1)))
}

// GridReduction is the module of figure 10: convolutions with stride 2 and a pool side by side
// halve the size. A pool first would lose what the maps tell, a pool behind would cost four
// times the multiplications (figure 9).
func GridReduction(name string, threeReduced, three, doubleReduced, double int) nn.Layer {
	return moduleOptions().gridReduction(name, threeReduced, three, doubleReduced, double)
}

func (o *options) gridReduction(name string, threeReduced, three, doubleReduced, double int) nn.Layer {
	return branches(name,
		of(o.unit("branch1_1", threeReduced, 1), o.unit("branch1_2", three, 3, nn.Strides(2))),
		of(o.unit("branch2_1", doubleReduced, 1), o.unit("branch2_2", double, 3, nn.Padding(1)), o.unit("branch2_3", double, 3, nn.Strides(2))),
		of(nn.MaxPool2D(3, nn.Strides(2))))
}
