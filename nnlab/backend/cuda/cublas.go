//go:build cuda

package cuda

import (
	"fmt"
	"os"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/cublas"
)

// gemmName is the environment variable that says whose products are taken: "own", as without
// it, "cublas", or the path of cuBLAS's library.
const gemmName = "NNLAB_GEMM"

// chosenBLAS is the cuBLAS that a value of NNLAB_GEMM asks for; nil for none.
func chosenBLAS(value string) (*cublas.Library, error) {
	path := ""
	switch {
	case value == "" || value == "own":
		return nil, nil
	case strings.Contains(value, "/"):
		path = value
	case value != "cublas":
		return nil, fmt.Errorf("cuda: expected own, cublas or the path of cuBLAS's library in %s, got %q", gemmName, value)
	}
	l, err := cublas.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cuda: %s=%s asks for NVIDIA's products: %w; pip install nvidia-cublas-cu12 brings a library, whose path %s takes, and without %s the lab multiplies itself",
			gemmName, value, err, gemmName, gemmName)
	}
	return l, nil
}

// useBLAS takes cuBLAS for products where the environment says so. The thread must have the
// device's context.
func (d *device) useBLAS() (err error) {
	d.blas, err = chosenBLAS(os.Getenv(gemmName))
	return err
}

// gemmBLAS is a product by cuBLAS, which knows no epilogue: a kernel of our own follows where
// there is one.
func (d *device) gemmBLAS(take factors, t backend.Transpose, m, n, k int, a, b argument, beta float64, c argument, e backend.Epilogue, end []argument) {
	d.do("Gemm", func() error {
		if a.absent() || b.absent() || c.absent() {
			return errAbsent
		}
		return d.blas.Gemm(take == short, t, m, n, k, a.bits, b.bits, beta, c.bits)
	})
	if e != (backend.Epilogue{}) {
		d.endParts(1, m*n, n, c, 0, c, end)
	}
}
