package backendtest

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var productKernels = []kernel{{"Gemm", func(d data) []call { return append(gemmCalls(d), sparseCalls(d)...) }}}

var (
	transposes     = []string{backend.NN: "NN", backend.TN: "TN", backend.NT: "NT", backend.TT: "TT"}
	allActivations = []backend.Activation{{Kind: backend.Linear}, {Kind: backend.Sigmoid}, {Kind: backend.Tanh}, {Kind: backend.ReLU},
		{Kind: backend.LeakyReLU, Alpha: 0.1}, {Kind: backend.ELU, Alpha: 1}, {Kind: backend.Step}, {Kind: backend.ScaledTanh}}
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
		for m := 1; m <= 9; m++ { // few rows, and a B that is read in pieces or in order
			calls = append(calls,
				gemmCall(d, t, m, 260+d.IntN(50), 260+d.IntN(50), 0, false, backend.Activation{}),
				gemmCall(d, t, m, 1+d.IntN(70), 1000+d.IntN(100), 1, true, backend.Activation{}),
				gemmCall(d, t, m, 1000+d.IntN(100), 1+d.IntN(70), -0.5, true, backend.Activation{Kind: backend.Tanh}, backend.Activation{Kind: backend.ReLU}))
		}
		calls = append(calls,
			gemmCall(d, t, 2, 1030, 2050, 0, false, backend.Activation{}), // larger than a cache
			gemmCall(d, t, 1+d.IntN(4), 1030, 70, 0, false, backend.Activation{}),
			gemmCall(d, t, 19, 70, 1500, -0.5, true, backend.Activation{Kind: backend.Tanh}, backend.Activation{Kind: backend.ReLU}), // deep
			gemmCall(d, t, 33, 130, 700, 0, true, backend.Activation{Kind: backend.ReLU}))
	}
	return calls
}

// sparseCalls are products with zeros in A, which a backend may leave out.
func sparseCalls(d data) []call {
	var calls []call
	for t := range transposes {
		for _, density := range []float64{0, 0.1, 0.3, 0.5, 0.8} {
			for _, c := range []call{
				gemmCall(d, t, 40, 128, 70, 0, false, backend.Activation{}),
				gemmCall(d, t, 1, 260+d.IntN(50), 300+d.IntN(100), 1, true, backend.Activation{Kind: backend.ReLU}),
				gemmCall(d, t, 9+d.IntN(60), 100+d.IntN(100), 300+d.IntN(100), 0, true, backend.Activation{Kind: backend.ReLU}),
				gemmCall(d, t, 230+d.IntN(60), 30+d.IntN(100), 40+d.IntN(100), -0.5, false, backend.Activation{Kind: backend.Tanh}),
				gemmCall(d, t, 50+d.IntN(60), 64, 113, 1, true, backend.Activation{Kind: backend.LeakyReLU, Alpha: 0.1}, backend.Activation{Kind: backend.ReLU}),
			} {
				calls = append(calls, withZeros(d, t, density, c))
			}
		}
		half := gemmCall(d, t, 90, 120, 117, 0, false, backend.Activation{})
		half.what += ", one half of A is 0, the other has no zeros"
		clear(half.operands[0].values[len(half.operands[0].values)/2:])
		calls = append(calls, half)
	}
	return calls
}

// withZeros clears numbers of A until about a share of them is left: of ten rows and
// ten columns, as A is stored, about one whole, the others one by one.
func withZeros(d data, t int, density float64, c call) call {
	a, cols := c.operands[0].values, c.dims[2]
	if t == int(backend.TN) || t == int(backend.TT) {
		cols = c.dims[0]
	}
	alone, row, col := density/0.9/0.9, d.IntN(10), d.IntN(10)
	for i := range a {
		if i/cols%10 == row || i%cols%10 == col || d.Float64() >= alone {
			a[i] = 0
		}
	}
	c.what += fmt.Sprintf(", %v of A is not 0", density)
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
