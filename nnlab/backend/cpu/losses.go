package cpu

import (
	"math"
	"slices"

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
		part = crossEntropyGrad
	}
	c.run(job{part: part, loss: l, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols,
		a: numbers("Loss", y, n), b: numbers("Loss", target, n), c: numbers("Loss", loss, rows), d: optional("Loss", dy, n)})
}

// squaredErrorGrad computes (1/cols)·Σ (y − t)² row by row, and its gradient.
func squaredErrorGrad(j *job, s span) {
	slope := 2 / (float32(j.n) * float32(j.cols))
	for r := s.lo; r < s.hi; r++ {
		y, t, dy := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols], j.gradient(r)
		sum := 0.0
		for i, v := range y {
			d := v - t[i]
			sum += float64(d) * float64(d)
			if dy != nil {
				dy[i] = slope * d
			}
		}
		j.c[r] = float32(sum / float64(j.cols))
	}
}

// crossEntropyGrad computes −Σ t·log y row by row, with y held within
// [Epsilon, 1 − Epsilon], and its gradient.
func crossEntropyGrad(j *job, s span) {
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
	backend.Check("SoftmaxCrossEntropy", rows, cols)
	n := rows * cols
	c.run(job{part: softmaxCrossEntropy, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols,
		a: numbers("SoftmaxCrossEntropy", net, n), b: numbers("SoftmaxCrossEntropy", target, n),
		c: numbers("SoftmaxCrossEntropy", loss, rows), d: optional("SoftmaxCrossEntropy", dnet, n)})
}

func softmaxCrossEntropy(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		net, t, dnet := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols], j.gradient(r)
		// With s = net − max: loss = Σ t·(log Σ eˢ − s) = log Σ eˢ·Σ t − Σ t·s.
		largest, sum, weight, chosen := float64(slices.Max(net)), 0.0, 0.0, 0.0 // NaN where the row has one
		for i, v := range net {
			s := float64(v) - largest
			if t[i] != 0 { // else net may be −Inf
				weight += float64(t[i])
				chosen += float64(t[i]) * s
			}
			e := exp(s)
			sum += e
			if dnet != nil {
				dnet[i] = float32(e)
			}
		}
		j.c[r] = float32(math.Log(sum)*weight - chosen)
		for i, e := range dnet {
			dnet[i] = float32((float64(e)/sum - float64(t[i])) / float64(j.n))
		}
	}
}
