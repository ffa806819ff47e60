package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Moments(rows, cols int, x, mean, variance backend.Buffer) {
	backend.Check("Moments", rows, cols)
	j := job{part: blockMoments, a: numbers("Moments", x, rows*cols), b: numbers("Moments", mean, cols), c: numbers("Moments", variance, cols)}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.sumColumns(j, rows, cols, 2, mergeMoments)
}

// blockMoments computes the means of blocks and Σ (x − mean)², while a block is in
// the cache.
func blockMoments(j *job, s span) {
	for b := s.lo; b < s.hi; b++ {
		rows, sums := j.block(b)
		mean, squares, n := sums[:j.cols], sums[j.cols:], float64((rows.hi-rows.lo)/j.cols)
		j.kernels.columnSums(rows.of(j.a), mean)
		for i := range mean {
			mean[i] /= n
		}
		j.kernels.columnDeviations(rows.of(j.a), mean, squares)
	}
}

// mergeMoments makes one of the moments of all blocks: with n rows in a block,
//
//	μ = Σ n·mean / rows     σ² = Σ (squares + n·(mean − μ)²) / rows
func mergeMoments(j *job, s span) {
	var μ, squares [mergeColumns]float64
	for lo := s.lo; lo < s.hi; lo += mergeColumns {
		hi := min(s.hi, lo+mergeColumns)
		clear(μ[:])
		clear(squares[:])
		for first := 0; first < j.rows; first += j.blockRows {
			n := float64(min(j.blockRows, j.rows-first))
			for i, mean := range j.moments(first)[lo:hi] {
				μ[i] += n * mean
			}
		}
		for i := range μ {
			μ[i] /= float64(j.rows)
		}
		for first := 0; first < j.rows; first += j.blockRows {
			n, moments := float64(min(j.blockRows, j.rows-first)), j.moments(first)
			for i, d := range moments[j.cols+lo : j.cols+hi] {
				squares[i] += d + n*square(moments[lo+i]-μ[i])
			}
		}
		for i := range hi - lo {
			j.b[lo+i], j.c[lo+i] = float32(μ[i]), float32(squares[i]/float64(j.rows))
		}
	}
}

// moments returns the means of the block that begins with row first, then its
// Σ (x − mean)².
func (j *job) moments(first int) []float64 { return j.partial[first/j.blockRows*2*j.cols:][:2*j.cols] }

func (c *cpu) Normalize(rows, cols int, epsilon float64, x, mean, variance, gamma, beta, y backend.Buffer) {
	backend.Check("Normalize", rows, cols)
	X, M, V := numbers("Normalize", x, rows*cols), numbers("Normalize", mean, cols), numbers("Normalize", variance, cols)
	G, B, Y := numbers("Normalize", gamma, cols), numbers("Normalize", beta, cols), numbers("Normalize", y, rows*cols)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	slope := sized(&c.rows, cols)
	for i, v := range V {
		slope[i] = float32(float64(G[i]) / math.Sqrt(float64(v)+epsilon))
	}
	c.pool.run(job{part: normalizePart, n: rows, grain: rowGrain(lightGrain, cols), kernels: c.kernels, cols: cols, a: X, b: M, c: slope, d: B, e: Y})
}

// ofRows returns the numbers of the rows in the span.
func (j *job) ofRows(s span, x []float32) []float32 { return x[s.lo*j.cols : s.hi*j.cols] }

func normalizePart(j *job, s span) {
	j.kernels.normalize(j.ofRows(s, j.a), j.ofRows(s, j.e), j.b, j.c, j.d)
}

// normalize computes y = slope·(x − mean) + beta.
func normalize(x, y, mean, slope, beta []float32) {
	cols := len(mean)
	slope, beta = slope[:cols], beta[:cols]
	for ; len(x) > 0; x, y = x[cols:], y[cols:] {
		row := y[:cols]
		for i, v := range x[:cols] {
			row[i] = slope[i]*(v-mean[i]) + beta[i]
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
	means := sized(&c.means, cols)
	for i, m := range M {
		means[i] = float64(m)
	}
	sums := c.sumColumns(job{part: blockProducts, a: X, b: DY, means: means}, rows, cols, 2, mergeSums)
	sum, product := sums[:cols], sums[cols:] // Σ dy and Σ dy·(x − μ), then Σ dy·x̂
	scratch := sized(&c.rows, 3*cols)
	slope, offset, lean := scratch[:cols], scratch[cols:2*cols], scratch[2*cols:]
	for i, g := range G {
		deviation := math.Sqrt(float64(V[i]) + epsilon)
		product[i] /= deviation
		slope[i] = float32(float64(g) / deviation)
		offset[i] = float32(sum[i] / float64(rows))
		lean[i] = float32(product[i] / float64(rows) / deviation)
	}
	if DX != nil {
		c.pool.run(job{part: normalizeGradPart, n: rows, grain: rowGrain(lightGrain, cols), kernels: c.kernels, cols: cols, a: X, b: M, c: scratch, d: DY, e: DX})
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

func blockProducts(j *job, s span) {
	for b := s.lo; b < s.hi; b++ {
		rows, sums := j.block(b)
		j.kernels.columnProducts(rows.of(j.a), rows.of(j.b), j.means, sums[:j.cols], sums[j.cols:])
	}
}

func normalizeGradPart(j *job, s span) {
	slope, offset, lean := j.c[:j.cols], j.c[j.cols:][:j.cols], j.c[2*j.cols:]
	j.kernels.normalizeGrad(j.ofRows(s, j.a), j.ofRows(s, j.d), j.ofRows(s, j.e), j.b, slope, offset, lean)
}

// normalizeGrad computes dx = slope·(dy − offset − (x − mean)·lean).
func normalizeGrad(x, dy, dx, mean, slope, offset, lean []float32) {
	cols := len(mean)
	slope, offset, lean = slope[:cols], offset[:cols], lean[:cols]
	for ; len(x) > 0; x, dy, dx = x[cols:], dy[cols:], dx[cols:] {
		from, to := x[:cols], dx[:cols]
		for i, d := range dy[:cols] {
			to[i] = slope[i] * (d - offset[i] - (from[i]-mean[i])*lean[i])
		}
	}
}
