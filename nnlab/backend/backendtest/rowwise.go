package backendtest

import (
	"errors"
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var rowwiseKernels = []kernel{
	{"Softmax", softmaxCalls},
	{"SoftmaxGrad", softmaxGradCalls},
	{"ScaleRows", scaleRowsCalls},
	{"SumRows", sumRowsCalls},
	{"ArgMax", argMaxCalls},
	{"OneHot", oneHotCalls},
}

// matrices makes calls for each size as rows and as columns, and for some that
// are shared among workers.
func matrices(d data, calls func(rows, cols int) call) []call {
	all := []call{calls(32, 10), calls(1500, 17), calls(3, 5000)}
	for _, size := range sizes {
		all = append(all, calls(size, d.size()), calls(d.size(), size))
	}
	return all
}

func softmaxCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		x := d.normal(rows * cols)
		for i := range x {
			x[i] = x[i]*3 + 200 // exp(200) is beyond float32
		}
		return call{dims: []int{rows, cols}, operands: []operand{in(x), out(rows * cols)}, inPlace: [][2]int{{1, 0}},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Softmax(s[0], s[1], x[0], x[1])
				return 0
			}}
	})
}

func softmaxGradCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		n := rows * cols
		return call{dims: []int{rows, cols}, operands: []operand{in(d.distributions(rows, cols)), in(d.normal(n)), out(n)},
			inPlace: [][2]int{{2, 1}}, terms: 1 / float64(cols),
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.SoftmaxGrad(s[0], s[1], x[0], x[1], x[2])
				return 0
			}}
	})
}

func scaleRowsCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		return call{dims: []int{rows, cols}, operands: []operand{in(d.normal(rows)), inout(d.normal(rows * cols))},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.ScaleRows(s[0], s[1], x[0], x[1])
				return 0
			}}
	})
}

func sumRowsCalls(d data) []call {
	i := 0
	return matrices(d, func(rows, cols int) call {
		beta := []float64{0, 1, -0.5}[i%3]
		i++
		y := out(cols)
		if beta != 0 {
			y = inout(d.normal(cols))
		}
		return call{dims: []int{rows, cols}, operands: []operand{in(d.normal(rows * cols)), y}, terms: math.Sqrt(float64(rows)),
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.SumRows(s[0], s[1], x[0], beta, x[1])
				return 0
			}}
	})
}

func argMaxCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		x := make([]float32, rows*cols)
		for i := range x {
			x[i] = float32(d.IntN(9) - 4) // the largest is there several times
		}
		return call{dims: []int{rows, cols}, operands: []operand{in(x), out(rows)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.ArgMax(s[0], s[1], x[0], x[1])
				return 0
			}}
	})
}

func oneHotCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		labels := make([]float32, rows)
		for i := range labels {
			labels[i] = float32(d.IntN(cols))
		}
		return call{dims: []int{rows, cols}, operands: []operand{fixed(labels), out(rows * cols)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.OneHot(s[0], s[1], x[0], x[1])
				return 0
			}}
	})
}

// labels tests that OneHot does not take what is no class: it panics, or the
// device says so at Sync.
func (s *suite) labels(t *testing.T) {
	b := s.backend
	labels, y := b.Alloc(3), b.Alloc(3*4)
	for _, bad := range []float32{-1, 4, 1.5, float32(math.NaN()), float32(math.Inf(1)), 1e10} {
		b.Upload(labels, []float32{0, bad, 1})
		err := func() (err error) {
			defer func() {
				if e, ok := recover().(backend.Error); ok {
					err = e
				}
			}()
			b.OneHot(3, 4, labels, y)
			return b.Sync()
		}()
		var e backend.Error
		if !errors.As(err, &e) {
			t.Errorf("OneHot accepted the label %v of 4 classes: %v", bad, err)
		}
	}
}
