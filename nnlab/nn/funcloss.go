package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// ownLoss is a loss that somebody wrote in a cell.
type ownLoss struct {
	f        func(y, t []float64) float64
	gradient func(y, t, dy []float64)
}

// FuncLoss is a loss of your own: f is the loss of one example with the output y
// and the target t, both [n], and gradient writes ∂f/∂y to dy, zeros before. y and t
// are not to be changed. Targets that are classes come as one-hot rows.
//
//	cubic := nn.FuncLoss("Cubic",
//		func(y, t []float64) float64 {
//			d := math.Abs(y[0] - t[0])
//			return d * d * d
//		},
//		func(y, t, dy []float64) {
//			d := y[0] - t[0]
//			dy[0] = 3 * d * math.Abs(d)
//		})
//
// Compile runs both on random y and t between 0 and 1 and refuses the loss when
// gradient is not the derivative of f. The loss stands behind its layer as it is:
// no softmax is joined with it.
func FuncLoss(name string, f func(y, t []float64) float64, gradient func(y, t, dy []float64)) Loss {
	return Loss{name: name, own: &ownLoss{f, gradient}}
}

// compute is [Loss.compute] for a loss of one's own.
func (l *ownLoss) compute(y, target, rows, dy *tensor.Tensor) {
	n, cols := y.Rows(), y.Cols()
	var ys, ts, es, gs onHost // not the loss's own: it may be that of several models
	Y, T, E, G, DY := ys.read(y), ts.read(target), es.zeros(n), gs.zeros(y.Size()), make([]float64, cols)
	for r := range n {
		yr, tr := Y[r*cols:][:cols:cols], T[r*cols:][:cols:cols]
		E[r] = l.f(yr, tr)
		if dy == nil {
			continue
		}
		clear(DY)
		l.gradient(yr, tr, DY)
		for i, g := range DY {
			G[r*cols+i] = g / float64(n) // of the batch's mean
		}
	}
	es.write(rows)
	if dy != nil {
		gs.write(dy)
	}
}

// check holds gradient against differences of f, for outputs of n numbers.
func (l *ownLoss) check(n int) (err *Error) {
	if l.f == nil || l.gradient == nil {
		return &Error{Expected: "a function and its gradient", Got: "nil", Mend: "write nn.FuncLoss(name, func(y, t []float64) float64 {…}, func(y, t, dy []float64) {…})"}
	}
	defer catchOwn(fmt.Sprintf("a function of y and t of %d numbers, and a gradient that fills dy of %d", n, n), &err)
	y, t, dy := drawn(n, 31, true), drawn(n, 32, true), make([]float64, n)
	f := func() float64 { return l.f(y, t) }
	if e := f(); !finite(e) {
		return &Error{Expected: "a loss that is a number for y and t between 0 and 1", Got: fmt.Sprint(e), Mend: "keep logarithms, roots and divisors off 0"}
	}
	l.gradient(y, t, dy)
	return checkDerivative("∂E/∂y", "gradient", f, y, dy)
}
