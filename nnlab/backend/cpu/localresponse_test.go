package cpu

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// The gradient of numbers whose squares float32 does not hold is float64's, as far as float32
// holds that.
func TestHugeResponseGrad(t *testing.T) {
	const rows, cols = 3, 7
	p := backend.LocalResponse{Size: 5, K: 2, Alpha: 1e-4, Beta: 0.75}
	for _, size := range []float32{1, 1e10, 1e14, 1e15, 1e19, 1e24} {
		x, dy := make([]float32, rows*cols), make([]float32, rows*cols)
		for i := range x {
			x[i], dy[i] = size*(2*backend.Uniform(3, i)-1), 2*backend.Uniform(5, i)-1
		}
		grad := func(b backend.Backend) []float32 {
			X, DY, DX := b.Alloc(len(x)), b.Alloc(len(x)), b.Alloc(len(x))
			b.Upload(X, x)
			b.Upload(DY, dy)
			b.LocalResponseGrad(p, rows, cols, X, DY, DX)
			out := make([]float32, len(x))
			b.Download(out, DX)
			return out
		}
		got, want := grad(New()), grad(ref.New())
		largest := 0.0
		for _, v := range want {
			largest = max(largest, math.Abs(float64(v)))
		}
		for i, v := range got {
			if d := math.Abs(float64(v) - float64(want[i])); !(d <= 1e-5*largest) {
				t.Errorf("around %g: number %d is %g, want %g", size, i, v, want[i])
			}
		}
	}
}
