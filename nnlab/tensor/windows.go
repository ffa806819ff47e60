package tensor

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// volumes panics unless t holds rows volumes of the given positions and channels.
func volumes(op, what string, t *Tensor, rows, positions, channels int) {
	expect(op, what, t, rows, positions*channels)
}

// Conv computes y = f(w ∗ x + bias): x [N × In × Channels], w [Size ×
// Channels/Groups × Filters], bias [Filters] or nil, y [N × Out × Filters].
func Conv(g backend.Convolution, x, w, bias, y *Tensor, f backend.Activation) {
	n := convolution("Conv", &g, x, w, y)
	e := backend.Epilogue{Activation: f}
	if bias != nil {
		vector("Conv", "bias", bias, g.Filters)
		e.Bias = bias.Buffer
	}
	y.Backend.Conv(g, n, x.Buffer, w.Buffer, y.Buffer, e)
}

// convolution checks the operands and returns how many volumes there are.
func convolution(op string, g *backend.Convolution, x, w, y *Tensor) int {
	n := x.Rows()
	volumes(op, "x", x, n, g.Inputs(), g.Channels)
	volumes(op, "y", y, n, g.Outputs(), g.Filters)
	if w.Size() != g.Depth()*g.Filters {
		panic(backend.Error{Kernel: op, Detail: fmt.Sprintf("w must have %d·%d numbers, got %v", g.Depth(), g.Filters, w.Shape)})
	}
	return n
}

// ConvGradInput computes dx from dy and the weights, times dx's Factor.
func ConvGradInput(g backend.Convolution, dy, w, dx *Tensor) {
	n := convolution("ConvGradInput", &g, dx, w, dy)
	dx.Backend.ConvGradInput(g, n, dy.Buffer, w.Buffer, dx.Buffer, dx.derivative())
}

// ConvGradKernel computes dw = β·dw + Σ x·dy. A nil dw is not computed.
func ConvGradKernel(g backend.Convolution, x, dy, dw *Tensor, beta float64) {
	if dw == nil {
		return
	}
	n := convolution("ConvGradKernel", &g, x, dw, dy)
	dw.Backend.ConvGradKernel(g, n, x.Buffer, dy.Buffer, beta, dw.Buffer)
}

// pool checks the operands of a pool and returns how many volumes there are.
func pool(op string, w *backend.Window, x, y *Tensor) int {
	n := x.Rows()
	volumes(op, "x", x, n, w.Inputs(), w.Channels)
	volumes(op, "y", y, n, w.Outputs(), w.Channels)
	return n
}

// MaxPool computes y, the largest cell of each window of x.
func MaxPool(w backend.Window, x, y *Tensor) {
	y.Backend.MaxPool(w, pool("MaxPool", &w, x, y), x.Buffer, y.Buffer)
}

// MaxPoolGrad hands dy to the largest cell of each window of x, in dx, times dx's
// Factor.
func MaxPoolGrad(w backend.Window, x, dy, dx *Tensor) {
	pool("MaxPoolGrad", &w, dx, dy)
	dx.Backend.MaxPoolGrad(w, pool("MaxPoolGrad", &w, x, dy), x.Buffer, dy.Buffer, dx.Buffer, dx.derivative())
}

// AveragePool computes y, the mean of each window of x.
func AveragePool(w backend.Window, x, y *Tensor) {
	y.Backend.AveragePool(w, pool("AveragePool", &w, x, y), x.Buffer, y.Buffer)
}

// AveragePoolGrad shares dy among the cells of each window, in dx.
func AveragePoolGrad(w backend.Window, dy, dx *Tensor) {
	dx.Backend.AveragePoolGrad(w, pool("AveragePoolGrad", &w, dx, dy), dy.Buffer, dx.Buffer)
}
