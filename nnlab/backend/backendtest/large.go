package backendtest

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// large tests the kernels that add up, with millions of numbers each: sums, means,
// norms, losses and pools err by 1e-6 of the sum of what they add up at most, however
// many that are. A sum in float32, one number after the other, errs by percents.
func (s *suite) large(t *testing.T) {
	if _, exact := s.backend.(backend.Float64); exact {
		return // its sums are the oracle's
	}
	side := 2048
	if testing.Short() {
		side = 256
	}
	for _, c := range largeCalls(newData("large"), side) {
		s.check(t, c, c.do(s.backend, 0, nil), c.do(s.ref, 0, nil))
	}
}

// largeCalls are reductions over side·side numbers, all positive: what is added up is then as
// large as its sum. Equal numbers are the hardest, since each addition rounds the same way.
func largeCalls(d data, side int) []call {
	n := side * side
	same := make([]float32, n)
	for i := range same {
		same[i] = 0.1
	}
	var calls []call
	add := func(kernel string, dims []int, operands []operand, run func(b backend.Backend, d []int, x []backend.Buffer) float64) {
		calls = append(calls, call{kernel: kernel, dims: dims, operands: operands, run: run})
	}
	nothing := func(run func(b backend.Backend, d []int, x []backend.Buffer)) func(backend.Backend, []int, []backend.Buffer) float64 {
		return func(b backend.Backend, d []int, x []backend.Buffer) float64 {
			run(b, d, x)
			return 0
		}
	}
	x := same
	add("Sum", []int{n}, []operand{in(x)}, func(b backend.Backend, d []int, x []backend.Buffer) float64 { return b.Sum(d[0], x[0]) })
	add("SumAbs", []int{n}, []operand{in(x)}, func(b backend.Backend, d []int, x []backend.Buffer) float64 { return b.SumAbs(d[0], x[0]) })
	add("SumSquares", []int{n}, []operand{in(x)}, func(b backend.Backend, d []int, x []backend.Buffer) float64 { return b.SumSquares(d[0], x[0]) })
	for _, cols := range []int{1, 3} {
		rows := n / cols
		v := func() operand { return in(d.uniform(cols, 0.5, 1.5)) }
		add("SumRows", []int{rows, cols}, []operand{in(x), out(cols)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
			b.SumRows(d[0], d[1], x[0], 0, x[1])
		}))
		add("Moments", []int{rows, cols}, []operand{in(x), out(cols), out(cols)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
			b.Moments(d[0], d[1], x[0], x[1], x[2])
		}))
		add("NormalizeGrad", []int{rows, cols}, []operand{in(x), in(d.uniform(cols, -1, 0)), v(), v(), in(d.uniform(n, 0, 1)), out(cols), out(cols), out(n)},
			nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
				b.NormalizeGrad(d[0], d[1], normEpsilon, x[0], x[1], x[2], x[3], x[4], 0, x[5], x[6], x[7])
			}))
	}
	whole := func() operand { return in(d.uniform(n, 0.5, 1.5)) }
	add("LayerNorm", []int{1, n}, []operand{in(x), whole(), whole(), out(n)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
		b.LayerNorm(d[0], d[1], normEpsilon, x[0], x[1], x[2], x[3])
	}))
	add("LayerNormGrad", []int{1, n}, []operand{in(x), whole(), whole(), out(n), out(n), out(n)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
		b.LayerNormGrad(d[0], d[1], normEpsilon, x[0], x[1], x[2], 0, x[3], x[4], x[5])
	}))
	add("Softmax", []int{1, n}, []operand{in(x), out(n)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
		b.Softmax(d[0], d[1], x[0], x[1])
	}))
	add("SoftmaxGrad", []int{1, n}, []operand{in(x), whole(), out(n)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
		b.SoftmaxGrad(d[0], d[1], x[0], x[1], x[2])
	}))
	add("SoftmaxCrossEntropy", []int{1, n}, []operand{in(x), in(d.distributions(1, n)), out(1), out(n)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
		b.SoftmaxCrossEntropy(d[0], d[1], x[0], x[1], x[2], x[3])
	}))
	for kind := backend.MSE; kind <= backend.KLDivergence; kind++ {
		target := d.uniform(n, 0.05, 0.95)
		add(fmt.Sprint("Loss ", kind), []int{1, n}, []operand{in(x), in(target), out(1), out(n)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
			b.Loss(backend.Loss{Kind: kind, Delta: 0.3}, d[0], d[1], x[0], x[1], x[2], x[3])
		}))
		calls[len(calls)-1].terms = 1 // KL's terms cancel
	}
	tall := window([3]int{1, side, side / 4}, [3]int{1, side, side / 4}, [3]int{1, 1, 1}, [3]int{1, 1, 1}, [3]int{}, 4)
	for _, w := range []backend.Window{window([3]int{1, side, side}, [3]int{1, side, side}, [3]int{1, 1, 1}, [3]int{1, 1, 1}, [3]int{}, 1), tall} {
		for _, x := range [][]float32{same, d.uniform(n, 0, 1)} {
			add("AveragePool", []int{1}, []operand{in(x), out(w.Channels)}, nothing(func(b backend.Backend, d []int, x []backend.Buffer) {
				b.AveragePool(w, d[0], x[0], x[1])
			}))
		}
	}
	for kind, counter := range map[backend.MeasureKind]int{backend.Distance: 0, backend.Residuals: 3} { // Σ |y − t|, Σ (y − t)²
		m := backend.Measure{Kind: kind}
		add("Measure", []int{n, 1}, []operand{in(x), in(d.uniform(n, 0.2, 1))}, func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			counters := b.Scalars(m.Counters(1))
			b.Measure(m, s[0], s[1], x[0], x[1], counters)
			return readScalars(b, counters)[counter]
		})
	}
	return append(calls, overlappingCalls(d, side)...)
}

