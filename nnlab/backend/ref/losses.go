package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (ref) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	n := rows * cols
	Y, T := numbers("Loss", y, n), numbers("Loss", target, n)
	E, DY := numbers("Loss", loss, rows), optional("Loss", dy, n)
	for r := range rows {
		sum := 0.0
		for i := r * cols; i < (r+1)*cols; i++ {
			e, gradient := lossOf(l, cols, Y[i], T[i])
			sum += e
			if DY != nil {
				DY[i] = gradient / float64(rows)
			}
		}
		E[r] = sum
	}
}

// lossOf is what one output adds to the loss of its row, and the derivative.
func lossOf(l backend.Loss, cols int, y, t float64) (e, gradient float64) {
	switch l.Kind {
	case backend.MSE:
		d := y - t
		return d * d / float64(cols), 2 * d / float64(cols)
	case backend.CategoricalCrossentropy:
		held := math.Min(math.Max(y, backend.Epsilon), 1-backend.Epsilon)
		if held != y && y == y { // a NaN is not held
			return -t * math.Log(held), 0
		}
		return -t * math.Log(y), -t / y
	}
	panic(backend.Error{Kernel: "Loss", Detail: "unknown loss"})
}

func (ref) SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet backend.Buffer) {
	backend.Check("SoftmaxCrossEntropy", rows, cols)
	n := rows * cols
	NET, T := numbers("SoftmaxCrossEntropy", net, n), numbers("SoftmaxCrossEntropy", target, n)
	E, D := numbers("SoftmaxCrossEntropy", loss, rows), optional("SoftmaxCrossEntropy", dnet, n)
	p := make([]float64, cols)
	for r := range rows {
		row, t := NET[r*cols:][:cols], T[r*cols:][:cols]
		e := softmax(row, p)
		for i := range row {
			if t[i] != 0 { // 0·Inf of a class that is not the target is no loss
				e -= t[i] * row[i]
			}
		}
		E[r] = e
		for i := range D[:min(len(D), cols)] {
			D[r*cols+i] = (p[i] - t[i]) / float64(rows)
		}
	}
}
