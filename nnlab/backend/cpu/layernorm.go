package cpu

import (
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) LayerNorm(rows, cols int, epsilon float64, x, gamma, beta, y backend.Buffer) {
	backend.Check("LayerNorm", rows, cols)
	c.run(job{part: layerNorm, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols, epsilon: epsilon, a: numbers("LayerNorm", x, rows*cols),
		b: numbers("LayerNorm", gamma, cols), c: numbers("LayerNorm", beta, cols), d: numbers("LayerNorm", y, rows*cols)})
}

func layerNorm(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		x, y := j.a[r*j.cols:][:j.cols], j.d[r*j.cols:][:j.cols]
		mean, deviation := standard(x, j.epsilon)
		for i, v := range x {
			y[i] = float32(float64(j.b[i])*(float64(v)-mean)/deviation + float64(j.c[i]))
		}
	}
}

// standard returns a row's mean and √(σ² + ε).
func standard(x []float32, epsilon float64) (mean, deviation float64) {
	for _, v := range x {
		mean += float64(v)
	}
	mean /= float64(len(x))
	squares := 0.0
	for _, v := range x {
		d := float64(v) - mean
		squares += d * d
	}
	return mean, math.Sqrt(squares/float64(len(x)) + epsilon)
}

func (c *cpu) LayerNormGrad(rows, cols int, epsilon float64, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	const name = "LayerNormGrad"
	backend.Check(name, rows, cols)
	n := rows * cols
	X, G, DY := numbers(name, x, n), numbers(name, gamma, cols), numbers(name, dy, n)
	DG, DB, DX := numbers(name, dgamma, cols), numbers(name, dbeta, cols), optional(name, dx, n)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.sums = slices.Grow(c.sums[:0], 2*rows)[:2*rows]
	c.pool.run(job{part: layerMoments, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols, a: X, partial: c.sums, epsilon: epsilon})
	c.pool.run(job{part: layerSumsGrad, n: cols, grain: columnGrain, rows: rows, cols: cols, a: X, b: DY, c: DG, d: DB, partial: c.sums, rate: accumulate})
	if DX != nil {
		c.pool.run(job{part: layerNormGrad, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols, a: X, b: G, c: DY, d: DX, partial: c.sums})
	}
}

func layerMoments(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		j.partial[2*r], j.partial[2*r+1] = standard(j.a[r*j.cols:][:j.cols], j.epsilon)
	}
}

// layerSumsGrad computes dγ = Σ dy·x̂ and dβ = Σ dy.
func layerSumsGrad(j *job, s span) {
	var sum, product [columnGrain]float64
	for r := range j.rows {
		mean, deviation := j.partial[2*r], j.partial[2*r+1]
		x := s.of(j.a[r*j.cols:][:j.cols])
		for i, d := range s.of(j.b[r*j.cols:][:j.cols]) {
			sum[i] += float64(d)
			product[i] += float64(d) * (float64(x[i]) - mean) / deviation
		}
	}
	for i := range s.hi - s.lo {
		j.c[s.lo+i] = float32(product[i] + onto(j.rate, j.c[s.lo+i]))
		j.d[s.lo+i] = float32(sum[i] + onto(j.rate, j.d[s.lo+i]))
	}
}

func layerNormGrad(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		x, δ, dx := j.a[r*j.cols:][:j.cols], j.c[r*j.cols:][:j.cols], j.d[r*j.cols:][:j.cols]
		mean, deviation := j.partial[2*r], j.partial[2*r+1]
		sum, product := 0.0, 0.0 // Σ γ·dy and Σ γ·dy·x̂
		for i, d := range δ {
			g := float64(j.b[i]) * float64(d)
			sum += g
			product += g * (float64(x[i]) - mean) / deviation
		}
		n := float64(j.cols)
		for i, d := range δ {
			normal := (float64(x[i]) - mean) / deviation
			dx[i] = float32((float64(j.b[i])*float64(d) - sum/n - normal*product/n) / deviation)
		}
	}
}

func (c *cpu) LocalResponse(p backend.LocalResponse, rows, cols int, x, y backend.Buffer) {
	backend.Check("LocalResponse", rows, cols)
	p.Check("LocalResponse")
	c.run(job{part: localResponse, n: rows, grain: rowGrain(heavyGrain, cols*p.Size), cols: cols, response: p,
		a: numbers("LocalResponse", x, rows*cols), b: numbers("LocalResponse", y, rows*cols)})
}

func localResponse(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		x, y := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols]
		for i, v := range x {
			y[i] = float32(float64(v) * math.Pow(activity(&j.response, x, i), -j.response.Beta))
		}
	}
}

// activity is K + α·Σ x² around column c.
func activity(p *backend.LocalResponse, x []float32, c int) float64 {
	lo, hi := p.Reach(c, len(x))
	sum := 0.0
	for _, v := range x[lo:hi] {
		sum += float64(v) * float64(v)
	}
	return p.K + p.Alpha*sum
}

func (c *cpu) LocalResponseGrad(p backend.LocalResponse, rows, cols int, x, dy, dx backend.Buffer) {
	const name = "LocalResponseGrad"
	backend.Check(name, rows, cols)
	p.Check(name)
	c.run(job{part: localResponseGrad, n: rows, grain: rowGrain(heavyGrain, cols*p.Size), cols: cols, response: p,
		a: numbers(name, x, rows*cols), b: numbers(name, dy, rows*cols), c: numbers(name, dx, rows*cols)})
}

// localResponseGrad takes each output's s = K + α·Σ x² once: what it passes back
// to itself is dy·s^−β, to each column in reach −2αβ·dy·x·s^(−β−1) times that
// column's x.
func localResponseGrad(j *job, s span) {
	p := &j.response
	for r := s.lo; r < s.hi; r++ {
		x, δ, dx := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols], j.c[r*j.cols:][:j.cols]
		clear(dx)
		for o, d := range δ {
			sum := activity(p, x, o)
			power := math.Pow(sum, -p.Beta)
			dx[o] += float32(float64(d) * power)
			share := 2 * p.Alpha * p.Beta * float64(d) * float64(x[o]) * power / sum
			lo, hi := p.Reach(o, j.cols)
			for i := lo; i < hi; i++ {
				dx[i] -= float32(share * float64(x[i]))
			}
		}
	}
}
