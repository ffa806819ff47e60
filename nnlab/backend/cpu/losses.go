package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	l.Check()
	n := rows * cols
	j := job{part: elementLosses, loss: l, n: rows, grain: rowGrain(heavyGrain, cols), kernels: c.kernels, cols: cols,
		a: numbers("Loss", y, n), b: numbers("Loss", target, n), c: numbers("Loss", loss, rows), d: optional("Loss", dy, n)}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if l.Kind == backend.MSE {
		j.part = squaredErrorGrad
	} else {
		j.e = sized(&c.rows, 2*c.pool.workers*cols)
	}
	c.pool.run(j)
}

// squaredErrorGrad computes (1/cols)·Σ (y − t)² row by row, and its gradient.
func squaredErrorGrad(j *job, s span) {
	slope := 2 / (float32(j.n) * float32(j.cols))
	for r := s.lo; r < s.hi; r++ {
		y, t := j.row(r, j.a), j.row(r, j.b)
		j.c[r] = float32(j.kernels.squaredDistance(y, t) / float64(j.cols))
		if j.d != nil {
			j.kernels.difference(y, t, j.row(r, j.d), slope)
		}
	}
}

// difference computes z = α·(x − y).
func difference(x, y, z []float32, alpha float32) {
	y, z = y[:len(x)], z[:len(x)]
	for i, v := range x {
		z[i] = alpha * (v - y[i])
	}
}

// elementLosses sums the losses of single outputs row by row, and computes their
// gradient.
func elementLosses(j *job, s span) {
	share := 1.0
	if j.loss.Kind.Mean() {
		share /= float64(j.cols)
	}
	delta, slope := float32(j.loss.Delta), float32(share/float64(j.n))
	loss := j.kernels.loss[j.loss.Kind]
	e, unwanted := j.row(2*s.worker, j.e), j.row(2*s.worker+1, j.e)
	for r := s.lo; r < s.hi; r++ {
		dy := j.gradient(r)
		if dy == nil {
			dy = unwanted
		}
		loss(j.row(r, j.a), j.row(r, j.b), e, dy, delta, slope)
		j.c[r] = float32(share * j.kernels.sum(e))
	}
}

// lossFunc computes the losses e of outputs y with targets t, and their derivatives
// times the slope. δ is Huber's.
type lossFunc func(y, t, e, g []float32, delta, slope float32)

// genericLosses are the loss functions that are sums over single outputs.
func genericLosses() map[backend.LossKind]lossFunc {
	return map[backend.LossKind]lossFunc{
		backend.CategoricalCrossentropy: lossesOf(backend.CategoricalCrossentropy), backend.MAE: lossesOf(backend.MAE), backend.Huber: lossesOf(backend.Huber),
		backend.BinaryCrossentropy: lossesOf(backend.BinaryCrossentropy), backend.BinaryCrossentropyFromLogits: lossesOf(backend.BinaryCrossentropyFromLogits),
		backend.Hinge: lossesOf(backend.Hinge), backend.KLDivergence: lossesOf(backend.KLDivergence), backend.Perceptron: lossesOf(backend.Perceptron),
	}
}

func lossesOf(kind backend.LossKind) lossFunc {
	return func(y, t, e, g []float32, delta, slope float32) {
		l := backend.Loss{Kind: kind, Delta: float64(delta)}
		for i, v := range y {
			loss, derivative := lossOf(l, float64(v), float64(t[i]))
			e[i], g[i] = float32(loss), float32(float64(slope)*derivative)
		}
	}
}

