package ref_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

func TestValues(t *testing.T) { backendtest.Run(t, ref.New(), backendtest.SameBits(ref.New())) }

func TestGrad(t *testing.T) { backendtest.RunGrad(t, ref.New()) }

func Benchmark(b *testing.B) { backendtest.Benchmark(b, ref.New()) }

// TestGemmAgainstGonum holds the oracle itself against gonum's product.
func TestGemmAgainstGonum(t *testing.T) {
	b := ref.New()
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	const m, n, k = 7, 5, 11
	for tr, c := range []struct {
		tA, tB           blas.Transpose
		rowsA, rowsB, ld int // as stored
	}{
		backend.NN: {blas.NoTrans, blas.NoTrans, m, k, k},
		backend.TN: {blas.Trans, blas.NoTrans, k, k, m},
		backend.NT: {blas.NoTrans, blas.Trans, m, n, k},
		backend.TT: {blas.Trans, blas.Trans, k, n, m},
	} {
		for _, beta := range []float64{0, 1, -0.5} {
			A, B, C := normal(m*k), normal(k*n), normal(m*n)
			want := blas64.General{Rows: m, Cols: n, Stride: n, Data: append([]float64(nil), C...)}
			blas64.Gemm(c.tA, c.tB, 1,
				blas64.General{Rows: c.rowsA, Cols: c.ld, Stride: c.ld, Data: A},
				blas64.General{Rows: c.rowsB, Cols: k * n / c.rowsB, Stride: k * n / c.rowsB, Data: B},
				beta, want)
			got := upload(b, C)
			b.Gemm(backend.Transpose(tr), m, n, k, upload(b, A), upload(b, B), beta, got, backend.Epilogue{})
			near(t, fmt.Sprintf("transpose %d, β %v", tr, beta), b, got, want.Data)
		}
	}
}

// Slide "Modelo de um neurônio simples": net = Σ w·x + b, out = f(net).
func ExampleNew() {
	b := ref.New()
	x, w, bias, out := b.Alloc(2), b.Alloc(2), b.Alloc(1), b.Alloc(1)
	b.Upload(x, []float32{1, 0.5})
	b.Upload(w, []float32{0.5, -1})
	b.Upload(bias, []float32{0})
	b.Gemm(backend.NN, 1, 1, 2, x, w, 0, out, backend.Epilogue{Bias: bias, Activation: backend.Activation{Kind: backend.Sigmoid}})
	fmt.Println(b.Sum(1, out))
	// Output: 0.5
}

// TestKnown holds what no other oracle covers against numbers worked out by hand.
func TestKnown(t *testing.T) {
	b := ref.New()
	x := upload(b, []float64{1, 2, 3, 4, math.NaN(), 9})
	y := b.Alloc(6)
	b.SumRows(2, 2, x, 0, y)
	near(t, "SumRows", b, y, []float64{4, 6})
	b.SumRows(2, 2, x, 0.5, y)
	near(t, "SumRows onto what is there", b, y, []float64{6, 9})
	b.ArgMax(3, 2, x, y)
	near(t, "ArgMax", b, y, []float64{1, 1, 0})
	b.OneHot(2, 3, upload(b, []float64{2, 0}), y)
	near(t, "OneHot", b, y, []float64{0, 0, 1, 1, 0, 0})
	b.Axpy(2, -2, x, y)
	near(t, "Axpy", b, y, []float64{-2, -4})
	b.Scale(2, -0.5, y)
	near(t, "Scale", b, y, []float64{1, 2})
	if got := b.Sum(4, x); got != 10 {
		t.Errorf("Sum = %v, want 10", got)
	}
	if got := b.NonFinite(6, x); got != 1 {
		t.Errorf("NonFinite = %v, want 1", got)
	}
	z := upload(b, []float64{-3, 4})
	if got := b.SumAbs(2, z); got != 7 {
		t.Errorf("SumAbs = %v, want 7", got)
	}
	if got := b.SumSquares(2, z); got != 25 {
		t.Errorf("SumSquares = %v, want 25", got)
	}
}
