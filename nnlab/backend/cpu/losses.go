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
	part := squaredErrorGrad
	if l.Kind == backend.CategoricalCrossentropy {
		part = crossEntropyGrad
	}
	c.run(job{part: part, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols,
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
		largest, sum := float64(slices.Max(net)), 0.0 // NaN where the row has one
		for _, v := range net {
			sum += exp(float64(v) - largest)
		}
		normalizer, e := largest+math.Log(sum), 0.0 // log Σ exp(net)
		for i, v := range net {
			if t[i] != 0 { // else net may be −Inf
				e += float64(t[i]) * (normalizer - float64(v))
			}
		}
		j.c[r] = float32(e)
		if dnet == nil {
			continue
		}
		for i, v := range net {
			dnet[i] = float32((exp(float64(v)-largest)/sum - float64(t[i])) / float64(j.n))
		}
	}
}