// lossOf is the loss of one output with its target, and the derivative.
func lossOf(l backend.Loss, y, t float64) (e, g float64) {
	switch d := y - t; l.Kind {
	case backend.CategoricalCrossentropy:
		e = -t * math.Log(min(max(y, backend.Epsilon), 1-backend.Epsilon)) // NaN stays NaN
		if y < backend.Epsilon || y > 1-backend.Epsilon {
			return e, 0 * t
		}
		return e, -t / y
	case backend.MAE:
		return math.Abs(d), direction(d)
	case backend.Huber:
		if a := math.Abs(d); a > l.Delta {
			return l.Delta * (a - l.Delta/2), l.Delta * direction(d)
		}
		return d * d / 2, d
	case backend.BinaryCrossentropy:
		p := min(max(y, backend.Epsilon), 1-backend.Epsilon)
		e = -t*math.Log(p) - (1-t)*math.Log(1-p)
		if y < backend.Epsilon || y > 1-backend.Epsilon {
			return e, 0 * t
		}
		return e, d / (y * (1 - y)) // = (1 − t)/(1 − y) − t/y
	case backend.BinaryCrossentropyFromLogits:
		small := math.Exp(-math.Abs(y)) // ≤ 1
		p := 1 / (1 + small)
		if y < 0 {
			p *= small
		}
		return max(y, 0) - y*t + math.Log1p(small), p - t
	case backend.Hinge:
		if t == 0 {
			t = -1
		}
		if math.IsNaN(y) {
			return y, y
		} else if t*y > 1 {
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
	default: // backend.KLDivergence
		t = min(max(t, backend.Epsilon), 1)
		e = t * math.Log(t/min(max(y, backend.Epsilon), 1))
		if y < backend.Epsilon || y > 1 {
			return e, 0 * t
		}
		return e, -t / y
	}
}

// direction is the derivative of |d|: −1, 0, 1, or NaN.
func direction(d float64) float64 {
	if d == 0 || math.IsNaN(d) {
		return d
	}
	return math.Copysign(1, d)
}

// gradient returns row r of the gradient, or nil when it is not wanted.
func (j *job) gradient(r int) []float32 {
	if j.d == nil {
		return nil
	}
	return j.d[r*j.cols:][:j.cols]
}

func (c *cpu) SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet backend.Buffer) {
	const name = "SoftmaxCrossEntropy"
	backend.Check(name, rows, cols)
	n := rows * cols
	j := job{part: softmaxCrossEntropy, n: rows, grain: rowGrain(heavyGrain, cols), kernels: c.kernels, cols: cols,
		a: numbers(name, net, n), b: numbers(name, target, n), c: numbers(name, loss, rows), d: optional(name, dnet, n)}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if j.d == nil {
		j.e = sized(&c.rows, c.pool.workers*cols)
	}
	c.pool.run(j)
}

func softmaxCrossEntropy(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		net, t := j.row(r, j.a), j.row(r, j.b)
		// With s = net − max: loss = Σ t·(log Σ eˢ − s) = log Σ eˢ·Σ t − Σ t·s.
		largest := j.kernels.largest(net) // NaN where the row has one
		weight, chosen := j.kernels.chosen(net, t, largest)
		powers := j.gradient(r)
		if powers == nil {
			powers = j.row(s.worker, j.e)
		}
		sum := j.kernels.expSum(net, powers, largest)
		j.c[r] = float32(math.Log(sum)*weight - chosen)
		if j.d != nil {
			j.kernels.crossEntropyGrad(powers, t, powers, 1/sum, 1/float64(j.n))
		}
	}
}

// chosen computes Σ t and Σ t·(x − largest), where x does not count if t is 0: it
// may be −Inf.
func chosen(x, t []float32, largest float32) (sum, product float64) {
	x = x[:len(t)]
	for i, v := range t {
		if v != 0 {
			sum += float64(v)
			product += float64(v) * (float64(x[i]) - float64(largest))
		}
	}
	return sum, product
}

// crossEntropyGrad computes dx = (e·inverse − t)·share.
func crossEntropyGrad(e, t, dx []float32, inverse, share float64) {
	t, dx = t[:len(e)], dx[:len(e)]
	for i, v := range e {
		dx[i] = float32((float64(v)*inverse - float64(t[i])) * share)
	}
}
