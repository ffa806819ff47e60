package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (ref) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	l.Check()
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
	if l.Kind == backend.MSE {
		d := y - t
		return d * d / float64(cols), 2 * d / float64(cols)
	}
	if y < backend.Epsilon || y > 1-backend.Epsilon {
		held := min(max(y, backend.Epsilon), 1-backend.Epsilon)
		return -t * math.Log(held), 0 * t
	}
	return -t * math.Log(y), -t / y
}

func (ref) SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet backend.Buffer) {
	backend.Check("SoftmaxCrossEntropy", rows, cols)
	n := rows * cols
	NET, T := numbers("SoftmaxCrossEntropy", net, n), numbers("SoftmaxCrossEntropy", target, n)
	E, D := numbers("SoftmaxCrossEntropy", loss, rows), optional("SoftmaxCrossEntropy", dnet, n)
	p := make([]float64, cols)
	for r := range rows {
		row, t := NET[r*cols:][:cols], T[r*cols:][:cols]
		normalizer := softmax(row, p) // log Σ exp(net)
		E[r] = 0
		for i, net := range row {
			if t[i] != 0 { // else net may be −Inf
				E[r] += t[i] * (normalizer - net)
			}
		}
		for i := range D[:min(len(D), cols)] {
			D[r*cols+i] = (p[i] - t[i]) / float64(rows)
		}
	}
}
