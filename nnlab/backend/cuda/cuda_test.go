//go:build cuda

package cuda

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
)

func gpu(t *testing.T) backend.Backend {
	t.Helper()
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestValues(t *testing.T) {
	backendtest.Run(t, gpu(t), backendtest.Products(4), backendtest.Spread())
}

func TestGrad(t *testing.T) { backendtest.RunGrad(t, gpu(t)) }

func Benchmark(b *testing.B) {
	d, err := New()
	if err != nil {
		b.Fatal(err)
	}
	backendtest.Benchmark(b, d)
}
