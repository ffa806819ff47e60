package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx"
)

// channelsLast are the same models in files that keep the lab's axes.
func channelsLast(all []testCase) (again []testCase) {
	for _, c := range all {
		c.name, c.last = c.name+"last", true
		again = append(again, c)
	}
	return again
}

func graphs() (all []testCase) {
	for seed := range 40 {
		c := testCase{name: fmt.Sprintf("graph%02d", seed), model: randomGraph(seed), examples: 1 + seed%3, last: seed%4 == 3}
		all = append(all, c)
	}
	return append(all, outputsInTheMiddle())
}

// outputsInTheMiddle has outputs that other layers take, that are inputs, and that are one.
func outputsInTheMiddle() testCase {
	in, other := nn.Input(6, 5, 4), nn.Input(6, 5, 4)
	a := in.Then(nn.Conv2D(3, 3))
	flat := a.Then(nn.Flatten())
	drop := flat.Then(nn.Dropout(0.5))
	m := nn.Graph(nn.Inputs(in, other), nn.Outputs(flat, a, drop, flat.Then(nn.Dense(2)), other.Then(nn.Dropout(0.1))))
	return testCase{name: "outputs", model: compiled(m, 1), examples: 2}
}

// randomGraph branches and meets again, with layers that share weights, two inputs and
// two outputs.
func randomGraph(seed int) *nn.Model {
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	in, other := nn.Input(6, 4, 4), nn.Input(6, 4, 4)
	all := []nn.Source{in, other}
	any := func() nn.Source { return all[len(all)-1-r.IntN(min(6, len(all)))] }
	same, features := nn.Shared(nn.Conv2D(4, 3, nn.Same, nn.Tanh)), nn.Shared(nn.Dense(96, nn.Sigmoid))
	for range 15 {
		x := any()
		layers := [][]nn.Layer{
			{nn.Conv2D(4, 3, nn.Same, nn.ReLU)}, {same}, {same, same}, {nn.BatchNorm(), nn.Activation(nn.ELU)}, {nn.Dropout(0.3)},
			{nn.Flatten(), nn.Maxout(96, 2), nn.Reshape(6, 4, 4)}, {nn.Flatten(), features, nn.Reshape(6, 4, 4)}, {nn.Reshape(96), features, nn.Reshape(6, 4, 4)},
			{nn.Reshape(24, 4), nn.Conv1D(4, 3, nn.Same), nn.Reshape(6, 4, 4)}, {nn.Subsampling(2), nn.UpSampling2D(2)}, {nn.MaxPool2D(2), nn.UpSampling2D(2)},
			{nn.LayerNorm()}, {nn.LocalResponseNorm(3, 1e-2, 0.75, 1)}, {nn.GroupNorm(2)}, {nn.PReLU(nn.AlphaInitializer(nn.Constant(0.25)))}, {nn.Slice(1, 3), nn.Conv2D(4, 1)},
			{nn.AdaptiveAveragePool2D(4, 3), nn.AdaptiveMaxPool2D(3, 2), nn.UpSampling2D(2)}, {nn.MaxPool2D(2), nn.Conv2DTranspose(4, 2, nn.Strides(2), nn.Tanh)},
			{nn.Permute(2, 1, 3), nn.Permute(2, 1, 3)}, {nn.DepthwiseConv2D(3, nn.Same), nn.Activation(nn.Softmax)}, {nn.AveragePool2D(3, nn.Strides(1), nn.Same)},
		}
		switch y := any(); r.IntN(12) {
		case 0:
			all = append(all, nn.Add(x, y, any()))
		case 1:
			all = append(all, nn.Multiply(x, y, any()).Then(nn.LayerNorm()))
		case 2:
			all = append(all, nn.Maximum(x, y, any()))
		case 3:
			all = append(all, nn.Average(x, y))
		case 4:
			all = append(all, nn.Subtract(x, y))
		case 5:
			all = append(all, nn.Concatenate(x, y).Then(nn.Conv2D(4, 1)))
		case 6: // one of them in the other order of axes
			all = append(all, nn.Add(x.Then(nn.Flatten(), nn.Reshape(6, 4, 4)), y.Then(nn.Conv2D(4, 1))))
		case 7: // maps that were flattened and others
			all = append(all, nn.Concatenate(x.Then(nn.Flatten(), nn.Dropout(0.2)), y.Then(nn.Flatten(), nn.Dense(5)).Then(nn.Activation(nn.Tanh))).Then(nn.Dense(96), nn.Reshape(6, 4, 4)))
		default:
			all = append(all, x.Then(layers[r.IntN(len(layers))]...))
		}
	}
	auxiliary := any().Then(nn.GlobalMaxPool(), nn.Dense(3, nn.Softmax)).Named("aux")
	last := nn.Concatenate(any().Then(nn.Flatten()), auxiliary, in.Then(nn.Flatten()), other.Then(nn.Flatten())).Then(nn.Dense(3, nn.Softmax)).Named("main")
	return compiled(nn.Graph(nn.Inputs(in, other), nn.Outputs(last, auxiliary)), seed)
}

