package arch_test

import (
	"fmt"
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
// of the network on one GPU.
func ExampleAlexNet() {
	m := arch.AlexNet(arch.Ungrouped())
	fmt.Println(strings.Join(filters(m), "\n"))
	for _, l := range compiled(m) {
		if l.Name == "conv1" || l.Kind == "Dense" {
			fmt.Println(l.Name, l.MapSize, l.Shape)
		}
	}
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
}

// Slide "VGGNet (Simonyan, 2014)": input 224×224, filters of 3×3, 64, 128, 256, 512 and 512 of
// them, 16 convolutions, dense layers of 4096: with the last one 19 layers. Slide "VGGNet
// (2014)": 16.
func ExampleVGG19() {
	convolutions := filters(arch.VGG19())
	fmt.Println(len(convolutions), "convolutions:", convolutions[0], "…", convolutions[len(convolutions)-1])
	fmt.Println(deepest(arch.VGG19(), "predictions"), deepest(arch.VGG16(), "predictions"))
	// Output:
	// 16 convolutions: 64 × 3×3×3 … 512 × 3×3×512
	// 19 16
}

// Slide "GoogLeNet / Inception (Szegedy, 2014)": 22 layers, three classifiers.
func ExampleGoogLeNet() {
	m := arch.GoogLeNet()
	fmt.Println(deepest(m, "fc"), m.OutputNames())
	// Output: 22 [fc aux1.fc2 aux2.fc2]
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
