package backend

// Fuser is implemented by a backend that can do at once what several layers of a network
// that only answers do with the sums of a product or a convolution: while they are at hand,
// instead of in passes over memory of their own. What comes out is that of Gemm and Conv,
// and of Normalize, Axpy, Activate and Move behind them, but for rounding.
type Fuser interface {
	// GemmFused computes y of the sums z = A·B, z [m×n].
	GemmFused(m, n, k int, a, b, y Buffer, f Fused)
	// ConvFused computes y of the sums z = w ∗ x, z [n × Out × Filters].
	ConvFused(g Convolution, n int, x, w, y Buffer, f Fused)
}

// Fused is what becomes of the sum z of row i and column j, of rows of cols numbers:
//
//	y[i·Stride + j] = f(Scale[j]·z[i,j] + Shift[j] + Plus[i·cols + j])
type Fused struct {
	Scale, Shift Buffer // [cols]; nil: ones, zeros
	Plus         Buffer // [rows×cols]; nil: zeros
	Activation   Activation
	// Stride is how far apart the rows of y are, where they are a part of wider rows;
	// what lies between them stays as it is. 0 is cols.
	Stride int
}

// Check panics with an [Error] unless f is possible for rows of cols numbers. It returns how
// far apart those of y are.
func (f *Fused) Check(kernel string, cols int) (stride int) {
	f.Activation.Check(kernel)
	switch {
	case f.Stride == 0:
		return cols
	case f.Stride < cols:
		refuse(kernel, "expected rows of y at least %d apart, got %d", cols, f.Stride)
	}
	return f.Stride
}
