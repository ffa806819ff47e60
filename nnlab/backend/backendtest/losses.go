package backendtest

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

var lossKernels = []kernel{
	{"Loss", lossCalls},
	{"SoftmaxCrossEntropy", softmaxCrossEntropyCalls},
}

// someLosses are the loss functions, with what their outputs and targets are.
var someLosses = []struct {
	name          string
	loss          backend.Loss
	probabilities bool // of the outputs; else any number
	distributions bool // of the targets
	binary        bool
}{
	{name: "mean squared error", loss: backend.Loss{Kind: backend.MSE}},
	{name: "categorical cross-entropy", loss: backend.Loss{Kind: backend.CategoricalCrossentropy}, probabilities: true, distributions: true},
	{name: "mean absolute error", loss: backend.Loss{Kind: backend.MAE}},
	{name: "Huber", loss: backend.Loss{Kind: backend.Huber, Delta: 0.7}},
	{name: "binary cross-entropy", loss: backend.Loss{Kind: backend.BinaryCrossentropy}, probabilities: true, distributions: true},
	{name: "binary cross-entropy from logits", loss: backend.Loss{Kind: backend.BinaryCrossentropyFromLogits}, distributions: true},
	{name: "hinge", loss: backend.Loss{Kind: backend.Hinge}, binary: true},
	{name: "perceptron", loss: backend.Loss{Kind: backend.Perceptron}, binary: true},
	{name: "Kullback-Leibler divergence", loss: backend.Loss{Kind: backend.KLDivergence}, probabilities: true, distributions: true},
}

func lossCalls(d data) []call {
	var calls []call
	for _, l := range someLosses {
		for _, gradient := range []bool{true, false} {
			calls = append(calls, matrices(d, func(rows, cols int) call {
				n := rows * cols
				y, target := d.normal(n), d.normal(n)
				if l.probabilities {
					y = d.uniform(n, 0, 1)
					if l.distributions && l.loss.Kind == backend.CategoricalCrossentropy {
						y = d.distributions(rows, cols)
					}
					if n > 4 { // held: at both ends, outside, and just inside
						copy(y, []float32{0, 1, -0.5, 1.5, 2e-7})
					}
				}
				if l.distributions {
					target = d.distributions(rows, cols)
				}
				if l.binary {
					for i := range target {
						target[i] = float32(i % 2)
					}
				} else if !l.probabilities && n > 2 {
					target[n/2] = y[n/2] // where |y − t| bends
				}
				what, inPlace := l.name, [][2]int{{3, 0}}
				if !gradient {
					what, inPlace = what+" without gradient", nil
				}
				return call{what: what, dims: []int{rows, cols}, inPlace: inPlace,
					operands: []operand{in(y), in(target), out(rows), out(n).or(gradient)},
					run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
						b.Loss(l.loss, s[0], s[1], x[0], x[1], x[2], x[3])
						return 0
					}}
			})...)
		}
	}
	return calls
}

func softmaxCrossEntropyCalls(d data) []call {
	var calls []call
	for _, gradient := range []bool{true, false} {
		calls = append(calls, matrices(d, func(rows, cols int) call {
			n := rows * cols
			net := d.normal(n)
			for i := range net {
				net[i] = net[i]*3 + 200 // exp(200) is beyond float32
			}
			target := d.oneHot(rows, cols)
			what, inPlace := "", [][2]int{{3, 0}}
			if rows%2 == 1 {
				target, what = d.distributions(rows, cols), "soft targets"
			}
			if !gradient {
				what, inPlace = what+" without gradient", nil
			}
			return call{what: what, dims: []int{rows, cols}, inPlace: inPlace,
				operands: []operand{in(net), fixed(target), out(rows), out(n).or(gradient)},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.SoftmaxCrossEntropy(s[0], s[1], x[0], x[1], x[2], x[3])
					return 0
				}}
		})...)
	}
	return calls
}
