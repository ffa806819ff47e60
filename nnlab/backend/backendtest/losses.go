package backendtest

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

var lossKernels = []kernel{
	{"Loss", lossCalls},
	{"SoftmaxCrossEntropy", softmaxCrossEntropyCalls},
}

func lossCalls(d data) []call {
	var calls []call
	for _, l := range []backend.Loss{{Kind: backend.MSE}, {Kind: backend.CategoricalCrossentropy}} {
		for _, gradient := range []bool{true, false} {
			calls = append(calls, matrices(d, func(rows, cols int) call {
				n := rows * cols
				y, target := in(d.normal(n)), in(d.normal(n))
				what, inPlace := "mean squared error", [][2]int{{3, 0}}
				if l.Kind == backend.CategoricalCrossentropy {
					p := d.distributions(rows, cols)
					if n > 4 { // held: at both ends, outside, and just inside
						copy(p, []float32{0, 1, -0.5, 1.5, 2e-7})
					}
					y, target, what = in(p), in(d.distributions(rows, cols)), "categorical cross-entropy"
				}
				if !gradient {
					what, inPlace = what+" without gradient", nil
				}
				return call{what: what, dims: []int{rows, cols}, inPlace: inPlace,
					operands: []operand{y, target, out(rows), out(n).or(gradient)},
					run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
						b.Loss(l, s[0], s[1], x[0], x[1], x[2], x[3])
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
