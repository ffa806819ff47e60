package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	l.Check()
	n := rows * cols
	part := elementsGrad
	switch l.Kind {
	case backend.MSE:
		part = squaredErrorGrad
	case backend.CategoricalCrossentropy:
		part = heldCrossEntropy
	}
	c.run(job{part: part, loss: l, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols,
		a: numbers("Loss", y, n), b: numbers("Loss", target, n), c: numbers("Loss", loss, rows), d: optional("Loss", dy, n)})
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

// heldCrossEntropy computes −Σ t·log y row by row, with y held within
// [Epsilon, 1 − Epsilon], and its gradient.
func heldCrossEntropy(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		y, t, dy := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols], j.gradient(r)
		sum := 0.0
		for i, v := range y {
			held := min(max(float64(v), backend.Epsilon), 1-backend.Epsilon) // NaN stays NaN
			sum -= float64(t[i]) * math.Log(held)
			if dy == nil {
				continue
			}
			if float64(v) < backend.Epsilon || float64(v) > 1-backend.Epsilon {
				dy[i] = 0 * t[i]
			} else {
				dy[i] = -t[i] / (v * float32(j.n))
			}
		}
		j.c[r] = float32(sum)
	}
}

// elementsGrad sums the losses of single outputs row by row, and computes their
// gradient.
func elementsGrad(j *job, s span) {
	share := 1.0
	if j.loss.Kind.Mean() {
		share /= float64(j.cols)
	}
	slope := share / float64(j.n)
	for r := s.lo; r < s.hi; r++ {
		y, t, dy := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols], j.gradient(r)
		sum := 0.0
		for i, v := range y {
			e, g := lossOf(j.loss, float64(v), float64(t[i]))
			sum += e
			if dy != nil {
				dy[i] = float32(slope * g)
			}
		}
		j.c[r] = float32(share * sum)
	}
}

// lossOf is the loss of one output with its target, and the derivative.
func lossOf(l backend.Loss, y, t float64) (e, g float64) {
	switch d := y - t; l.Kind {
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
