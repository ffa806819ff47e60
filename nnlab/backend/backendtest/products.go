package backendtest

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var productKernels = []kernel{{"Gemm", gemmCalls}}

var (
	transposes     = []string{backend.NN: "NN", backend.TN: "TN", backend.NT: "NT", backend.TT: "TT"}
	allActivations = []backend.Activation{{Kind: backend.Linear}, {Kind: backend.Sigmoid}, {Kind: backend.Tanh}, {Kind: backend.ReLU},
		{Kind: backend.LeakyReLU, Alpha: 0.1}, {Kind: backend.ELU, Alpha: 1}, {Kind: backend.Step}}
)

// gemmCalls are every size as m, n and k with every transposition, every
// epilogue, and a few products larger than a backend's blocks.
func gemmCalls(d data) []call {
	var calls []call
	for t := range transposes {
		for _, size := range sizes {
			calls = append(calls,
				gemmCall(d, t, size, d.size(), d.size(), 0, false, backend.Activation{}),
				gemmCall(d, t, d.size(), size, d.size(), 0, true, backend.Activation{Kind: backend.ReLU}),
				gemmCall(d, t, d.size(), d.size(), size, 1, false, backend.Activation{}))
		}
		for _, beta := range []float64{0, 1, -0.5} {
			for _, bias := range []bool{false, true} {
				for _, f := range allActivations {
					calls = append(calls, gemmCall(d, t, 1+d.IntN(40), 1+d.IntN(40), 1+d.IntN(40), beta, bias, f))
				}
			}
		}
		for i, f := range allActivations {
			calls = append(calls, gemmCall(d, t, 1+d.IntN(40), 1+d.IntN(40), 1+d.IntN(40), float64(i%2), i%3 == 0, allActivations[i%3], f))
		}
		for _, k := range []int{255, 256, 257, 511, 513, 767, 1023} { // around what a cache holds
			calls = append(calls, gemmCall(d, t, 1+d.IntN(9), 1+d.IntN(20), k, 0, true, backend.Activation{}))
		}
		calls = append(calls,
			gemmCall(d, t, 19, 37, 520, 0, true, backend.Activation{Kind: backend.ReLU}),
			gemmCall(d, t, 260, 5, 258, -0.5, true, backend.Activation{Kind: backend.Tanh}),
			gemmCall(d, t, 3, 150, 515, 1, false, backend.Activation{}),
			gemmCall(d, t, 70, 130, 37, 0, false, backend.Activation{Kind: backend.Sigmoid}))
		for _, every := range []int{2, 9, 11} {
			calls = append(calls, withBorders(gemmCall(d, t, 64, 90, 396, 0, t == int(backend.NN), backend.Activation{}), every))
			calls = append(calls, withBorders(gemmCall(d, t, 396, 90, 61, 0, false, backend.Activation{}), every))
		}
	}
	return calls
}

// withBorders clears columns of A, as it is stored, like those that the borders of
// images are in a batch: all but one of some that stand side by side. With an image
// size of 11 fewer are left than a backend may care for.
func withBorders(c call, every int) call {
	a, k := c.operands[0].values, 396
	for i := range a {
		if col := i % k; len(a)%k == 0 && col/8%every != 0 == (every < 10) {
			a[i] = 0
		}
	}
	c.what += fmt.Sprintf(", borders of %d", every)
	return c
}

// gemmCall makes a call; with a further activation function its derivative is in the
// epilogue.
func gemmCall(d data, t, m, n, k int, beta float64, bias bool, f backend.Activation, of ...backend.Activation) call {
	c := out(m * n)
	if beta != 0 {
		c = inout(d.normal(m * n))
	}
	return call{
		what:     fmt.Sprintf("%s β=%v bias=%v %v, times the derivatives of %v", transposes[t], beta, bias, f.Kind, of),
		dims:     []int{m, n, k},
		operands: []operand{in(d.normal(m * k)), in(d.normal(k * n)), c, in(d.normal(n)).or(bias), in(d.normal(m * n)).or(len(of) > 0)},
		terms:    math.Sqrt(float64(k)),
		run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
			b.Gemm(backend.Transpose(t), s[0], s[1], s[2], x[0], x[1], beta, x[2],
				backend.Epilogue{Bias: x[3], Activation: f, Derivative: derivative(x[4], of)})
			return 0
		},
	}
}

// derivative is that of a function, if there is one, with its output.
func derivative(y backend.Buffer, of []backend.Activation) backend.Derivative {
	if len(of) == 0 {
		return backend.Derivative{}
	}
	return backend.Derivative{Of: of[0], Output: y}
}
