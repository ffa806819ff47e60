package ref

import "github.com/nnlab-go/lab/nnlab/backend"

// GemmFused makes ref a [backend.Fuser].
func (r ref) GemmFused(m, n, k int, a, b, y backend.Buffer, f backend.Fused) {
	backend.Check("GemmFused", m, n, k)
	numbers("GemmFused", a, m*k)
	numbers("GemmFused", b, k*n)
	fuse("GemmFused", m, n, y, f, func(z backend.Buffer) { r.Gemm(backend.NN, m, n, k, a, b, 0, z, backend.Epilogue{}) })
}

// ConvFused makes ref a [backend.Fuser].
func (r ref) ConvFused(g backend.Convolution, n int, x, w, y backend.Buffer, f backend.Fused) {
	backend.Check("ConvFused", n)
	g.Check("ConvFused")
	numbers("ConvFused", x, n*g.Inputs()*g.Channels)
	numbers("ConvFused", w, g.Depth()*g.Filters)
	fuse("ConvFused", n*g.Outputs(), g.Filters, y, f, func(z backend.Buffer) { r.Conv(g, n, x, w, z, backend.Epilogue{}) })
}

// fuse computes y = f(scale·z + shift + plus) of the sums z, which are computed beside y.
func fuse(kernel string, rows, cols int, y backend.Buffer, f backend.Fused, sums func(z backend.Buffer)) {
	stride := f.Check(kernel, cols)
	Y := numbers(kernel, y, (rows-1)*stride+cols)
	scale, shift, plus := optional(kernel, f.Scale, cols), optional(kernel, f.Shift, cols), optional(kernel, f.Plus, rows*cols)
	z := make(buffer, rows*cols)
	sums(z)
	for i, v := range z {
		j := i % cols
		if scale != nil {
			v *= scale[j]
		}
		if shift != nil {
			v += shift[j]
		}
		if plus != nil {
			v += plus[i]
		}
		Y[i/cols*stride+j] = activate(f.Activation, v)
	}
}
