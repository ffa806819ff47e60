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

// TestGoldenExamplesCUDA holds the networks of Exemplos 1 and 2 to the losses of steps that real
// Keras took, of few images, so that an emulated GPU takes them in seconds.
func TestGoldenExamplesCUDA(t *testing.T) {
	b, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	var without []string
	if testing.Short() {
		without = append(without, "CNN") // the larger of Exemplo 2: half a minute on an emulated GPU
	}
	checkGoldenExamples(t, b, without...)
	if err := b.Sync(); err != nil {
		t.Error(err)
	}
}

// TestGoldenLayersCUDA holds single layers against real Keras on a GPU: convolutions, pools,
// norms and all others.
func TestGoldenLayersCUDA(t *testing.T) {
	b, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range readGoldenLayers(t) {
		t.Run(c.Name, func(t *testing.T) { c.check(t, b, 1e-5) })
	}
	if err := b.Sync(); err != nil {
		t.Error(err)
	}
}
