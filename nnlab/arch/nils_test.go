package arch_test

import (
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/nils"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A nil in any place where the compiler allows one is refused in words.
func TestNils(t *testing.T) {
	cards := datasets.PunchCards(2, 1)
	rows := map[string]nils.Row{
		"Head.layers":           {Says: "a layer", Call: arch.VGG11(arch.Head(nil)).Compile(nn.NoLoss, nn.SGD(1)).Err},
		"SelfOrganize.m":        {Says: "a model", Call: func() error { return arch.SelfOrganize(nil, cards, 1) }},
		"SelfOrganize.patterns": {Says: "data", Call: func() error { return arch.SelfOrganize(arch.Neocognitron(arch.Planes(2, 2, 2)), nil, 1) }},
		"SelfOrganize.options":  {Says: "options", Call: func() error { return arch.SelfOrganize(arch.Neocognitron(arch.Planes(2, 2, 2)), cards, 1, nil) }},
	}
	for name, m := range map[string]func(...arch.Option) *nn.Model{
		"Adaline": arch.Adaline, "AlexNet": arch.AlexNet, "GoogLeNet": arch.GoogLeNet, "InceptionV2": arch.InceptionV2, "InceptionV3": arch.InceptionV3,
		"LeNet1989": arch.LeNet1989, "LeNet5": arch.LeNet5, "LeNet5Original": arch.LeNet5Original, "Neocognitron": arch.Neocognitron, "Perceptron": arch.Perceptron,
		"ResNet18": arch.ResNet18, "ResNet34": arch.ResNet34, "ResNet50": arch.ResNet50, "ResNet101": arch.ResNet101, "ResNet152": arch.ResNet152,
		"SoftmaxRegression": arch.SoftmaxRegression, "VGG11": arch.VGG11, "VGG13": arch.VGG13, "VGG16": arch.VGG16, "VGG19": arch.VGG19,
		"DeepNet":             func(o ...arch.Option) *nn.Model { return arch.DeepNet(3, nn.ReLU, o...) },
		"PreActivationResNet": func(o ...arch.Option) *nn.Model { return arch.PreActivationResNet(11, o...) },
		"ResNetCIFAR":         func(o ...arch.Option) *nn.Model { return arch.ResNetCIFAR(20, o...) },
	} {
		rows[name+".given"] = nils.Row{Says: "arch." + name, Call: func() error { return m(nil).Compile(nn.NoLoss, nn.SGD(1)).Err() }}
	}
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/arch", rows, nil)
}
