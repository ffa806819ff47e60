package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// reduce sums f over n numbers.
func reduce(kernel string, n int, x backend.Buffer, f func(float64) float64) float64 {
	backend.Check(kernel, n)
	sum := 0.0
	for _, v := range numbers(kernel, x, n) {
		sum += f(v)
	}
	return sum
}

func (ref) Sum(n int, x backend.Buffer) float64 {
	return reduce("Sum", n, x, func(v float64) float64 { return v })
}

func (ref) SumAbs(n int, x backend.Buffer) float64 { return reduce("SumAbs", n, x, math.Abs) }

func (ref) SumSquares(n int, x backend.Buffer) float64 {
	return reduce("SumSquares", n, x, func(v float64) float64 { return v * v })
}

func (ref) NonFinite(n int, x backend.Buffer) int {
	return int(reduce("NonFinite", n, x, func(v float64) float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 1
		}
		return 0
	}))
}
