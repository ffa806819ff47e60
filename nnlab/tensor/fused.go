package tensor

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Fused is what becomes of the sums z of a product or a convolution at once, on a backend
// that is a [backend.Fuser]:
//
//	y[…, First + j] = f(Scale[j]·z[…, j] + Shift[j] + Plus[…, j])
//
// where the rows of y may be wider than those of z.
type Fused struct {
	Scale, Shift *Tensor // [columns of z]; nil: ones, zeros
	Plus         *Tensor // like z; nil: zeros
	Activation   backend.Activation
	First        int
}

// MatMulFused computes y of z = a·b: a [m×k], b [k×n], y [m × n or more].
func MatMulFused(y, a, b *Tensor, f Fused) {
	m, k, n := a.Rows(), a.Cols(), b.Cols()
	expect("MatMulFused", "b", b, k, n)
	to, fused := f.of("MatMulFused", y, m, 1, n)
	y.Backend.(backend.Fuser).GemmFused(m, n, k, a.Buffer, b.Buffer, to, fused)
}

// ConvFused computes y of z = w ∗ x: x [N × In × Channels], w [Size × Channels/Groups ×
// Filters], y [N × Out × Filters or more].
func ConvFused(g backend.Convolution, x, w, y *Tensor, f Fused) {
	n := x.Rows()
	volumes("ConvFused", "x", x, n, g.Inputs(), g.Channels)
	vector("ConvFused", "w", w, g.Depth()*g.Filters)
	to, fused := f.of("ConvFused", y, n, g.Outputs(), g.Filters)
	y.Backend.(backend.Fuser).ConvFused(g, n, x.Buffer, w.Buffer, to, fused)
}

// of checks the operands for n examples of so many positions and channels, and returns where y
// begins and what the backend is told.
func (f *Fused) of(op string, y *Tensor, n, positions, channels int) (backend.Buffer, backend.Fused) {
	width := y.lastAxis()
	if y.Rows() != n || y.Cols() != positions*width || f.First < 0 || f.First+channels > width {
		panic(backend.Error{Kernel: op, Detail: fmt.Sprintf("y must be [%d × %d × %d or more behind channel %d], got %v", n, positions, channels, f.First, y.Shape)})
	}
	to := backend.Fused{Activation: f.Activation, Stride: width}
	for _, v := range []struct {
		what string
		from *Tensor
		to   *backend.Buffer
	}{{"scale", f.Scale, &to.Scale}, {"shift", f.Shift, &to.Shift}} {
		if v.from != nil {
			vector(op, v.what, v.from, channels)
			*v.to = v.from.Buffer
		}
	}
	if f.Plus != nil {
		expect(op, "plus", f.Plus, n, positions*channels)
		to.Plus = f.Plus.Buffer
	}
	if f.First == 0 {
		return y.Buffer, to
	}
	return y.Backend.Slice(y.Buffer, f.First, y.Size()), to
}
