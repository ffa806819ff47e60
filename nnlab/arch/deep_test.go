package arch_test

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Slide "O gradiente não se comporta igual em todas as camadas": ‖∂E/∂W‖ of the first of 20 layers,
// beside that of the last, before any training.
func TestGradientReachesTheFirstLayer(t *testing.T) {
	train, _ := datasets.MNIST()
	examples := make([]int, 64)
	for i := range examples {
		examples[i] = i
	}
	for name, c := range map[string]struct {
		network   *nn.Model
		low, high float64
	}{
		"sigmoid":           {arch.DeepNet(20, nn.Sigmoid), 0, 1e-9},
		"ReLU":              {arch.DeepNet(20, nn.ReLU), 0.1, 30},
		"sigmoid, residual": {arch.DeepNet(20, nn.Sigmoid, arch.Residual()), 0.05, 30},
		"ReLU, residual":    {arch.DeepNet(20, nn.ReLU, arch.Residual()), 0.05, 30},
	} {
		t.Run(name, func(t *testing.T) {
			m := c.network.Compile(nn.CategoricalCrossentropy, nn.SGD(1e-12))
			if _, err := m.Step(train, examples); err != nil {
				t.Fatal(err)
			}
			var norms []float64
			for _, p := range m.Params() {
				if len(p.Value.Shape) > 1 {
					sum := 0.0
					for _, g := range p.Grad.Values() {
						sum += float64(g) * float64(g)
					}
					norms = append(norms, math.Sqrt(sum))
				}
			}
			if share := norms[0] / norms[19]; len(norms) != 21 || !(share > c.low && share < c.high) {
				t.Errorf("%d layers, the first has %.3g of the gradient of the 20th", len(norms), share)
			}
		})
	}
}
