package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) LayerNorm(rows, cols int, epsilon float64, x, gamma, beta, y backend.Buffer) {
	backend.Check("LayerNorm", rows, cols)
	c.run(job{part: layerNormPart, n: rows, grain: rowGrain(lightGrain, cols), cols: cols, epsilon: epsilon, a: numbers("LayerNorm", x, rows*cols),
		b: numbers("LayerNorm", gamma, cols), c: numbers("LayerNorm", beta, cols), d: numbers("LayerNorm", y, rows*cols)})
}

func layerNormPart(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		mean, inverse := j.kernels.standard(j.row(r, j.a), j.epsilon)
		j.kernels.layerNorm(j.row(r, j.a), j.b, j.c, j.row(r, j.d), mean, inverse)
	}
}

// row returns row r of a matrix.
func (j *job) row(r int, x []float32) []float32 { return x[r*j.cols:][:j.cols] }

// standard returns a row's mean and 1/√(σ² + ε).
func (k *kernels) standard(x []float32, epsilon float64) (mean, inverse float64) {
	n := float64(len(x))
	mean = k.sum(x) / n
	return mean, 1 / math.Sqrt(k.deviations(x, mean)/n+epsilon)
}

// layerNorm computes y = γ·(x − mean)·inverse + β.
func layerNorm(x, gamma, beta, y []float32, mean, inverse float64) {
	gamma, beta, y = gamma[:len(x)], beta[:len(x)], y[:len(x)]
	for i, v := range x {
		y[i] = gamma[i]*float32((float64(v)-mean)*inverse) + beta[i]
	}
}

func (c *cpu) LayerNormGrad(rows, cols int, epsilon float64, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	const name = "LayerNormGrad"
	backend.Check(name, rows, cols)
	n := rows * cols
	X, G, DY := numbers(name, x, n), numbers(name, gamma, cols), numbers(name, dy, n)
	DG, DB, DX := numbers(name, dgamma, cols), numbers(name, dbeta, cols), optional(name, dx, n)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	j := job{part: blockLayers, a: X, b: DY, means: sized(&c.means, 2*rows), epsilon: epsilon}
	sums := c.sumColumns(j, rows, cols, 2, mergeSums) // Σ dy and Σ dy·x̂
	if DX != nil {
		c.pool.run(job{part: layerNormGradPart, n: rows, grain: rowGrain(lightGrain, cols), kernels: c.kernels, cols: cols, a: X, b: DY, c: G, d: DX, means: j.means})
	}
	for i := range cols {
		DB[i], DG[i] = float32(sums[i]+onto(accumulate, DB[i])), float32(sums[cols+i]+onto(accumulate, DG[i]))
	}
}

// blockLayers keeps each row's mean and 1/√(σ² + ε).
func blockLayers(j *job, s span) {
	for b := s.lo; b < s.hi; b++ {
		rows, sums := j.block(b)
		for r := rows.lo / j.cols; r < rows.hi/j.cols; r++ {
			mean, inverse := j.kernels.standard(j.row(r, j.a), j.epsilon)
			j.means[2*r], j.means[2*r+1] = mean, inverse
			j.kernels.layerColumns(j.row(r, j.a), j.row(r, j.b), sums[:j.cols], sums[j.cols:], mean, inverse)
		}
	}
}

// layerColumns adds dy[c] to sum[c] and dy[c]·(x[c] − mean)·inverse to product[c].
func layerColumns(x, dy []float32, sum, product []float64, mean, inverse float64) {
	dy, sum, product = dy[:len(x)], sum[:len(x)], product[:len(x)]
	for c, v := range x {
		sum[c] += float64(dy[c])
		product[c] += float64(dy[c]) * (float64(v) - mean) * inverse
	}
}

func layerNormGradPart(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		mean, inverse := j.means[2*r], j.means[2*r+1]
		sum, product := j.kernels.layerProducts(j.row(r, j.a), j.c, j.row(r, j.b), mean)
		n := float64(j.cols)
		j.kernels.layerNormGrad(j.row(r, j.a), j.c, j.row(r, j.b), j.row(r, j.d), mean, sum/n, product/n*inverse*inverse, inverse)
	}
}

// layerProducts computes Σ γ·dy and Σ γ·dy·(x − mean).
func layerProducts(x, gamma, dy []float32, mean float64) (sum, product float64) {
	gamma, dy = gamma[:len(x)], dy[:len(x)]
	for i, v := range x {
		g := float64(gamma[i]) * float64(dy[i])
		sum += g
		product += g * (float64(v) - mean)
	}
	return sum, product
}

// layerNormGrad computes dx = (γ·dy − offset − (x − mean)·lean)·inverse.
func layerNormGrad(x, gamma, dy, dx []float32, mean, offset, lean, inverse float64) {
	gamma, dy, dx = gamma[:len(x)], dy[:len(x)], dx[:len(x)]
	for i, v := range x {
		dx[i] = float32((float64(gamma[i])*float64(dy[i]) - offset - (float64(v)-mean)*lean) * inverse)
	}
}
