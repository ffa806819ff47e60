package backendtest

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// benchmarkSparse measures products of Exemplo 1 whose left factor has zeros, which a
// backend may leave out. The GFLOP/s are those of all numbers.
func benchmarkSparse(b *testing.B, be backend.Backend) {
	d := newData("sparse")
	for _, g := range []struct {
		t       backend.Transpose
		m, k, n int
	}{
		{backend.NN, 128, 784, 512},
		{backend.TN, 784, 128, 512},
		{backend.NT, 128, 512, 512},
		{backend.NN, 32, 784, 512},
		{backend.TN, 784, 32, 512},
		{backend.NT, 32, 512, 512},
	} {
		for _, density := range []float64{0.2, 0.4, 0.6, 0.8} {
			b.Run(fmt.Sprintf("Sparse/%s/%dx%dx%d/%v", transposes[g.t], g.m, g.k, g.n, density), func(b *testing.B) {
				a := d.normal(g.m * g.k)
				for i := range a {
					if d.Float64() >= density {
						a[i] = 0
					}
				}
				x, y, z := upload(be, a), upload(be, d.normal(g.k*g.n)), be.Alloc(g.m*g.n)
				for b.Loop() {
					be.Gemm(g.t, g.m, g.n, g.k, x, y, 0, z, backend.Epilogue{})
				}
				finish(b, be)
				report(b, 2*g.m*g.k*g.n, "GFLOP/s")
			})
		}
	}
}
