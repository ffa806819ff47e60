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
	share := 1.0
	if l.Kind.Mean() {
		share = 1 / float64(cols)
	}
	for r := range rows {
		sum := 0.0
		for i := r * cols; i < (r+1)*cols; i++ {
			e, gradient := lossOf(l, Y[i], T[i])
			sum += share * e
			if DY != nil {
				DY[i] = share * gradient / float64(rows)
			}
		}
		E[r] = sum
	}
}

// lossOf is the loss of one output, and its derivative.
func lossOf(l backend.Loss, y, t float64) (e, gradient float64) {
	d := y - t
	held := y < backend.Epsilon || y > 1-backend.Epsilon
	p := min(max(y, backend.Epsilon), 1-backend.Epsilon)
	switch l.Kind {
	case backend.MSE:
		return d * d, 2 * d
	case backend.MAE:
		return math.Abs(d), sign(d)
	case backend.Huber:
		if math.Abs(d) > l.Delta {
			return l.Delta*math.Abs(d) - l.Delta*l.Delta/2, l.Delta * sign(d)
		}
		return d * d / 2, d
	case backend.BinaryCrossentropy:
		if held {
			gradient = 0 * t
		} else {
			gradient = (1-t)/(1-y) - t/y
		}
		return -t*math.Log(p) - (1-t)*math.Log(1-p), gradient
	case backend.BinaryCrossentropyFromLogits:
		return max(y, 0) - y*t + math.Log1p(math.Exp(-math.Abs(y))), 1/(1+math.Exp(-y)) - t
	case backend.Hinge:
		if t == 0 {
			t = -1
		}
		if math.IsNaN(y) {
			return y, y
		} else if 1-t*y < 0 {
			return 0, 0
		}
		return 1 - t*y, -t
	case backend.Perceptron:
		if t == 0 {
			t = -1
		}
		if math.IsNaN(y) {
			return y, y
		} else if (y >= 0) == (t > 0) {
			return 0, 0
		}
		return -t * y, -t
	case backend.KLDivergence:
		t = min(max(t, backend.Epsilon), 1)
		if y < backend.Epsilon || y > 1 {
			return t * math.Log(t/min(max(y, backend.Epsilon), 1)), 0 * t
		}
		return t * math.Log(t/y), -t / y
	}
	if held {
		return -t * math.Log(p), 0 * t
	}
	return -t * math.Log(y), -t / y
}

// sign is the derivative of |d|, NaN for NaN.
func sign(d float64) float64 {
	switch {
	case d > 0:
		return 1
	case d < 0:
		return -1
	}
	return d
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
