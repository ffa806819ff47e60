package arch

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// InceptionV3 factorises the convolutions of GoogLeNet (Szegedy et al. 2016, "Rethinking
// the Inception Architecture for Computer Vision", table 1; slides "Inception v2, v3"):
// 5×5 becomes two of 3×3 (A, figure 5), 7×7 becomes 1×7 and 7×1 (C, figure 6), 3×3 becomes
// 1×3 and 3×1 side by side (E, figure 7), and the size is halved by a convolution and a
// pool side by side (B and D, figure 10). A BatchNorm stands behind each convolution.
//
//	layer                      output
//	3 × conv 3×3 (1 with /2)   [147 147 64]
//	pool, 1×1, conv 3×3, pool  [35 35 192]
//	Mixed_5b, 5c, 5d   A       [35 35 256], 288, 288
//	Mixed_6a           B       [17 17 768]
//	Mixed_6b … 6e      C       [17 17 768]      → AuxLogits
//	Mixed_7a           D       [8 8 1280]
//	Mixed_7b, 7c       E       [8 8 2048]
//	average pool       2 048, dropout 0.5, 1 000 outputs
//
// The names and forms are torchvision's, with the auxiliary classifier 27 161 264
// parameters. Its outputs are the classifier and the auxiliary one, whose loss counts 0.3
// or 0.4. Images are 299×299. With [Keras] it has no auxiliary classifier, its normalisations no
// γ, and means of neighbours do not count what lies outside: 23 817 352 parameters.
func InceptionV3(given ...Option) *nn.Model {
	o := newOptions(299, given)
	if m := o.refuses("InceptionV3", "Torchvision", "Keras", "Weights", "Head"); m != nil {
		return m
	}
	o.normalized = true
	in := o.input()
	x := in.Then(
		o.unit("Conv2d_1a_3x3", 32, 3, nn.Strides(2)), o.unit("Conv2d_2a_3x3", 32, 3), o.unit("Conv2d_2b_3x3", 64, 3, nn.Padding(1)),
		nn.MaxPool2D(3, nn.Strides(2)),
		o.unit("Conv2d_3b_1x1", 80, 1), o.unit("Conv2d_4a_3x3", 192, 3), nn.MaxPool2D(3, nn.Strides(2)),
		o.inceptionA("Mixed_5b", 32), o.inceptionA("Mixed_5c", 64), o.inceptionA("Mixed_5d", 64),
		o.inceptionB("Mixed_6a"),
		o.inceptionC("Mixed_6b", 128), o.inceptionC("Mixed_6c", 160), o.inceptionC("Mixed_6d", 160), o.inceptionC("Mixed_6e", 192))
	y := x.Then(o.inceptionD("Mixed_7a"), o.inceptionE("Mixed_7b"), o.inceptionE("Mixed_7c"),
		nn.GlobalAveragePool(), nn.Dropout(0.5), o.classifier("fc"))
	if o.keras {
		return o.pretrainedWith(nn.Graph(nn.Inputs(in), nn.Outputs(y)), loadCounted, nil)
	}
	if o.head != nil {
		return o.pretrained(nn.Graph(nn.Inputs(in), nn.Outputs(y)), nil)
	}
	aux := x.Then(nn.Block("AuxLogits", nn.Chain(nn.AveragePool2D(5, nn.Strides(3)),
		o.unit("conv0", 128, 1), o.unit("conv1", 768, 5), nn.GlobalAveragePool(), nn.Named("fc", nn.Dense(o.classes, nn.Softmax)))))
	return o.pretrained(nn.Graph(nn.Inputs(in), nn.Outputs(y, aux)), nil)
}

// loadCounted loads a network whose layers Keras only counts: "conv2d", "conv2d_1", … in the order
// in which they are made, which is ours. In a program that made others before, the count goes on.
func loadCounted(m *nn.Model, path string, rename func(string) string) error {
	names, err := layersIn(path)
	if err != nil {
		return m.LoadKeras(path, rename) // which says why
	}
	next := map[string]int{}
	there := map[string]string{"fc": "predictions"}
	for _, l := range m.Layers() {
		if kind := map[string]string{"Conv2D": "conv2d", "BatchNorm": "batch_normalization"}[l.Kind]; kind != "" {
			there[l.Name] = nth(names, kind, next[kind])
			next[kind]++
		}
	}
	return m.LoadKeras(path, func(layer string) string {
		if rename(layer) == "" {
			return ""
		}
		return there[layer]
	})
}

// nth is layer i of a kind that a file counts, by its name there.
func nth(names []string, kind string, i int) string {
	first := math.MaxInt
	for _, name := range names {
		if name == kind {
			first = 0
		} else if n, err := strconv.Atoi(strings.TrimPrefix(name, kind+"_")); err == nil {
			first = min(first, n)
		}
	}
	if first == math.MaxInt {
		first = 0
	}
	if i += first; i == 0 {
		return kind
	}
	return fmt.Sprintf("%s_%d", kind, i)
}

