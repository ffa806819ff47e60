package backendtest

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var normKernels = []kernel{
	{"Moments", momentsCalls},
	{"Normalize", normalizeCalls},
	{"NormalizeGrad", normalizeGradCalls},
	{"LayerNorm", layerNormCalls},
	{"LayerNormGrad", layerNormGradCalls},
	{"LocalResponse", localResponseCalls},
	{"LocalResponseGrad", localResponseGradCalls},
}

const normEpsilon = 1e-3

// local is AlexNet's normalisation with constants at which it does something.
var local = []backend.LocalResponse{{Size: 5, K: 2, Alpha: 0.3, Beta: 0.75}, {Size: 4, K: 1, Alpha: 0.1, Beta: 1}, {Size: 1, K: 1, Alpha: 1, Beta: 0.5}}

func momentsCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		return call{dims: []int{rows, cols}, operands: []operand{in(d.normal(rows * cols)), out(cols), out(cols)}, terms: 1,
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Moments(s[0], s[1], x[0], x[1], x[2])
				return 0
			}}
	})
}

func normalizeCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		n := rows * cols
		return call{dims: []int{rows, cols}, inPlace: [][2]int{{5, 0}}, terms: 8,
			operands: []operand{in(d.normal(n)), in(d.normal(cols)), in(d.uniform(cols, 0.5, 2)), in(d.normal(cols)), in(d.normal(cols)), out(n)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.Normalize(s[0], s[1], normEpsilon, x[0], x[1], x[2], x[3], x[4], x[5])
				return 0
			}}
	})
}

func normalizeGradCalls(d data) []call {
	i := 0
	return matrices(d, func(rows, cols int) call {
		accumulate := float64(i % 2)
		i++
		n, dgamma, dbeta := rows*cols, out(cols), out(cols)
		if accumulate != 0 {
			dgamma, dbeta = inout(d.normal(cols)), inout(d.normal(cols))
		}
		wanted := i%3 != 0
		inPlace := [][2]int{{7, 4}}
		if !wanted {
			inPlace = nil
		}
		return call{what: fmt.Sprintf("accumulate=%v", accumulate), dims: []int{rows, cols}, inPlace: inPlace, terms: 8 * math.Sqrt(float64(rows)),
			operands: []operand{in(d.normal(n)), in(d.normal(cols)), in(d.uniform(cols, 0.5, 2)), in(d.normal(cols)), in(d.normal(n)), dgamma, dbeta, out(n).or(wanted)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.NormalizeGrad(s[0], s[1], normEpsilon, x[0], x[1], x[2], x[3], x[4], accumulate, x[5], x[6], x[7])
				return 0
			}}
	})
}

func layerNormCalls(d data) []call {
	return matrices(d, func(rows, cols int) call {
		n := rows * cols
		return call{dims: []int{rows, cols}, terms: 8, operands: []operand{in(d.normal(n)), in(d.normal(cols)), in(d.normal(cols)), out(n)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.LayerNorm(s[0], s[1], normEpsilon, x[0], x[1], x[2], x[3])
				return 0
			}}
	})
}

func layerNormGradCalls(d data) []call {
	i := 0
	return matrices(d, func(rows, cols int) call {
		accumulate := float64(i % 2)
		i++
		n, dgamma, dbeta := rows*cols, out(cols), out(cols)
		if accumulate != 0 {
			dgamma, dbeta = inout(d.normal(cols)), inout(d.normal(cols))
		}
		// A row of one has no deviation but ε: what it multiplies is large.
		return call{what: fmt.Sprintf("accumulate=%v", accumulate), dims: []int{rows, cols}, inPlace: [][2]int{{5, 2}}, terms: 40 * math.Sqrt(float64(rows)),
			operands: []operand{in(d.normal(n)), in(d.normal(cols)), in(d.normal(n)), dgamma, dbeta, out(n).or(true)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.LayerNormGrad(s[0], s[1], normEpsilon, x[0], x[1], x[2], accumulate, x[3], x[4], x[5])
				return 0
			}}
	})
}

