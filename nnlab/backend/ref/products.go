package ref

import "github.com/nnlab-go/lab/nnlab/backend"

// Gemm: C = f(op(A)·op(B) + β·C + bias).
func (ref) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	e.Activation.Check("Gemm")
	A, B, C := numbers("Gemm", a, m*k), numbers("Gemm", b, k*n), numbers("Gemm", c, m*n)
	bias, times := optional("Gemm", e.Bias, n), derivativeOf("Gemm", e.Derivative, m*n)
	// op(A)[i, l] stands at i·rowA + l·colA, op(B)[l, j] at l·rowB + j·colB.
	rowA, colA, rowB, colB := k, 1, n, 1
	if t == backend.TN || t == backend.TT {
		rowA, colA = 1, m
	}
	if t == backend.NT || t == backend.TT {
		rowB, colB = 1, k
	}
	for i := range m {
		for j := range n {
			sum := 0.0
			for l := range k {
				sum += A[i*rowA+l*colA] * B[l*rowB+j*colB]
			}
			if beta != 0 {
				sum += beta * C[i*n+j]
			}
			if bias != nil {
				sum += bias[j]
			}
			C[i*n+j] = times(i*n+j, activate(e.Activation, sum))
		}
	}
}

// derivativeOf returns what multiplies number i, v, by f' where there is one.
func derivativeOf(kernel string, d backend.Derivative, n int) func(i int, v float64) float64 {
	d.Of.Check(kernel)
	y := optional(kernel, d.Output, n)
	if y == nil {
		return func(_ int, v float64) float64 { return v }
	}
	return func(i int, v float64) float64 { return v * derivative(d.Of, y[i]) }
}
