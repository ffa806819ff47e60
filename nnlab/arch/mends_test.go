package arch_test

import (
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Each mend of the package is followed once, and works.
func TestMends(t *testing.T) {
	err := func(m *nn.Model) func() error {
		return func() error { m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Layers(); return m.Err() }
	}
	noLoss := func(m *nn.Model) func() error {
		return func() error { m.Compile(nn.NoLoss, nn.SGD(0.1)).Layers(); return m.Err() }
	}
	path := t.TempDir() + "/lenet5.safetensors"
	writeWeights(t, path, arraysOf("LeNet5"), 1)
	loads := func(o ...arch.Option) func() error {
		return err(arch.LeNet5(append(o, arch.Input(32, 32, 1))...))
	}
	small := arch.Width(0.1)
	cards := datasets.PunchCards(2, 1)
	organise := func(m *nn.Model) func() error {
		return func() error { return arch.SelfOrganize(m, cards, 1) }
	}
	mends.Check(t, []mends.Row{
		mends.Of("leave it out", loads(arch.Plain()), loads()),
		mends.Of("write arch.Width(0.25) for a quarter of the filters", loads(arch.Width(0)), loads(arch.Width(0.25))),
		mends.Of("write arch.Classes(10)", loads(arch.Classes(1)), loads(arch.Classes(10))),
		mends.Of("write arch.Input(32, 32, 3)", err(arch.LeNet5(arch.Input(32, 32, 0))), err(arch.LeNet5(arch.Input(32, 32, 3)))),
		mends.Of("leave one of them out", noLoss(arch.Perceptron(arch.Input(12, 80, 1), arch.Features(960))),
			noLoss(arch.Perceptron(arch.Input(12, 80, 1))), noLoss(arch.Perceptron(arch.Features(960)))),
		mends.Of("write arch.Features(2)", noLoss(arch.Perceptron(arch.Features(0))), noLoss(arch.Perceptron(arch.Features(2)))),
		mends.Of("write arch.Planes(24, 24, 24)", noLoss(arch.Neocognitron(arch.Planes(24, 0, 24))), noLoss(arch.Neocognitron(arch.Planes(24, 24, 24)))),
		mends.Of("write arch.Planes(2, 3, 0), or leave arch.Readout() out and give each module some", noLoss(arch.Neocognitron(arch.Planes(2, 3, 4), arch.Readout())),
			noLoss(arch.Neocognitron(arch.Planes(2, 3, 0), arch.Readout())), noLoss(arch.Neocognitron(arch.Planes(2, 3, 4)))),
		mends.Of("write arch.Planes(1, 3, 0), or leave arch.Readout() out and give each module some", noLoss(arch.Neocognitron(arch.Planes(0, 3, 0), arch.Readout())),
			noLoss(arch.Neocognitron(arch.Planes(1, 3, 0), arch.Readout())), noLoss(arch.Neocognitron(arch.Planes(1, 3, 1)))),
		mends.Of("write arch.Input(12, 80, 1), arch.Association(12, 10)", noLoss(arch.Perceptron(arch.Association(12, 10))), noLoss(arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)))),
		mends.Of("leave it out, or give the path of a safetensors file", loads(arch.Weights("")), loads(), loads(arch.Weights(path))),
		mends.Of("write arch.ResNetCIFAR(20)", err(arch.ResNetCIFAR(22, small)), err(arch.ResNetCIFAR(20, small))),
		mends.Of("write arch.PreActivationResNet(11)", err(arch.PreActivationResNet(12, small)), err(arch.PreActivationResNet(11, small))),
		mends.Of("organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model", organise(arch.Adaline(arch.Input(12, 80, 1))),
			organise(arch.Neocognitron(arch.Input(12, 80, 1), arch.Planes(2, 2, 0), arch.Readout())),
			organise(nn.Sequential(nn.Input(12, 80, 1), nn.SCells(24, 5, 4), nn.Flatten()))),
		mends.Of("organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model", organise(nn.Sequential(nn.Input(12, 80, 1), nn.SCells(24, 5, 4, nn.Strides(2)), nn.Flatten()))),
		mends.Of("organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model", organise(nn.Sequential(nn.Input(12, 80, 1), nn.SCells(24, [2]int{3, 5}, 4), nn.Flatten()))),
	}, map[string]string{})
}
