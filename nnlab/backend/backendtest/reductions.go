package backendtest

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var reductionKernels = []kernel{
	{"Sum", reductionCalls(func(b backend.Backend, n int, x backend.Buffer) float64 { return b.Sum(n, x) })},
	{"SumAbs", reductionCalls(func(b backend.Backend, n int, x backend.Buffer) float64 { return b.SumAbs(n, x) })},
	{"SumSquares", reductionCalls(func(b backend.Backend, n int, x backend.Buffer) float64 { return b.SumSquares(n, x) })},
	{"NonFinite", reductionCalls(func(b backend.Backend, n int, x backend.Buffer) float64 { return float64(b.NonFinite(n, x)) })},
}

func reductionCalls(reduce func(b backend.Backend, n int, x backend.Buffer) float64) func(data) []call {
	return func(d data) []call {
		return each(func(n int) call {
			return call{dims: []int{n}, operands: []operand{in(d.normal(n))}, terms: math.Sqrt(float64(n)) * 1e-8,
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 { return reduce(b, s[0], x[0]) }}
		})
	}
}
