//go:build cuda

package nn

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
)

// TestGoldenCUDA holds the networks that real Keras trained in float32 against the same on a
// GPU: gradients of the first step, and the losses of ten steps of each optimizer. The
// lecture's own network is left out with -short: an emulated GPU takes minutes for it.
func TestGoldenCUDA(t *testing.T) {
	b, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	g := readGolden(t, "keras_mlp_float32.json")
	for _, n := range g.Networks {
		t.Run(fmt.Sprintf("%s %s %s%s", n.Hidden, n.Output, n.Loss, n.Regularizer), func(t *testing.T) {
			checkGolden(t, n, n.data(), b, 1e-4, 1e-5)
		})
	}
	if !testing.Short() {
		t.Run("MNIST", func(t *testing.T) {
			train, _ := datasets.MNIST()
			checkGolden(t, *g.MNIST, train.Take(1280), b, 1e-4, 1e-5)
		})
	}
}
