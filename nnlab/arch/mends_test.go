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
	cards := datasets.PunchCards(2, 1)
	organise := func(m *nn.Model) func() error {
		return func() error { return arch.SelfOrganize(m, cards, 1) }
	}
	mends.Check(t, []mends.Row{
		mends.Of("organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model", organise(arch.Adaline(arch.Input(12, 80, 1))),
			organise(arch.Neocognitron(arch.Input(12, 80, 1), arch.Planes(2, 2, 2), arch.Readout())),
			organise(nn.Sequential(nn.Input(12, 80, 1), nn.SCells(24, 5, 4), nn.Flatten()))),
		mends.Of("organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model", organise(nn.Sequential(nn.Input(12, 80, 1), nn.SCells(24, 5, 4, nn.Strides(2)), nn.Flatten()))),
		mends.Of("organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model", organise(nn.Sequential(nn.Input(12, 80, 1), nn.SCells(24, [2]int{3, 5}, 4), nn.Flatten()))),
	}, map[string]string{})
}