// systems are all networks of the lecture, narrow.
func systems() []testCase { return systemsOf(3, arch.Width(0.1), arch.Classes(7)) }

// fullSystems are those whose size is no option, or as the papers have them.
func fullSystems() []testCase { return systemsOf(1) }

func systemsOf(examples int, options ...arch.Option) (all []testCase) {
	add := func(name string, m *nn.Model, file ...onnx.Option) {
		all = append(all, testCase{name: name, model: compiled(m, 1), options: file, examples: examples})
	}
	with := func(more ...arch.Option) []arch.Option { return append(more, options...) }
	add("perceptron", arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 8)))
	add("adaline", arch.Adaline())
	add("softmaxregression", arch.SoftmaxRegression())
	add("mlp", arch.MLP())
	add("neocognitron", arch.Neocognitron())
	add("mlp1986", arch.MLP1986(8, 3, 8))
	add("lenet1989", arch.LeNet1989())
	add("lenet", arch.LeNet())
	add("lenet5original", arch.LeNet5Original())
	add("cnn", arch.CNN())
	add("lenet5", arch.LeNet5(options...))
	for name, form := range map[string]arch.Option{"": arch.Classes(10), "torchvision": arch.Torchvision(), "ungrouped": arch.Ungrouped()} {
		add("alexnet"+name, arch.AlexNet(with(form)...))
	}
	for name, vgg := range map[string]func(...arch.Option) *nn.Model{"11": arch.VGG11, "13": arch.VGG13, "16": arch.VGG16, "19": arch.VGG19} {
		add("vgg"+name, vgg(options...))
	}
	add("vgg11bn", arch.VGG11(with(arch.BatchNormalized())...))
	add("googlenet", arch.GoogLeNet(options...), onnx.Outputs("fc"))
	add("googlenettorchvision", arch.GoogLeNet(with(arch.Torchvision())...))
	add("inceptionv2", arch.InceptionV2(options...), onnx.Outputs("fc"))
	add("inceptionv3", arch.InceptionV3(options...))
	for name, resnet := range map[string]func(...arch.Option) *nn.Model{"18": arch.ResNet18, "34": arch.ResNet34, "50": arch.ResNet50, "101": arch.ResNet101, "152": arch.ResNet152} {
		add("resnet"+name, resnet(options...))
	}
	for _, depth := range []int{20, 56} {
		add(fmt.Sprintf("resnetcifar%d", depth), arch.ResNetCIFAR(depth, options...))
		add(fmt.Sprintf("plain%d", depth), arch.ResNetCIFAR(depth, with(arch.Plain())...))
	}
	add("deepnet", arch.DeepNet(20, nn.Sigmoid, with(arch.Residual())...))
	add("preactivation164", arch.PreActivationResNet(164, options...))
	return all
}
