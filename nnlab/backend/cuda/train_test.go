//go:build cuda

package cuda_test

import (
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// TestTraining trains the networks of Exemplos 1 and 2 for some steps on real images: on
// the GPU and on the CPU the losses are the same but for rounding, and twice on the GPU
// they are the same to the bit.
func TestTraining(t *testing.T) {
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	train, _ := datasets.MNIST()
	for name, network := range map[string]func() *nn.Model{"Exemplo 1": arch.MLP, "Exemplo 2": arch.SmallCNN} {
		for how, optimizer := range map[string]nn.Optimizer{"RMSprop": nn.RMSprop(0.001), "Adam": nn.Adam(0.001), "SGD": nn.SGD(0.01, nn.Momentum(0.9))} {
			t.Run(name+" "+how, func(t *testing.T) {
				losses := func(b backend.Backend) []float64 {
					m := network()
					m.Compile(nn.CategoricalCrossentropy, optimizer, nn.Accuracy, nn.On(b), nn.Seed(3))
					h, err := m.Fit(train.Take(8), nn.Epochs(2), nn.BatchSize(4))
					if err != nil {
						t.Fatal(err)
					}
					return h.Get("loss")
				}
				want, first, again := losses(cpu.New()), losses(gpu), losses(gpu)
				if !slices.Equal(first, again) {
					t.Errorf("twice on the GPU: %v, then %v", first, again)
				}
				tolerance := 1e-4
				if how == "RMSprop" {
					tolerance = 1e-3 // its first step is as long for a gradient that is nearly 0 as for any
				}
				for i, w := range want {
					if !(math.Abs(first[i]-w) <= tolerance*w) {
						t.Errorf("epoch %d: a loss of %v, on the CPU %v", i, first[i], w)
					}
				}
			})
		}
	}
}
