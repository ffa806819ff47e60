package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	n := rows * cols
	s := span{a: numbers("Loss", y, n), b: numbers("Loss", target, n), c: numbers("Loss", loss, rows), d: optional("Loss", dy, n), cols: cols, loss: l}
	c.over(rows, rowsOf(cols), s, func(s *span, lo, hi int) {
		for r := lo; r < hi; r++ {
			sum := 0.0
			for i := r * s.cols; i < (r+1)*s.cols; i++ {
				e, gradient := lossOf(s.loss, s.cols, float64(s.a[i]), float64(s.b[i]))
				sum += e
				if s.d != nil {
					s.d[i] = float32(gradient / float64(s.n))
				}
			}
			s.c[r] = float32(sum)
		}
	})
}

// lossOf is what one output adds to the loss of its row, and the derivative.
func lossOf(l backend.Loss, cols int, y, t float64) (e, gradient float64) {
	switch l.Kind {
	case backend.MSE:
		d := y - t
		return d * d / float64(cols), 2 * d / float64(cols)
	case backend.CategoricalCrossentropy:
		if held := math.Min(math.Max(y, backend.Epsilon), 1-backend.Epsilon); held != y && y == y { // a NaN is not held
			return -t * math.Log(held), 0
		}
		return -t * math.Log(y), -t / y
	}
	panic(backend.Error{Kernel: "Loss", Detail: "unknown loss"})
}

func (c *cpu) SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet backend.Buffer) {
	backend.Check("SoftmaxCrossEntropy", rows, cols)
	n := rows * cols
	s := span{a: numbers("SoftmaxCrossEntropy", net, n), b: numbers("SoftmaxCrossEntropy", target, n),
		c: numbers("SoftmaxCrossEntropy", loss, rows), d: optional("SoftmaxCrossEntropy", dnet, n), cols: cols}
	c.over(rows, rowsOf(cols), s, func(s *span, lo, hi int) {
		scale := 1 / float32(s.n)
		for r := lo; r < hi; r++ {
			net, t := s.a[r*s.cols:][:s.cols], s.b[r*s.cols:][:s.cols]
			e := logSumExp(net)
			normalizer := e
			for i, v := range net {
				if t[i] != 0 { // 0·Inf of a class that is not the target is no loss
					e -= float64(t[i]) * float64(v)
				}
			}
			s.c[r] = float32(e)
			if s.d == nil {
				continue
			}
			for i, v := range net { // dnet may be net: each element is read before it is written
				s.d[r*s.cols+i] = (float32(math.Exp(float64(v)-normalizer)) - t[i]) * scale
			}
		}
	})
}

// logSumExp is log Σ exp(net), shifted by the maximum so that it cannot overflow.
func logSumExp(net []float32) float64 {
	largest := net[0]
	for _, v := range net {
		largest = max(largest, v)
	}
	sum := 0.0
	for _, v := range net {
		sum += math.Exp(float64(v) - float64(largest))
	}
	return float64(largest) + math.Log(sum)
}
