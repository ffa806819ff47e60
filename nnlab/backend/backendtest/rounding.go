package backendtest

import "github.com/nnlab-go/lab/nnlab/backend"

// rounding is a backend of float64 that rounds the factors of products and convolutions.
type rounding struct {
	backend.Backend
	round func(float64) float64
}

func (r rounding) Upload64(dst backend.Buffer, src []float64) {
	r.Backend.(backend.Float64).Upload64(dst, src)
}

func (r rounding) Download64(dst []float64, src backend.Buffer) {
	r.Backend.(backend.Float64).Download64(dst, src)
}

// rounded is a buffer with the first n numbers of another, rounded.
func (r rounding) rounded(n int, x backend.Buffer) backend.Buffer {
	values := make([]float64, n)
	r.Download64(values, x)
	for i, v := range values {
		values[i] = r.round(v)
	}
	y := r.Alloc(n)
	r.Upload64(y, values)
	return y
}

func (r rounding) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	r.Backend.Gemm(t, m, n, k, r.rounded(m*k, a), r.rounded(k*n, b), beta, c, e)
}

func (r rounding) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	r.Backend.Conv(g, n, r.rounded(n*g.Inputs()*g.Channels, x), r.rounded(g.Depth()*g.Filters, w), y, e)
}

func (r rounding) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer, d backend.Derivative) {
	r.Backend.ConvGradInput(g, n, r.rounded(n*g.Outputs()*g.Filters, dy), r.rounded(g.Depth()*g.Filters, w), dx, d)
}

func (r rounding) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	r.Backend.ConvGradKernel(g, n, r.rounded(n*g.Inputs()*g.Channels, x), r.rounded(n*g.Outputs()*g.Filters, dy), beta, dw)
}
