package own

import (
	"fmt"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// infer returns the seconds that a network takes to answer for a batch.
func infer(b backend.Backend, item work.Item) (float64, error) {
	network, known := networks[item.Network]
	if !known {
		return 0, fmt.Errorf("nnlab has no network %q", item.Network)
	}
	model := network.answers().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.Seed(item.Seed), nn.On(b))
	data := network.images(item.Batch)
	if _, err := model.Predict(data); err != nil {
		return 0, err
	}
	return repeat(item.Budget, func() error {
		_, err := model.Predict(data)
		return err
	}, b.Sync)
}

// images are a batch to answer for.
func (n network) images(batch int) nn.Data {
	if n.side > 0 {
		return newNoise(n.side, batch, batch)
	}
	_, test := datasets.MNIST()
	return test.Take(batch)
}
