package cpu

import (
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// columnGrain is how many columns a worker adds up at a time: a cache line.
const columnGrain = 16

func (c *cpu) Moments(rows, cols int, x, mean, variance backend.Buffer) {
	backend.Check("Moments", rows, cols)
	c.run(job{part: moments, n: cols, grain: columnGrain, rows: rows, cols: cols,
		a: numbers("Moments", x, rows*cols), b: numbers("Moments", mean, cols), c: numbers("Moments", variance, cols)})
}

func moments(j *job, s span) {
	var mean, squares [columnGrain]float64
	for r := range j.rows {
		for i, v := range s.of(j.a[r*j.cols:][:j.cols]) {
			mean[i] += float64(v)
		}
	}
	for i := range mean {
		mean[i] /= float64(j.rows)
	}
	for r := range j.rows {
		for i, v := range s.of(j.a[r*j.cols:][:j.cols]) {
			d := float64(v) - mean[i]
			squares[i] += d * d
		}
	}
	for i := range s.hi - s.lo {
		j.b[s.lo+i], j.c[s.lo+i] = float32(mean[i]), float32(squares[i]/float64(j.rows))
	}
}

func (c *cpu) Normalize(rows, cols int, epsilon float64, x, mean, variance, gamma, beta, y backend.Buffer) {
	backend.Check("Normalize", rows, cols)
	X, M, V := numbers("Normalize", x, rows*cols), numbers("Normalize", mean, cols), numbers("Normalize", variance, cols)
	G, B, Y := numbers("Normalize", gamma, cols), numbers("Normalize", beta, cols), numbers("Normalize", y, rows*cols)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	// y = slope·(x − μ) + β
	c.rows = slices.Grow(c.rows[:0], cols)[:cols]
	for i, v := range V {
		c.rows[i] = float32(float64(G[i]) / math.Sqrt(float64(v)+epsilon))
	}
	c.pool.run(job{part: normalize, n: rows, grain: rowGrain(lightGrain, cols), cols: cols, a: X, b: M, c: c.rows, d: B, e: Y})
}

func normalize(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		x, y := j.a[r*j.cols:][:j.cols], j.e[r*j.cols:][:j.cols]
		mean, slope, beta := j.b[:len(x)], j.c[:len(x)], j.d[:len(x)]
		for i, v := range x {
			y[i] = slope[i]*(v-mean[i]) + beta[i]
		}
	}
}

func (c *cpu) NormalizeGrad(rows, cols int, epsilon float64, x, mean, variance, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	const name = "NormalizeGrad"
	backend.Check(name, rows, cols)
	n := rows * cols
	X, M, V, G := numbers(name, x, n), numbers(name, mean, cols), numbers(name, variance, cols), numbers(name, gamma, cols)
	DY, DG, DB, DX := numbers(name, dy, n), numbers(name, dgamma, cols), numbers(name, dbeta, cols), optional(name, dx, n)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.sums = slices.Grow(c.sums[:0], 2*cols)[:2*cols]
	sum, product := c.sums[:cols], c.sums[cols:] // Σ dy and Σ dy·x̂
	c.pool.run(job{part: normalizeSumsGrad, n: cols, grain: columnGrain, rows: rows, cols: cols, a: X, b: M, c: V, d: DY, partial: c.sums, epsilon: epsilon})
	if DX != nil {
		// dx = slope·(dy − offset − (x − μ)·lean)
		c.rows = slices.Grow(c.rows[:0], 3*cols)[:3*cols]
		slope, offset, lean := c.rows[:cols], c.rows[cols:2*cols], c.rows[2*cols:]
		for i := range cols {
			deviation := math.Sqrt(float64(V[i]) + epsilon)
			slope[i] = float32(float64(G[i]) / deviation)
			offset[i] = float32(sum[i] / float64(rows))
			lean[i] = float32(product[i] / float64(rows) / deviation)
		}
		c.pool.run(job{part: normalizeGrad, n: rows, grain: rowGrain(lightGrain, cols), cols: cols, a: X, b: M, c: c.rows, d: DY, e: DX})
	}
	for i := range cols {
		DB[i], DG[i] = float32(sum[i]+onto(accumulate, DB[i])), float32(product[i]+onto(accumulate, DG[i]))
	}
}

// onto is β times what is there already, which with β = 0 may be anything.
func onto(beta float64, there float32) float64 {
	if beta == 0 {
		return 0
	}
	return beta * float64(there)
}

func normalizeSumsGrad(j *job, s span) {
	var sum, product [columnGrain]float64
	mean := s.of(j.b)
	for r := range j.rows {
		x := s.of(j.a[r*j.cols:][:j.cols])
		for i, d := range s.of(j.d[r*j.cols:][:j.cols]) {
			sum[i] += float64(d)
			product[i] += float64(d) * (float64(x[i]) - float64(mean[i]))
		}
	}
	for i := range s.hi - s.lo {
		j.partial[s.lo+i] = sum[i]
		j.partial[j.cols+s.lo+i] = product[i] / math.Sqrt(float64(j.c[s.lo+i])+j.epsilon)
	}
}

func normalizeGrad(j *job, s span) {
	slope, offset, lean := j.c[:j.cols], j.c[j.cols:][:j.cols], j.c[2*j.cols:][:j.cols]
	for r := s.lo; r < s.hi; r++ {
		x, δ, dx := j.a[r*j.cols:][:j.cols], j.d[r*j.cols:][:j.cols], j.e[r*j.cols:][:j.cols]
		for i, d := range δ {
			dx[i] = slope[i] * (d - offset[i] - (x[i]-j.b[i])*lean[i])
		}
	}
}
