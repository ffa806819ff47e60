package arch_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// The numbers that the slides state about the systems, computed from the networks.

// compiled are the layers of a network, all of them.
func compiled(m *nn.Model) []nn.LayerInfo {
	return m.Compile(nn.NoLoss, nn.SGD(0.1)).Layers()
}

// filters are the convolutions' kernels, [height width depth] × number.
func filters(m *nn.Model) (all []string) {
	for _, l := range compiled(m) {
		if l.Kind == "Conv2D" {
			s := l.Params()[0].Value.Shape
			all = append(all, fmt.Sprintf("%d × %d×%d×%d", s[3], s[0], s[1], s[2]))
		}
	}
	return all
}

// deepest is how many layers with weights lie on the longest way through a network to one
// of its outputs.
func deepest(m *nn.Model, output string) int {
	depth := map[string]int{}
	for _, l := range compiled(m) { // each stands behind those that it is connected to
		for _, from := range l.From {
			depth[l.Name] = max(depth[l.Name], depth[from])
		}
		if l.Kind == "Conv2D" || l.Kind == "Dense" {
			depth[l.Name]++
		}
	}
	return depth[output]
}

// Slide "Início": after at most fifty attempts it tells left from right.
func ExamplePerceptron_punchCards() {
	m := arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)).Compile(nn.PerceptronLoss, nn.SGD(1), nn.Accuracy)
	m.Fit(datasets.PunchCards(50, 1), nn.BatchSize(1), nn.Shuffle(false), nn.Verbose(false))
	logs, err := m.Evaluate(datasets.PunchCards(1000, 2))
	accuracy, _ := logs.Get("accuracy")
	fmt.Println(accuracy, err)
	// Output: 1 <nil>
}

// Slide "AlexNet (Krizhevsky, 2012)": 96 filters of 11×11×3, stride 4; 256 of 5×5×96; 384 of
// 3×3×256; 384 of 3×3×384; 256 of 3×3×384; dense layers of 4096. The slide's depths are those
// of the network on one GPU. Its input of 224 does not fill a map of 55, as 227 does. Slide
// "Alex Net (2012)": 9 layers, of which 8 have weights.
func ExampleAlexNet() {
	m := arch.AlexNet(arch.Ungrouped())
	fmt.Println(strings.Join(filters(m), "\n"))
	for _, l := range compiled(m) {
		if l.Name == "conv1" || l.Kind == "Dense" {
			fmt.Println(l.Name, l.MapSize, l.Shape)
		}
	}
	slide := nn.Sequential(nn.Input(224, 224, 3), nn.Conv2D(96, 11, nn.Strides(4)))
	fmt.Println("224:", compiled(slide)[1].MapSize)
	fmt.Println(deepest(m, "fc8"), "layers with weights")
	// Output:
	// 96 × 11×11×3
	// 256 × 5×5×96
	// 384 × 3×3×256
	// 384 × 3×3×384
	// 256 × 3×3×384
	// conv1 (227 − 11 + 2·0)/4 + 1 = 55 [55 55 96]
	// fc6  [4096]
	// fc7  [4096]
	// fc8  [1000]
	// 224: ⌊(224 − 11 + 2·0)/4⌋ + 1 = 54
	// 8 layers with weights
}

// Slide "VGGNet (Simonyan, 2014)": input 224×224; filters all of 3×3; 64 in the convolutions 1
// and 2, 128 in 3 and 4, 256 in 5 to 8, 512 in 9 to 12 and in 13 to 16, a maximum pooling behind
// each group; dense layers of 4096: with the last one 19 layers. Slide "VGGNet (2014)": 16.
func ExampleVGG19() {
	n, first, sizes := 0, 1, map[string]bool{}
	for _, l := range compiled(arch.VGG19()) {
		switch l.Kind {
		case "Input":
			fmt.Println("input", l.Shape)
		case "Conv2D":
			s := l.Params()[0].Value.Shape
			n, sizes[fmt.Sprintf("%d×%d", s[0], s[1])] = n+1, true
		case "MaxPool2D":
			fmt.Printf("conv %d-%d: K = %d + maxpool\n", first, n, l.Shape[2])
			first = n + 1
		case "Dense":
			fmt.Println(l.Name, l.Shape)
		}
	}
	fmt.Println("filters:", slices.Collect(maps.Keys(sizes)))
	fmt.Println(deepest(arch.VGG19(), "predictions"), deepest(arch.VGG16(), "predictions"))
	// Output:
	// input [224 224 3]
	// conv 1-2: K = 64 + maxpool
	// conv 3-4: K = 128 + maxpool
	// conv 5-8: K = 256 + maxpool
	// conv 9-12: K = 512 + maxpool
	// conv 13-16: K = 512 + maxpool
	// fc1 [4096]
	// fc2 [4096]
	// predictions [1000]
	// filters: [3×3]
	// 19 16
}

