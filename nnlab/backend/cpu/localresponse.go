package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// The power with which AlexNet divides, for which two roots do.
const threeQuarters = 0.75

// ordinary tells whether float32 holds what is computed of a row, as it does where the sum of
// its squares is below 1e30: s = K + α·Σ x², and in the gradient s^−1.75.
func (j *job) ordinary(x []float32) bool {
	return max(1, j.response.Alpha)*j.kernels.sumSquares(x)+j.response.K < 1e30
}

// runResponse computes a normalisation, with scratch of so many rows for each worker
// that are longer by the neighbours.
func (c *cpu) runResponse(j job, p backend.LocalResponse, rows, cols, scratch int) {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	j.kernels, j.response, j.n, j.cols = c.kernels, p, rows, cols
	j.grain = rowGrain(heavyGrain, cols)
	j.e, j.means = sized(&c.rows, c.pool.workers*scratch*(cols+p.Size-1)), sized(&c.means, c.pool.workers*cols)
	c.pool.run(j)
}

// scratch returns a worker's row of the given number, of how many it has.
func (j *job) scratch(worker, row, rows int) []float32 {
	n := j.cols + j.response.Size - 1
	return j.e[(worker*rows+row)*n:][:n]
}

func (c *cpu) LocalResponse(p backend.LocalResponse, rows, cols int, x, y backend.Buffer) {
	const name = "LocalResponse"
	backend.Check(name, rows, cols)
	p.Check(name)
	j := job{part: localPowers, a: numbers(name, x, rows*cols), b: numbers(name, y, rows*cols)}
	if p.Beta == threeQuarters && p.Size <= manyTerms {
		j.part = localResponsePart
	}
	c.runResponse(j, p, rows, cols, 1)
}

func localResponsePart(j *job, s span) {
	p, squares := &j.response, j.scratch(s.worker, 0, 1)
	clear(squares)
	for r := s.lo; r < s.hi; r++ {
		x := j.row(r, j.a)
		if !j.ordinary(x) {
			j.powers(x, j.row(r, j.b))
			continue
		}
		j.kernels.multiply(x, x, squares[p.Size/2:])
		j.kernels.localResponse(squares, x, j.row(r, j.b), float32(p.K), float32(p.Alpha), p.Size)
	}
}

// localResponse computes y = x/s^¾ with s = k + α·Σ squares, over size neighbours;
// those of the first number are the first.
func localResponse(squares, x, y []float32, k, alpha float32, size int) {
	for i, v := range x {
		y[i] = v / power(k+alpha*total(squares[i:][:size]))
	}
}

// power is s^¾.
func power(s float32) float32 {
	root := sqrt(s)
	return root * sqrt(root)
}

func total(x []float32) (sum float32) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// localPowers is for any power.
func localPowers(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		j.powers(j.row(r, j.a), j.row(r, j.b))
	}
}

func (j *job) powers(x, y []float32) {
	for i, v := range x {
		y[i] = float32(float64(v) * inversePower(activity(&j.response, x, i), j.response.Beta))
	}
}

// inversePower is s^−β: by a quotient or by roots where they do.
func inversePower(s, beta float64) float64 {
	switch beta {
	case 1:
		return 1 / s
	case 0.5:
		return 1 / math.Sqrt(s)
	case 0.25:
		return 1 / math.Sqrt(math.Sqrt(s))
	}
	return math.Pow(s, -beta)
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
	j := job{part: localPowersGrad, a: numbers(name, x, rows*cols), b: numbers(name, dy, rows*cols), c: numbers(name, dx, rows*cols)}
	if p.Beta == threeQuarters && p.Size <= manyTerms {
		j.part = localResponseGradPart
	}
	c.runResponse(j, p, rows, cols, 3)
}

// localResponseGradPart computes, with s = K + α·Σ x² of each output o,
//
//	dx = dy·s^−β − 2αβ·x·Σ_o share     share = dy·x·s^(−β−1)
//
// over the outputs that x reaches, which are its neighbours in the mirror.
func localResponseGradPart(j *job, s span) {
	p := &j.response
	squares, scale, shares := j.scratch(s.worker, 0, 3), j.scratch(s.worker, 1, 3), j.scratch(s.worker, 2, 3)
	clear(squares)
	clear(shares)
	for r := s.lo; r < s.hi; r++ {
		x, δ := j.row(r, j.a), j.row(r, j.b)
		if !j.ordinary(x) {
			localPowersGrad(j, span{lo: r, hi: r + 1, worker: s.worker})
			continue
		}
		j.kernels.multiply(x, x, squares[p.Size/2:])
		j.kernels.localShares(squares, x, δ, scale, shares[(p.Size-1)/2:], float32(p.K), float32(p.Alpha), p.Size)
		j.kernels.localResponseGrad(shares, x, δ, scale, j.row(r, j.c), float32(2*p.Alpha*p.Beta), p.Size)
	}
}

// localShares computes scale = 1/s^¾ with s = k + α·Σ squares, over size neighbours,
// and share = dy·x·scale/s.
func localShares(squares, x, dy, scale, share []float32, k, alpha float32, size int) {
	for i, v := range x {
		s := k + alpha*total(squares[i:][:size])
		scale[i] = 1 / power(s)
		share[i] = dy[i] * v * scale[i] / s
	}
}

// localResponseGrad computes dx = dy·scale − lean·x·Σ shares, over size neighbours.
func localResponseGrad(shares, x, dy, scale, dx []float32, lean float32, size int) {
	for i, v := range x {
		dx[i] = dy[i]*scale[i] - lean*v*total(shares[i:][:size])
	}
}

// localPowersGrad is for any power. It takes each output's s once: what it passes
// back to itself is dy·s^−β, to each column in reach −2αβ·dy·x·s^(−β−1) times that
// column's x.
func localPowersGrad(j *job, s span) {
	p := &j.response
	for r := s.lo; r < s.hi; r++ {
		x, δ, dx := j.row(r, j.a), j.row(r, j.b), j.means[s.worker*j.cols:][:j.cols]
		clear(dx)
		for o, d := range δ {
			sum := activity(p, x, o)
			power := inversePower(sum, p.Beta)
			dx[o] += float64(d) * power
			share := 2 * p.Alpha * p.Beta * float64(d) * float64(x[o]) * power / sum
			lo, hi := p.Reach(o, j.cols)
			for i := lo; i < hi; i++ {
				dx[i] -= share * float64(x[i])
			}
		}
		for i, v := range dx {
			j.c[r*j.cols+i] = float32(v)
		}
	}
}
