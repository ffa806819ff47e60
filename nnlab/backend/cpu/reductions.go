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
	c.pool.run(job{part: part, n: len(x), grain: lightGrain, a: x, partial: sized(&c.partial, parts)})
	total := 0.0
	for _, v := range c.partial {
		total += v
	}
	return total
}

func (c *cpu) Sum(n int, x backend.Buffer) float64 { return c.reduce("Sum", n, x, sum) }

func (c *cpu) SumAbs(n int, x backend.Buffer) float64 { return c.reduce("SumAbs", n, x, sumAbs) }

func (c *cpu) SumSquares(n int, x backend.Buffer) float64 {
	return c.reduce("SumSquares", n, x, sumSquares)
}

func (c *cpu) NonFinite(n int, x backend.Buffer) int {
	return int(c.reduce("NonFinite", n, x, nonFinite))
}

// The sums have four running totals each, since an addition waits for the one
// before it.

func sum(j *job, s span) {
	var a, b, c, d float64
	x := s.of(j.a)
	for ; len(x) >= 4; x = x[4:] {
		a += float64(x[0])
		b += float64(x[1])
		c += float64(x[2])
		d += float64(x[3])
	}
	for i := range x {
		a += float64(x[i])
	}
	j.partial[s.lo/j.grain] = a + b + c + d
}

func sumAbs(j *job, s span) {
	var a, b, c, d float64
	x := s.of(j.a)
	for ; len(x) >= 4; x = x[4:] {
		a += math.Abs(float64(x[0]))
		b += math.Abs(float64(x[1]))
		c += math.Abs(float64(x[2]))
		d += math.Abs(float64(x[3]))
	}
	for i := range x {
		a += math.Abs(float64(x[i]))
	}
	j.partial[s.lo/j.grain] = a + b + c + d
}

func sumSquares(j *job, s span) {
	var a, b, c, d float64
	x := s.of(j.a)
	for ; len(x) >= 4; x = x[4:] {
		a += square(x[0])
		b += square(x[1])
		c += square(x[2])
		d += square(x[3])
	}
	for i := range x {
		a += square(x[i])
	}
	j.partial[s.lo/j.grain] = a + b + c + d
}

func square(x float32) float64 { return float64(x) * float64(x) }

func nonFinite(j *job, s span) {
	count := 0
	for _, v := range s.of(j.a) {
		// An exponent of ones, and a one added to it, go over into the sign.
		const exponent, one = 0x7f800000, 1 << 23
		count += int((math.Float32bits(v)&exponent + one) >> 31)
	}
	j.partial[s.lo/j.grain] = float64(count)
}