// Slide "GoogLeNet / Inception (Szegedy, 2014)": 22 layers, three classifiers; a module has
// filters of 1×1, 3×3 and 5×5 and a maximum pooling of 3×3. Slide "GoogLeNet: módulo inception
// v1": filters of 1×1 reduce the depth of the input, here from 192 to 96, 16 and 32, and what
// comes out of three filters and the pooling is concatenated. Slide "Inception / GooglNet
// (2014)": 22.
func ExampleGoogLeNet() {
	m := arch.GoogLeNet()
	fmt.Println(deepest(m, "fc"), m.OutputNames())
	for _, l := range compiled(m) {
		if name, is := strings.CutPrefix(l.Name, "inception3a."); is {
			fmt.Println(name, l.Recipe, l.Shape)
		}
	}
	// Output:
	// 22 [fc aux1.fc2 aux2.fc2]
	// branch1 Conv2D(64, 1×1, relu) [28 28 64]
	// branch2.0 Conv2D(96, 1×1, relu) [28 28 96]
	// branch2.1 Conv2D(128, 3×3, padding 1×1, relu) [28 28 128]
	// branch3.0 Conv2D(16, 1×1, relu) [28 28 16]
	// branch3.1 Conv2D(32, 5×5, padding 2×2, relu) [28 28 32]
	// branch4.maxpool2d MaxPool2D(3×3, strides 1×1, padding 1×1) [28 28 192]
	// branch4.1 Conv2D(32, 1×1, relu) [28 28 32]
	// concatenate Concatenate [28 28 256]
}

// Slides "ResNet (2015)" and "Residual Network — ResNet": from 34 layers to about 1000.
func ExampleResNet34() {
	fmt.Println(deepest(arch.ResNet34(), "fc"), deepest(arch.ResNet152(), "fc"), deepest(arch.ResNetCIFAR(1202), "fc"))
	// Output: 34 152 1202
}

// Slides "1º motivo" and "Principais modelos de redes profundas": the networks of ILSVRC, about
// 1.4 million images in 1000 classes. Layers with weights, parameters and multiply-accumulates
// of an image are the networks' own; the top-5 error on the test set is what the papers report
// for several networks together (Krizhevsky et al. 2012, table 2; Simonyan and Zisserman 2014,
// table 7; Szegedy et al. 2014, table 2; He et al. 2015, table 5). The slide has 9 layers for
// AlexNet, the paper 8. GoogLeNet is as it trains, with its two auxiliary classifiers.
func Example_winners() {
	const images = 1_400_000
	for _, w := range []struct {
		name, output, top5 string
		net                func() *nn.Model
	}{
		{"AlexNet", "fc8", "15.3 %", func() *nn.Model { return arch.AlexNet() }},
		{"VGG-16", "predictions", "7.3 %", func() *nn.Model { return arch.VGG16() }},
		{"GoogLeNet", "fc", "6.67 %", func() *nn.Model { return arch.GoogLeNet() }},
		{"ResNet-152", "fc", "3.57 %", func() *nn.Model { return arch.ResNet152() }},
	} {
		parameters, macs, classes := 0, 0, 0
		for _, l := range compiled(w.net()) {
			parameters, macs = parameters+l.Parameters, macs+l.MACs
			if l.Name == w.output {
				classes = l.Shape[0]
			}
		}
		fmt.Printf("%s: %d layers, %d parameters, %.2f·10⁹ MACs, %d images for each of %d classes, top-5 %s\n",
			w.name, deepest(w.net(), w.output), parameters, float64(macs)/1e9, images/classes, classes, w.top5)
	}
	// Output:
	// AlexNet: 8 layers, 60965224 parameters, 0.72·10⁹ MACs, 1400 images for each of 1000 classes, top-5 15.3 %
	// VGG-16: 16 layers, 138357544 parameters, 15.47·10⁹ MACs, 1400 images for each of 1000 classes, top-5 7.3 %
	// GoogLeNet: 22 layers, 13378280 parameters, 1.59·10⁹ MACs, 1400 images for each of 1000 classes, top-5 6.67 %
	// ResNet-152: 152 layers, 60344232 parameters, 11.51·10⁹ MACs, 1400 images for each of 1000 classes, top-5 3.57 %
}
