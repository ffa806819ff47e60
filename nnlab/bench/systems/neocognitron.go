package main

import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

const neocognitronForm = "two modules of 16 and 60 planes, organised by 150 pictures without labels; 10 000 labels, Adam(0.01), batch 32"

// neocognitron organises two modules by pictures without their labels, has a last layer
// learn some labels, and is asked for test pictures that are moved to the right.
func neocognitron(organised, labelled, tested, moved int) func(seed uint64) (float64, error) {
	return func(seed uint64) (float64, error) {
		train, test := datasets.MNIST()
		m := arch.Neocognitron(arch.Input(28, 28, 1), arch.Classes(10), arch.Planes(16, 60, 0), arch.Readout())
		if err := arch.SelfOrganize(m, train.Shuffle(seed).Take(organised), 1, nn.Seed(seed)); err != nil {
			return 0, err
		}
		m.Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.Accuracy, nn.Seed(seed), nn.Freeze("U*"))
		return trained(m, train.Shuffle(seed+1).Take(labelled), test.Take(tested).Shift(0, moved), 3, nn.BatchSize(32))
	}
}

// movedMLP is the same of an MLP, which learns the same labels.
func movedMLP(labelled, tested, moved int) func(seed uint64) (float64, error) {
	return func(seed uint64) (float64, error) {
		train, test := datasets.MNIST()
		m := arch.MLP().Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy, nn.Seed(seed))
		return trained(m, train.Shuffle(seed+1).Take(labelled), test.Take(tested).Shift(0, moved), 5, nn.BatchSize(128))
	}
}
