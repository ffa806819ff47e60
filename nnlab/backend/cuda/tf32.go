//go:build cuda

package cuda

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// coresFrom is the first architecture whose tensor cores know TF32: sm_80.
const coresFrom = 80

// tf32 is a device that multiplies on tensor cores; see [backend.TensorCores]. All else it
// does as without.
type tf32 struct{ *device }

// TF32 is the device with products and convolutions on tensor cores, which cards have since
// compute capability 8.0.
func (d *device) TF32() (backend.Backend, error) {
	if d.architecture < coresFrom {
		return nil, fmt.Errorf("cuda: %s has the compute capability %d.%d, and tensor cores know TF32 since %d.%d", d.name,
			d.architecture/10, d.architecture%10, coresFrom/10, coresFrom%10)
	}
	return tf32{d}, nil
}

// Device is the card's name, with what is other about it.
func (t tf32) Device() string { return t.device.Device() + ", TF32" }

func (t tf32) Gemm(by backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	t.gemm(short, by, m, n, k, a, b, beta, c, e)
}

func (t tf32) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	t.conv(short, g, n, x, w, y, e)
}

func (t tf32) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer, f backend.Derivative) {
	t.convGradInput(short, g, n, dy, w, dx, f)
}

func (t tf32) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	t.convGradKernel(short, g, n, x, dy, beta, dw)
}
