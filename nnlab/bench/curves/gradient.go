package main

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

const gradientText = `
Slide “O gradiente não se comporta igual em todas as camadas”. Networks of 20 dense layers of 64
units (` + "`arch.DeepNet`" + `) see 256 digits of MNIST before any training; ‖∂E/∂W‖ of each layer is divided by
that of layer 20. With sigmoids the gradient gets smaller from layer to layer on its way back, by
what Glorot's weights and f' ≤ ¼ leave of it; with ReLUs and He's weights it keeps its order of
magnitude, and with ways around it does in any case.
`

const depth = 20

// deepNets are the networks that are compared.
var deepNets = []struct {
	name string
	make func() *nn.Model
}{
	{"sigmoid", func() *nn.Model { return arch.DeepNet(depth, nn.Sigmoid) }},
	{"ReLU", func() *nn.Model { return arch.DeepNet(depth, nn.ReLU) }},
	{"sigmoid, residual", func() *nn.Model { return arch.DeepNet(depth, nn.Sigmoid, arch.Residual()) }},
	{"ReLU, residual", func() *nn.Model { return arch.DeepNet(depth, nn.ReLU, arch.Residual()) }},
}

// gradients has a row for each layer and a column for each network.
func gradients() (string, error) {
	heading, rows := []string{"layer"}, make([][]string, depth)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i + 1)}
	}
	for _, n := range deepNets {
		heading = append(heading, n.name)
		shares := make([][]float64, depth) // by layer and seed
		for _, seed := range seeds {
			norms, err := gradientNorms(n.make(), seed)
			if err != nil {
				return "", err
			}
			for i, v := range norms {
				shares[i] = append(shares[i], v/norms[depth-1])
			}
		}
		for i, s := range shares {
			rows[i] = append(rows[i], spread(s))
		}
	}
	return table(heading, rows), nil
}

// gradientNorms are ‖∂E/∂W‖ of the layers between the input and the output.
func gradientNorms(m *nn.Model, seed uint64) (norms []float64, err error) {
	train, _ := datasets.MNIST()
	examples := make([]int, 256)
	for i := range examples {
		examples[i] = i
	}
	m.Compile(nn.CategoricalCrossentropy, nn.SGD(1e-12), nn.Seed(seed))
	if _, err := m.Step(train, examples); err != nil {
		return nil, err
	}
	for _, p := range m.Params() {
		if len(p.Value.Shape) > 1 {
			sum := 0.0
			for _, g := range p.Grad.Values() {
				sum += float64(g) * float64(g)
			}
			norms = append(norms, math.Sqrt(sum))
		}
	}
	return norms[:depth], nil
}
