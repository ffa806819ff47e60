package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Sum(n int, x backend.Buffer) float64 {
	backend.Check("Sum", n)
	sum := 0.0
	for _, v := range numbers("Sum", x, n) {
		sum += float64(v)
	}
	return sum
}

func (c *cpu) SumAbs(n int, x backend.Buffer) float64 {
	backend.Check("SumAbs", n)
	sum := 0.0
	for _, v := range numbers("SumAbs", x, n) {
		sum += math.Abs(float64(v))
	}
	return sum
}

func (c *cpu) SumSquares(n int, x backend.Buffer) float64 {
	backend.Check("SumSquares", n)
	sum := 0.0
	for _, v := range numbers("SumSquares", x, n) {
		sum += float64(v) * float64(v)
	}
	return sum
}

func (c *cpu) NonFinite(n int, x backend.Buffer) int {
	backend.Check("NonFinite", n)
	count := 0
	for _, v := range numbers("NonFinite", x, n) {
		if v-v != 0 { // Inf − Inf and NaN − NaN are NaN
			count++
		}
	}
	return count
}
