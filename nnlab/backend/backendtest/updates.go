package backendtest

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var updateKernels = []kernel{
	{"SGD", sgdCalls},
	{"RMSprop", rmspropCalls},
	{"Adam", adamCalls},
	{"Nadam", nadamCalls},
	{"Adagrad", adagradCalls},
	{"Adadelta", adadeltaCalls},
	{"Clip", clipCalls},
	{"Regularize", regularizeCalls},
}

// updateSteps is how often a call makes an update, so that its state comes to bear.
const updateSteps = 5

func sgdCalls(d data) []call {
	var calls []call
	for _, p := range []backend.SGD{
		{LearningRate: 0.1},
		{LearningRate: 0.1, Momentum: 0.9},
		{LearningRate: 0.1, Momentum: 0.9, Nesterov: true},
	} {
		calls = append(calls, each(func(n int) call {
			v := inout(d.normal(n)).or(p.Momentum != 0)
			v.optional = false // momentum has to be kept somewhere
			return call{what: fmt.Sprintf("%+v", p), dims: []int{n}, terms: 0.1,
				operands: []operand{inout(d.normal(n)), in(d.normal(n)), v},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					for range updateSteps {
						b.SGD(p, s[0], x[0], x[1], x[2])
					}
					return 0
				}}
		})...)
	}
	return calls
}

func rmspropCalls(d data) []call {
	var calls []call
	for _, p := range []backend.RMSprop{
		{LearningRate: 0.01, Rho: 0.9, Epsilon: 1e-7},
		{LearningRate: 0.01, Rho: 0.9, Epsilon: 1e-2, Momentum: 0.9},
	} {
		calls = append(calls, each(func(n int) call {
			v := inout(d.normal(n)).or(p.Momentum != 0)
			v.optional = false
			return call{what: fmt.Sprintf("%+v", p), dims: []int{n}, terms: 0.1,
				operands: []operand{inout(d.normal(n)), in(d.normal(n)), inout(d.uniform(n, 0, 1)), v},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					for range updateSteps {
						b.RMSprop(p, s[0], x[0], x[1], x[2], x[3])
					}
					return 0
				}}
		})...)
	}
	return calls
}

func adamCalls(d data) []call {
	var calls []call
	for _, decay := range []float64{0, 0.5} {
		calls = append(calls, each(func(n int) call {
			p := backend.Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, WeightDecay: decay}
			return call{what: fmt.Sprintf("%+v", p), dims: []int{n}, terms: 0.1, operands: d.meansOf(n),
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					for step := range updateSteps {
						p.Step = step + 1
						b.Adam(p, s[0], x[0], x[1], x[2], x[3])
					}
					return 0
				}}
		})...)
	}
	return calls
}

// meansOf are the operands w, g and running means of g and of g².
func (d data) meansOf(n int) []operand {
	return []operand{inout(d.normal(n)), in(d.normal(n)), inout(d.normal(n)), inout(d.uniform(n, 0, 1))}
}

func nadamCalls(d data) []call {
	return each(func(n int) call {
		p := backend.Nadam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}
		return call{what: fmt.Sprintf("%+v", p), dims: []int{n}, terms: 0.1, operands: d.meansOf(n),
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				for step := range updateSteps {
					p.Step = step + 1
					b.Nadam(p, s[0], x[0], x[1], x[2], x[3])
				}
				return 0
			}}
	})
}

func adagradCalls(d data) []call {
	return each(func(n int) call {
		p := backend.Adagrad{LearningRate: 0.01, Epsilon: 1e-7}
		return call{what: fmt.Sprintf("%+v", p), dims: []int{n}, terms: 0.1,
			operands: []operand{inout(d.normal(n)), in(d.normal(n)), inout(d.uniform(n, 0, 1))},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				for range updateSteps {
					b.Adagrad(p, s[0], x[0], x[1], x[2])
				}
				return 0
			}}
	})
}

func adadeltaCalls(d data) []call {
	return each(func(n int) call {
		p := backend.Adadelta{LearningRate: 0.5, Rho: 0.95, Epsilon: 1e-7}
		return call{what: fmt.Sprintf("%+v", p), dims: []int{n}, terms: 1,
			operands: []operand{inout(d.normal(n)), in(d.normal(n)), inout(d.uniform(n, 0, 1)), inout(d.uniform(n, 0, 1))},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				for range updateSteps {
					b.Adadelta(p, s[0], x[0], x[1], x[2], x[3])
				}
				return 0
			}}
	})
}

func clipCalls(d data) []call {
	return each(func(n int) call {
		return call{what: "limit 0.5", dims: []int{n}, operands: []operand{inout(d.normal(n))},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Clip(s[0], 0.5, x[0])
				return 0
			}}
	})
}

func regularizeCalls(d data) []call {
	var calls []call
	for _, l := range [][2]float64{{0.1, 0}, {0, 0.1}, {0.1, 0.2}} {
		calls = append(calls, each(func(n int) call {
			w := d.normal(n)
			w[n/2] = 0 // where |w| has its kink
			return call{what: fmt.Sprintf("l1=%v l2=%v", l[0], l[1]), dims: []int{n}, terms: 1,
				operands: []operand{in(w), inout(d.normal(n))},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.Regularize(s[0], l[0], l[1], x[0], x[1])
					return 0
				}}
		})...)
	}
	return calls
}
