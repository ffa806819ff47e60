package cpu

import (
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// reduce adds up what a kernel makes of each part, in the order of the parts.
func (c *cpu) reduce(name string, n int, x backend.Buffer, kernel func(*job, span)) float64 {
	backend.Check(name, n)
	X := numbers(name, x, n)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	parts := (n + lightGrain - 1) / lightGrain
	c.partial = slices.Grow(c.partial[:0], parts)[:parts]
	c.pool.runLocked(job{kernel: kernel, n: n, grain: lightGrain, a: X, partial: c.partial})
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

func sum(j *job, s span) {
	total := 0.0
	for _, v := range s.of(j.a) {
		total += float64(v)
	}
	j.partial[s.lo/j.grain] = total
}

func sumAbs(j *job, s span) {
	total := 0.0
	for _, v := range s.of(j.a) {
		total += math.Abs(float64(v))
	}
	j.partial[s.lo/j.grain] = total
}

func sumSquares(j *job, s span) {
	total := 0.0
	for _, v := range s.of(j.a) {
		total += float64(v) * float64(v)
	}
	j.partial[s.lo/j.grain] = total
}

func nonFinite(j *job, s span) {
	count := 0
	for _, v := range s.of(j.a) {
		if math.Float32bits(v)&0x7f800000 == 0x7f800000 { // an exponent of ones
			count++
		}
	}
	j.partial[s.lo/j.grain] = float64(count)
}
