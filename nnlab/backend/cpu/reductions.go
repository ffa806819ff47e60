package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// reduce adds up what is made of each part, in the order of the parts.
func (c *cpu) reduce(name string, n int, x backend.Buffer, part func(*job, span)) float64 {
	backend.Check(name, n)
	X := numbers(name, x, n)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	return c.total(X, part)
}

// total is reduce on host memory. The caller holds the pool's lock.
func (c *cpu) total(x []float32, part func(*job, span)) float64 {
	parts := ceil(len(x), lightGrain)
	c.pool.run(job{part: part, n: len(x), grain: lightGrain, kernels: c.kernels, a: x, partial: sized(&c.partial, parts)})
	total := 0.0
	for _, v := range c.partial {
		total += v
	}
	return total
}

func (c *cpu) Sum(n int, x backend.Buffer) float64 { return c.reduce("Sum", n, x, sumPart) }

func (c *cpu) SumAbs(n int, x backend.Buffer) float64 { return c.reduce("SumAbs", n, x, sumAbsPart) }

func (c *cpu) SumSquares(n int, x backend.Buffer) float64 {
	return c.reduce("SumSquares", n, x, sumSquaresPart)
}

func (c *cpu) NonFinite(n int, x backend.Buffer) int {
	return int(c.reduce("NonFinite", n, x, nonFinite))
}

func sumPart(j *job, s span)        { j.partial[s.lo/j.grain] = j.kernels.sum(s.of(j.a)) }
func sumAbsPart(j *job, s span)     { j.partial[s.lo/j.grain] = j.kernels.sumAbs(s.of(j.a)) }
func sumSquaresPart(j *job, s span) { j.partial[s.lo/j.grain] = j.kernels.sumSquares(s.of(j.a)) }
func nonFinite(j *job, s span)      { j.partial[s.lo/j.grain] = j.kernels.nonFinite(s.of(j.a)) }

// The sums have four running totals each, since an addition waits for the one
// before it.

func sum(x []float32) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += float64(x[0])
		b += float64(x[1])
		c += float64(x[2])
		d += float64(x[3])
	}
	for i := range x {
		a += float64(x[i])
	}
	return a + b + c + d
}

func sumAbs(x []float32) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += math.Abs(float64(x[0]))
		b += math.Abs(float64(x[1]))
		c += math.Abs(float64(x[2]))
		d += math.Abs(float64(x[3]))
	}
	for i := range x {
		a += math.Abs(float64(x[i]))
	}
	return a + b + c + d
}

func sumSquares(x []float32) float64 { return deviations(x, 0) }

// deviations is Σ (x − mean)².
func deviations(x []float32, mean float64) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += square(float64(x[0]) - mean)
		b += square(float64(x[1]) - mean)
		c += square(float64(x[2]) - mean)
		d += square(float64(x[3]) - mean)
	}
	for i := range x {
		a += square(float64(x[i]) - mean)
	}
	return a + b + c + d
}

func square(x float64) float64 { return x * x }

// dot is Σ x·y.
func dot(x, y []float32) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += float64(v) * float64(y[i])
	}
	return sum
}

// squaredDistance is Σ (x − y)².
func squaredDistance(x, y []float32) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += square(float64(v - y[i]))
	}
	return sum
}

func countNonFinite(x []float32) float64 {
	count := 0
	for _, v := range x {
		// An exponent of ones, and a one added to it, go over into the sign.
		const exponent, one = 0x7f800000, 1 << 23
		count += int((math.Float32bits(v)&exponent + one) >> 31)
	}
	return float64(count)
}
