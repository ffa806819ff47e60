package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestLeftBits holds that a product whose left factor is packed has the bits of one
// that reads it where it stands, however many workers there are, and that nothing
// behind the factors is read.
func TestLeftBits(t *testing.T) {
	for _, k := range available() {
		if k.packLeft == nil {
			continue
		}
		for _, s := range []struct {
			t       backend.Transpose
			m, n, k int
		}{
			{backend.TN, 1024, 97, 5}, {backend.TN, 2048, 130, 37}, {backend.TN, 1024, 700, 301}, {backend.TT, 1024, 96, 300},
			{backend.NN, 1030, 700, 750}, {backend.NT, 515, 1029, 1027}, {backend.TN, 1003, 900, 601},
		} {
			random := rand.New(rand.NewPCG(3, 4))
			numbers := func(n int) []float32 {
				x := make([]float32, n)
				for i := range x {
					x[i] = 1 + random.Float32()
				}
				return x
			}
			a, b := numbers(s.m*s.k), numbers(s.k*s.n)
			multiply := func(k kernels, workers int) []float32 {
				c := New(Workers(workers)).(*cpu)
				c.kernels = &k
				c.product = product{}
				c.product.init(&k, workers)
				out := make([]float32, s.m*s.n)
				c.multiply(s.t, s.m, s.n, s.k, a, b, 0, out, epilogue{})
				if c.product.left != (k.packLeft != nil) {
					t.Fatalf("%s: %v %d×%d×%d: A packed: %v", k.name, s.t, s.m, s.k, s.n, c.product.left)
				}
				return out
			}
			plain := k
			plain.packLeft = nil
			want := multiply(plain, 1)
			for _, workers := range []int{1, 2, 3} {
				if !slices.Equal(multiply(k, workers), want) {
					t.Errorf("%s, %d workers: %v %d×%d×%d: not the bits of A where it stands", k.name, workers, s.t, s.m, s.k, s.n)
				}
			}
		}
	}
}
