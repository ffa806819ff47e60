package tensor

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// expect panics unless t has the given number of rows and columns. The message
// names the operation and the factor, so that a layer's wrong shape comment is
// found where it is made.
func expect(op, what string, t *Tensor, rows, cols int) {
	if t.Rows() != rows || t.Cols() != cols {
		panic(backend.Error{Kernel: op, Detail: fmt.Sprintf("%s must be [%d %d], got %v", what, rows, cols, t.Shape)})
	}
}

// vector panics unless t has n numbers.
func vector(op, what string, t *Tensor, n int) {
	if t.Size() != n {
		panic(backend.Error{Kernel: op, Detail: fmt.Sprintf("%s must be [%d], got %v", what, n, t.Shape)})
	}
}

// MatMul computes c = f(a·b + bias): a [m×k], b [k×n], bias [n] or nil, c [m×n].
// Axes behind the first count as one.
func MatMul(c, a, b, bias *Tensor, f backend.Activation) {
	m, k, n := a.Rows(), a.Cols(), b.Cols()
	expect("MatMul", "b", b, k, n)
	expect("MatMul", "c", c, m, n)
	e := backend.Epilogue{Activation: f}
	if bias != nil {
		vector("MatMul", "bias", bias, n)
		e.Bias = bias.Buffer
	}
	c.Backend.Gemm(backend.NN, m, n, k, a.Buffer, b.Buffer, 0, c.Buffer, e)
}

// MatMulTN computes c = aᵀ·b + β·c: a [k×m], b [k×n], c [m×n]. A nil c is not computed:
// the gradient of weights that do not learn.
func MatMulTN(c, a, b *Tensor, beta float64) {
	if c == nil {
		return
	}
	k, m, n := a.Rows(), a.Cols(), b.Cols()
	expect("MatMulTN", "b", b, k, n)
	expect("MatMulTN", "c", c, m, n)
	c.Backend.Gemm(backend.TN, m, n, k, a.Buffer, b.Buffer, beta, c.Buffer, backend.Epilogue{})
}

// MatMulNT computes c = a·bᵀ, times c's Factor: a [m×k], b [n×k], c [m×n].
func MatMulNT(c, a, b *Tensor) {
	m, k, n := a.Rows(), a.Cols(), b.Rows()
	expect("MatMulNT", "b", b, n, k)
	expect("MatMulNT", "c", c, m, n)
	c.Backend.Gemm(backend.NT, m, n, k, a.Buffer, b.Buffer, 0, c.Buffer, backend.Epilogue{Derivative: c.derivative()})
}

// SumRows computes y = Σ_r x[r,:] + β·y: x [rows×cols], y [cols].
func SumRows(y, x *Tensor, beta float64) {
	vector("SumRows", "y", y, x.Cols())
	y.Backend.SumRows(x.Rows(), x.Cols(), x.Buffer, beta, y.Buffer)
}

// ScaleRows computes x[r,:] = s[r]·x[r,:]: s [rows], x [rows×cols].
func ScaleRows(s, x *Tensor) {
	vector("ScaleRows", "s", s, x.Rows())
	x.Backend.ScaleRows(x.Rows(), x.Cols(), s.Buffer, x.Buffer)
}

// SumChannels computes y = Σ x[…,:] + β·y over all but the last axis: y [C].
func SumChannels(y, x *Tensor, beta float64) {
	cols := x.lastAxis()
	vector("SumChannels", "y", y, cols)
	y.Backend.SumRows(x.Size()/cols, cols, x.Buffer, beta, y.Buffer)
}

// same panics unless all tensors have the rows and columns of the first.
func same(op string, ts ...*Tensor) int {
	for _, t := range ts[1:] {
		expect(op, "every operand", t, ts[0].Rows(), ts[0].Cols())
	}
	return ts[0].Size()
}

// Activate computes y = f(x), element by element; y may be x.
func Activate(f backend.Activation, x, y *Tensor) {
	y.Backend.Activate(f, same("Activate", x, y), x.Buffer, y.Buffer)
}

// ActivateGrad computes dx = dy ⊙ f'(x) from the output y = f(x); dx may be dy.
func ActivateGrad(f backend.Activation, y, dy, dx *Tensor) {
	y.Backend.ActivateGrad(f, same("ActivateGrad", y, dy, dx), y.Buffer, dy.Buffer, dx.Buffer)
}

// Softmax computes y = softmax(x) along the last axis; y may be x.
func Softmax(x, y *Tensor) {
	n, cols := same("Softmax", x, y), x.lastAxis()
	y.Backend.Softmax(n/cols, cols, x.Buffer, y.Buffer)
}

// SoftmaxGrad computes dx from y = softmax(x) and dy; dx may be dy.
func SoftmaxGrad(y, dy, dx *Tensor) {
	n, cols := same("SoftmaxGrad", y, dy, dx), y.lastAxis()
	y.Backend.SoftmaxGrad(n/cols, cols, y.Buffer, dy.Buffer, dx.Buffer)
}

func (t *Tensor) lastAxis() int { return t.Shape[len(t.Shape)-1] }

// Dropout computes y = x/(1 − rate) where the unit is kept, else 0; y may be x.
func Dropout(rate float64, key backend.Key, x, y *Tensor) {
	y.Backend.Dropout(same("Dropout", x, y), rate, key, x.Buffer, y.Buffer)
}

// Copy copies x to y.
func Copy(x, y *Tensor) { y.Backend.Copy(same("Copy", x, y), x.Buffer, y.Buffer) }

// Add computes y = y + x.
func Add(x, y *Tensor) { y.Backend.Axpy(same("Add", x, y), 1, x.Buffer, y.Buffer) }

// AddScaled computes y = y + α·x.
func AddScaled(alpha float64, x, y *Tensor) {
	y.Backend.Axpy(same("AddScaled", x, y), alpha, x.Buffer, y.Buffer)
}

// Subtract computes y = y − x.
func Subtract(x, y *Tensor) { y.Backend.Axpy(same("Subtract", x, y), -1, x.Buffer, y.Buffer) }
