//go:build cuda

package cuda

import "github.com/nnlab-go/lab/nnlab/backend"

// pools checks a pool and returns how many numbers its input and its output have.
func pools(kernel string, w *backend.Window, n int) (in, out int) {
	backend.Check(kernel, n)
	w.Check(kernel)
	return n * w.Inputs() * w.Channels, n * w.Outputs() * w.Channels
}

func (d *device) MaxPool(w backend.Window, n int, x, y backend.Buffer) {
	in, out := pools("MaxPool", &w, n)
	d.each("max_pool", out, append(windowOf(&w), whole(out), of("MaxPool", x, in), of("MaxPool", y, out))...)
}

func (d *device) MaxPoolGrad(w backend.Window, n int, x, dy, dx backend.Buffer, f backend.Derivative) {
	in, out := pools("MaxPoolGrad", &w, n)
	X, DY, DX := of("MaxPoolGrad", x, in), of("MaxPoolGrad", dy, out), of("MaxPoolGrad", dx, in)
	end := epilogueOf("MaxPoolGrad", backend.Epilogue{Derivative: f}, w.Channels, in)
	d.scratch(4*out, func(places argument) {
		d.each("max_pool_places", out, append(windowOf(&w), whole(out), X, places)...)
		d.each("max_pool_grad", in, append(append(windowOf(&w), whole(in), places, DY, DX), end...)...)
	})
}

func (d *device) AveragePool(w backend.Window, n int, x, y backend.Buffer) {
	in, out := pools("AveragePool", &w, n)
	d.each("average_pool", out, append(windowOf(&w), whole(out), of("AveragePool", x, in), of("AveragePool", y, out))...)
}

func (d *device) AveragePoolGrad(w backend.Window, n int, dy, dx backend.Buffer) {
	in, out := pools("AveragePoolGrad", &w, n)
	d.each("average_pool_grad", in, append(windowOf(&w), whole(in), of("AveragePoolGrad", dy, out), of("AveragePoolGrad", dx, in))...)
}
