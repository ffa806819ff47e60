package backendtest

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var poolKernels = []kernel{
	{"MaxPool", poolCalls(func(b backend.Backend, w backend.Window, n int, x, y backend.Buffer) { b.MaxPool(w, n, x, y) })},
	{"AveragePool", poolCalls(func(b backend.Backend, w backend.Window, n int, x, y backend.Buffer) { b.AveragePool(w, n, x, y) })},
	{"MaxPoolGrad", maxPoolGradCalls},
	{"AveragePoolGrad", averagePoolGradCalls},
}

// poolWindows are windows that touch, overlap, skip, have gaps, and stick out.
func poolWindows() []backend.Window {
	one := [3]int{1, 1, 1}
	return []backend.Window{
		window([3]int{1, 1, 8}, [3]int{1, 1, 2}, [3]int{1, 1, 2}, one, [3]int{}, 3),
		window([3]int{1, 6, 8}, [3]int{1, 2, 2}, [3]int{1, 2, 2}, one, [3]int{}, 9),
		window([3]int{1, 7, 9}, [3]int{1, 3, 3}, [3]int{1, 2, 2}, one, [3]int{0, 1, 1}, 65),
		window([3]int{1, 7, 5}, [3]int{1, 2, 3}, [3]int{1, 3, 1}, one, [3]int{}, 1),
		window([3]int{3, 5, 4}, [3]int{2, 2, 2}, [3]int{1, 2, 2}, one, [3]int{1, 0, 1}, 5),
		window([3]int{1, 6, 7}, [3]int{1, 6, 7}, one, one, [3]int{}, 10),
		window([3]int{1, 9, 11}, [3]int{1, 2, 3}, [3]int{1, 1, 2}, [3]int{1, 3, 2}, [3]int{0, 1, 3}, 8),
		window([3]int{1, 41, 30}, [3]int{1, 9, 9}, one, one, [3]int{}, 65),                    // a cell lies in 81, shared
		window([3]int{1, 41, 30}, [3]int{1, 3, 3}, [3]int{1, 2, 2}, one, [3]int{0, 1, 1}, 65), // shared among workers
	}
}

func poolCalls(kernel func(b backend.Backend, w backend.Window, n int, x, y backend.Buffer)) func(data) []call {
	return func(d data) []call {
		const n = 3
		var calls []call
		for _, w := range poolWindows() {
			calls = append(calls, call{what: fmt.Sprintf("%+v", w), dims: []int{n},
				operands: []operand{in(d.normal(n * w.Inputs() * w.Channels)), out(n * w.Outputs() * w.Channels)},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					kernel(b, w, s[0], x[0], x[1])
					return 0
				}})
		}
		return calls
	}
}

func maxPoolGradCalls(d data) []call {
	const n = 3
	var calls []call
	for _, of := range [][]backend.Activation{nil, {{Kind: backend.ReLU}}, {{Kind: backend.Tanh}}} {
		for _, w := range poolWindows() {
			x := make([]float32, n*w.Inputs()*w.Channels)
			for i := range x {
				x[i] = float32(d.IntN(5)) // the largest is there several times
			}
			calls = append(calls, call{what: fmt.Sprintf("%+v, times the derivatives of %v", w, of), dims: []int{n}, terms: 1,
				operands: []operand{in(x), in(d.normal(n * w.Outputs() * w.Channels)), out(len(x)), in(d.normal(len(x))).or(of != nil)},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.MaxPoolGrad(w, s[0], x[0], x[1], x[2], derivative(x[3], of))
					return 0
				}})
		}
	}
	return calls
}

func averagePoolGradCalls(d data) []call {
	const n = 3
	var calls []call
	for _, w := range poolWindows() {
		calls = append(calls, call{what: fmt.Sprintf("%+v", w), dims: []int{n}, terms: 1,
			operands: []operand{in(d.normal(n * w.Outputs() * w.Channels)), out(n * w.Inputs() * w.Channels)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.AveragePoolGrad(w, s[0], x[0], x[1])
				return 0
			}})
	}
	return calls
}

func poolGradients() []gradient {
	const n = 2
	var all []gradient
	for i, w := range poolWindows() {
		if w.Channels > 10 {
			continue // says nothing new, and takes long
		}
		inputs, outputs := n*w.Inputs()*w.Channels, n*w.Outputs()*w.Channels
		all = append(all,
			gradient{fmt.Sprintf("MaxPool/%d", i), func(d data) function {
				weight, x := d.normal(outputs), make([]float32, inputs)
				for i, v := range d.Perm(inputs) {
					x[i] = float32(v) / 16 // further apart than the differences reach
				}
				return function{x: x,
					e: func(b backend.Backend, x backend.Buffer) float64 {
						y := b.Alloc(outputs)
						b.MaxPool(w, n, x, y)
						return dot(b, weight, y)
					},
					grad: func(b backend.Backend, x, dx backend.Buffer) {
						b.MaxPoolGrad(w, n, x, upload(b, weight), dx, backend.Derivative{})
					}}
			}},
			gradient{fmt.Sprintf("AveragePool/%d", i), func(d data) function {
				weight := d.normal(outputs)
				return function{x: d.normal(inputs),
					e: func(b backend.Backend, x backend.Buffer) float64 {
						y := b.Alloc(outputs)
						b.AveragePool(w, n, x, y)
						return dot(b, weight, y)
					},
					grad: func(b backend.Backend, x, dx backend.Buffer) { b.AveragePoolGrad(w, n, upload(b, weight), dx) }}
			}})
	}
	return all
}