// overlappingCalls are gradients of pools whose windows overlap so much that a cell gets
// hundreds of terms.
func overlappingCalls(d data, side int) []call {
	w := window([3]int{1, 96, 96}, [3]int{1, side / 64, 48}, [3]int{1, 1, 1}, [3]int{1, 1, 1}, [3]int{0, 8, 8}, 3)
	dy := make([]float32, w.Outputs()*w.Channels)
	for i := range dy {
		dy[i] = 0.1
	}
	x := d.uniform(w.Inputs()*w.Channels, 0, 1)
	for i := 0; i < 12; i++ {
		x[d.IntN(len(x))] = 10 // is the largest of all windows that see it
	}
	return []call{
		{kernel: "AveragePoolGrad", what: "overlapping", dims: []int{1}, operands: []operand{in(dy), out(len(x))}, run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			b.AveragePoolGrad(w, s[0], x[0], x[1])
			return 0
		}},
		{kernel: "MaxPoolGrad", what: "overlapping", dims: []int{1}, operands: []operand{in(x), in(dy), out(len(x))}, run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			b.MaxPoolGrad(w, s[0], x[0], x[1], x[2], backend.Derivative{})
			return 0
		}},
		{kernel: "LocalResponse", what: "of all channels", dims: []int{4, side}, operands: []operand{in(d.uniform(4*side, 0, 1)), out(4 * side)}, run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			b.LocalResponse(backend.LocalResponse{Size: 2 * s[1], Alpha: 1, Beta: 0.75, K: 1}, s[0], s[1], x[0], x[1])
			return 0
		}},
		{kernel: "LocalResponseGrad", what: "of all channels", dims: []int{4, side}, operands: []operand{in(d.uniform(4*side, 0, 1)), in(d.uniform(4*side, 0, 1)), out(4 * side)}, run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			b.LocalResponseGrad(backend.LocalResponse{Size: 2 * s[1], Alpha: 1, Beta: 0.75, K: 1}, s[0], s[1], x[0], x[1], x[2])
			return 0
		}},
	}
}