func localResponseCalls(d data) []call {
	i := 0
	return matrices(d, func(rows, cols int) call {
		p := local[i%len(local)]
		i++
		return call{what: fmt.Sprintf("%+v", p), dims: []int{rows, cols}, operands: []operand{in(d.normal(rows * cols)), out(rows * cols)}, terms: 1,
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.LocalResponse(p, s[0], s[1], x[0], x[1])
				return 0
			}}
	})
}

func localResponseGradCalls(d data) []call {
	i := 0
	return matrices(d, func(rows, cols int) call {
		p := local[i%len(local)]
		i++
		n := rows * cols
		return call{what: fmt.Sprintf("%+v", p), dims: []int{rows, cols}, operands: []operand{in(d.normal(n)), in(d.normal(n)), out(n)}, terms: 3,
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.LocalResponseGrad(p, s[0], s[1], x[0], x[1], x[2])
				return 0
			}}
	})
}

// normGradients: E = Σ w·y as a function of x, of γ and of β.
func normGradients() []gradient {
	const rows, cols, n = 7, 5, 7 * 5
	type norm struct {
		name    string
		forward func(b backend.Backend, x, gamma, beta, y backend.Buffer)
		grad    func(b backend.Backend, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer)
	}
	moments := func(b backend.Backend, x backend.Buffer) (mean, variance backend.Buffer) {
		mean, variance = b.Alloc(cols), b.Alloc(cols)
		b.Moments(rows, cols, x, mean, variance)
		return mean, variance
	}
	var all []gradient
	for _, k := range []norm{
		{"BatchNorm",
			func(b backend.Backend, x, gamma, beta, y backend.Buffer) {
				mean, variance := moments(b, x)
				b.Normalize(rows, cols, normEpsilon, x, mean, variance, gamma, beta, y)
			},
			func(b backend.Backend, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
				mean, variance := moments(b, x)
				b.NormalizeGrad(rows, cols, normEpsilon, x, mean, variance, gamma, dy, accumulate, dgamma, dbeta, dx)
			}},
		{"LayerNorm",
			func(b backend.Backend, x, gamma, beta, y backend.Buffer) {
				b.LayerNorm(rows, cols, normEpsilon, x, gamma, beta, y)
			},
			func(b backend.Backend, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
				b.LayerNormGrad(rows, cols, normEpsilon, x, gamma, dy, accumulate, dgamma, dbeta, dx)
			}},
	} {
		// The numbers that are varied: x, then γ, then β.
		all = append(all, gradient{k.name, func(d data) function {
			w := d.normal(n)
			part := func(b backend.Backend, all backend.Buffer) (x, gamma, beta backend.Buffer) {
				return b.Slice(all, 0, n), b.Slice(all, n, n+cols), b.Slice(all, n+cols, n+2*cols)
			}
			return function{x: d.normal(n + 2*cols),
				e: func(b backend.Backend, all backend.Buffer) float64 {
					x, gamma, beta := part(b, all)
					y := b.Alloc(n)
					k.forward(b, x, gamma, beta, y)
					return dot(b, w, y)
				},
				grad: func(b backend.Backend, all, dall backend.Buffer) {
					x, gamma, _ := part(b, all)
					dx, dgamma, dbeta := part(b, dall)
					k.grad(b, x, gamma, upload(b, w), 0, dgamma, dbeta, dx)
					// Once more onto the first gives twice the gradient.
					k.grad(b, x, gamma, upload(b, w), 1, dgamma, dbeta, dx)
					b.Scale(cols, 0.5, dgamma)
					b.Scale(cols, 0.5, dbeta)
				}}
		}})
	}
	for i, p := range local {
		all = append(all, gradient{fmt.Sprintf("LocalResponse/%d", i), func(d data) function {
			w := d.normal(n)
			return function{x: d.normal(n),
				e: func(b backend.Backend, x backend.Buffer) float64 {
					y := b.Alloc(n)
					b.LocalResponse(p, rows, cols, x, y)
					return dot(b, w, y)
				},
				grad: func(b backend.Backend, x, dx backend.Buffer) { b.LocalResponseGrad(p, rows, cols, x, upload(b, w), dx) }}
		}})
	}
	return all
}
