package own

import (
	"fmt"
	"math/rand/v2"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// infer returns the seconds that a network takes to answer for a batch.
func infer(item work.Item) (float64, error) {
	network := networks[item.Network]
	if network == nil {
		return 0, fmt.Errorf("nnlab has no network %q", item.Network)
	}
	model := network().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.Seed(item.Seed))
	_, test := datasets.MNIST()
	var data nn.Data = test.Take(item.Batch)
	if item.Network == "vgg16" {
		data = noise{tensor.Shape{224, 224, 3}, item.Batch}
	}
	if _, err := model.Predict(data); err != nil {
		return 0, err
	}
	return repeat(item.Budget, func() { model.Predict(data) }), nil
}

// noise is a number of random images.
type noise struct {
	shape  tensor.Shape
	images int
}

func (n noise) Open() error         { return nil }
func (n noise) Len() int            { return n.images }
func (n noise) Shape() tensor.Shape { return n.shape }
func (n noise) Classes() int        { return 1000 }
func (n noise) TargetSize() int     { return 1 }

func (n noise) Batch(index []int, x, y []float32) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range x {
		x[i] = r.Float32()
	}
	clear(y)
}
