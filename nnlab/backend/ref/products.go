package ref

import "github.com/nnlab-go/lab/nnlab/backend"

// Gemm: C = f(op(A)·op(B) + β·C + bias).
func (ref) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	A, B, C := numbers("Gemm", a, m*k), numbers("Gemm", b, k*n), numbers("Gemm", c, m*n)
	bias := optional("Gemm", e.Bias, n)
	at := func(i, l int) float64 { return A[i*k+l] }
	if t == backend.TN || t == backend.TT {
		at = func(i, l int) float64 { return A[l*m+i] }
	}
	bt := func(l, j int) float64 { return B[l*n+j] }
	if t == backend.NT || t == backend.TT {
		bt = func(l, j int) float64 { return B[j*k+l] }
	}
	for i := range m {
		for j := range n {
			sum := 0.0
			for l := range k {
				sum += at(i, l) * bt(l, j)
			}
			if beta != 0 {
				sum += beta * C[i*n+j]
			}
			if bias != nil {
				sum += bias[j]
			}
			C[i*n+j] = activate(e.Activation, sum)
		}
	}
}