// branches lays what each of them makes of x side by side.
func branches(name string, each ...func(x nn.Source) nn.Source) nn.Layer {
	return nn.Block(name, func(x nn.Source) *nn.Node {
		var outputs []nn.Source
		for _, branch := range each {
			outputs = append(outputs, branch(x))
		}
		return nn.Concatenate(outputs...)
	})
}

// of is a branch without branches.
func of(layers ...nn.Layer) func(nn.Source) nn.Source {
	return func(x nn.Source) nn.Source { return x.Then(layers...) }
}

// around is the mean of each cell's neighbours; what lies outside counts as 0, as in torchvision.
func (o *options) around() nn.Layer {
	if o.keras {
		return nn.AveragePool2D(3, nn.Strides(1), nn.Same)
	}
	return nn.Block("pool", nn.Chain(nn.ZeroPadding2D(1), nn.AveragePool2D(3, nn.Strides(1))))
}

func (o *options) inceptionA(name string, pooled int) nn.Layer {
	return branches(name,
		of(o.unit("branch1x1", 64, 1)),
		of(o.unit("branch5x5_1", 48, 1), o.unit("branch5x5_2", 64, 5, nn.Padding(2))),
		of(o.unit("branch3x3dbl_1", 64, 1), o.unit("branch3x3dbl_2", 96, 3, nn.Padding(1)), o.unit("branch3x3dbl_3", 96, 3, nn.Padding(1))),
		of(o.around(), o.unit("branch_pool", pooled, 1)))
}

func (o *options) inceptionB(name string) nn.Layer {
	return branches(name,
		of(o.unit("branch3x3", 384, 3, nn.Strides(2))),
		of(o.unit("branch3x3dbl_1", 64, 1), o.unit("branch3x3dbl_2", 96, 3, nn.Padding(1)), o.unit("branch3x3dbl_3", 96, 3, nn.Strides(2))),
		of(nn.MaxPool2D(3, nn.Strides(2))))
}

// wide and tall are the factors of a convolution of n×n cells.
func (o *options) wide(name string, filters, n int) nn.Layer { return o.factored(name, filters, 1, n) }
func (o *options) tall(name string, filters, n int) nn.Layer { return o.factored(name, filters, n, 1) }

func (o *options) factored(name string, filters, height, width int) nn.Layer {
	return nn.Block(name, nn.Chain(
		nn.Named("conv", nn.Conv2D(o.n(filters), [2]int{height, width}, nn.Padding(height/2, width/2), nn.NoBias(), he)),
		nn.Named("bn", o.norm()), nn.Activation(nn.ReLU)))
}

func (o *options) inceptionC(name string, c7 int) nn.Layer {
	return branches(name,
		of(o.unit("branch1x1", 192, 1)),
		of(o.unit("branch7x7_1", c7, 1), o.wide("branch7x7_2", c7, 7), o.tall("branch7x7_3", 192, 7)),
		of(o.unit("branch7x7dbl_1", c7, 1), o.tall("branch7x7dbl_2", c7, 7), o.wide("branch7x7dbl_3", c7, 7),
			o.tall("branch7x7dbl_4", c7, 7), o.wide("branch7x7dbl_5", 192, 7)),
		of(o.around(), o.unit("branch_pool", 192, 1)))
}

func (o *options) inceptionD(name string) nn.Layer {
	return branches(name,
		of(o.unit("branch3x3_1", 192, 1), o.unit("branch3x3_2", 320, 3, nn.Strides(2))),
		of(o.unit("branch7x7x3_1", 192, 1), o.wide("branch7x7x3_2", 192, 7), o.tall("branch7x7x3_3", 192, 7), o.unit("branch7x7x3_4", 192, 3, nn.Strides(2))),
		of(nn.MaxPool2D(3, nn.Strides(2))))
}

func (o *options) inceptionE(name string) nn.Layer {
	return branches(name,
		of(o.unit("branch1x1", 320, 1)),
		o.fork("branch3x3_2", 384, o.unit("branch3x3_1", 384, 1)),
		o.fork("branch3x3dbl_3", 384, o.unit("branch3x3dbl_1", 448, 1), o.unit("branch3x3dbl_2", 384, 3, nn.Padding(1))),
		of(o.around(), o.unit("branch_pool", 192, 1)))
}

// fork is a branch that ends in 1×3 and 3×1 side by side.
func (o *options) fork(name string, filters int, before ...nn.Layer) func(nn.Source) nn.Source {
	return func(x nn.Source) nn.Source {
		x = x.Then(before...)
		return nn.Concatenate(x.Then(o.wide(name+"a", filters, 3)), x.Then(o.tall(name+"b", filters, 3)))
	}
}
