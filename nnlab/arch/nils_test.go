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
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/arch", rows, nil)
}
