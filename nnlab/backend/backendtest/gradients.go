package backendtest

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// gradients pairs each kernel of a forward pass with the kernels that a layer
// calls in its backward pass. Where a function has many outputs y, E = Σ w·y
// with fixed random w, so that ∂E/∂y = w.
var gradients = slices.Concat(gemmGradients(), activationGradients(), convolutionGradients(), poolGradients(), normGradients(), lossGradients(), []gradient{
	{"Maximum", maximumGradient},
	{"Softmax", softmaxGradient},
	{"Dropout", dropoutGradient},
	{"Bias", biasGradient},
	{"SoftmaxCrossEntropy", softmaxCrossEntropyGradient},
	{"L1", regularizeGradient(0.3, 0)},
	{"L2", regularizeGradient(0, 0.3)},
})

// gemmGradients are ∂E/∂A and ∂E/∂B of the four products C = op(A)·op(B), which
// are products themselves, with G = ∂E/∂C:
//
//	NN   ∂A = G·Bᵀ    ∂B = Aᵀ·G
//	TN   ∂A = B·Gᵀ    ∂B = A·G
//	NT   ∂A = G·B     ∂B = Gᵀ·A
//	TT   ∂A = Bᵀ·Gᵀ   ∂B = Gᵀ·Aᵀ
func gemmGradients() []gradient {
	const m, n, k = 5, 7, 6
	var all []gradient
	for t, name := range transposes {
		forward := func(b backend.Backend, w []float32, x, y backend.Buffer) float64 {
			c := b.Alloc(m * n)
			b.Gemm(backend.Transpose(t), m, n, k, x, y, 0, c, backend.Epilogue{})
			return dot(b, w, c)
		}
		all = append(all,
			gradient{"Gemm" + name + "/A", func(d data) function {
				other, w := d.normal(k*n), d.normal(m*n)
				return function{x: d.normal(m * k),
					e: func(b backend.Backend, x backend.Buffer) float64 { return forward(b, w, x, upload(b, other)) },
					grad: func(b backend.Backend, x, dx backend.Buffer) {
						B, G := upload(b, other), upload(b, w)
						switch backend.Transpose(t) {
						case backend.NN:
							b.Gemm(backend.NT, m, k, n, G, B, 0, dx, backend.Epilogue{})
						case backend.TN:
							b.Gemm(backend.NT, k, m, n, B, G, 0, dx, backend.Epilogue{})
						case backend.NT:
							b.Gemm(backend.NN, m, k, n, G, B, 0, dx, backend.Epilogue{})
						case backend.TT:
							b.Gemm(backend.TT, k, m, n, B, G, 0, dx, backend.Epilogue{})
						}
					}}
			}},
			gradient{"Gemm" + name + "/B", func(d data) function {
				other, w := d.normal(m*k), d.normal(m*n)
				return function{x: d.normal(k * n),
					e: func(b backend.Backend, x backend.Buffer) float64 { return forward(b, w, upload(b, other), x) },
					grad: func(b backend.Backend, x, dx backend.Buffer) {
						A, G := upload(b, other), upload(b, w)
						switch backend.Transpose(t) {
						case backend.NN:
							b.Gemm(backend.TN, k, n, m, A, G, 0, dx, backend.Epilogue{})
						case backend.TN:
							b.Gemm(backend.NN, k, n, m, A, G, 0, dx, backend.Epilogue{})
						case backend.NT:
							b.Gemm(backend.TN, n, k, m, G, A, 0, dx, backend.Epilogue{})
						case backend.TT:
							b.Gemm(backend.TT, n, k, m, G, A, 0, dx, backend.Epilogue{})
						}
					}}
			}})
	}
	return all
}

// activationGradients are those of the elementwise functions, alone and as the
// epilogue of a product.
func activationGradients() []gradient {
	const n = 65
	var all []gradient
	for _, f := range allActivations {
		kink := around(0)
		if f.Kind < backend.ReLU {
			kink = nil
		}
		all = append(all, gradient{"Activate/" + f.Kind.String(), func(d data) function {
			w := d.normal(n)
			return function{x: d.normal(n), kink: kink,
				e: func(b backend.Backend, x backend.Buffer) float64 {
					y := b.Alloc(n)
					b.Activate(f, n, x, y)
					return dot(b, w, y)
				},
				grad: func(b backend.Backend, x, dx backend.Buffer) {
					y := b.Alloc(n)
					b.Activate(f, n, x, y)
					b.ActivateGrad(f, n, y, upload(b, w), dx)
				}}
		}})
	}
	return all
}

// maximumGradient has both operands in x.
func maximumGradient(d data) function {
	const n = 33
	w := d.normal(n)
	return function{x: d.normal(2 * n),
		e: func(b backend.Backend, x backend.Buffer) float64 {
			z := b.Alloc(n)
			b.Maximum(n, b.Slice(x, 0, n), b.Slice(x, n, 2*n), z)
			return dot(b, w, z)
		},
		grad: func(b backend.Backend, x, dx backend.Buffer) {
			b.MaximumGrad(n, b.Slice(x, 0, n), b.Slice(x, n, 2*n), upload(b, w), b.Slice(dx, 0, n), b.Slice(dx, n, 2*n))
		}}
}

func softmaxGradient(d data) function {
	const rows, cols, n = 4, 7, 4 * 7
	w := d.normal(n)
	return function{x: d.normal(n),
		e: func(b backend.Backend, x backend.Buffer) float64 {
			y := b.Alloc(n)
			b.Softmax(rows, cols, x, y)
			return dot(b, w, y)
		},
		grad: func(b backend.Backend, x, dx backend.Buffer) {
			y := b.Alloc(n)
			b.Softmax(rows, cols, x, y)
			b.SoftmaxGrad(rows, cols, y, upload(b, w), dx)
		}}
}

func dropoutGradient(d data) function {
	const n, rate, key = 65, 0.3, 17
	w := d.normal(n)
	return function{x: d.normal(n),
		e: func(b backend.Backend, x backend.Buffer) float64 {
			y := b.Alloc(n)
			b.Dropout(n, rate, backend.Key{Base: key}, x, y)
			return dot(b, w, y)
		},
		grad: func(b backend.Backend, x, dx backend.Buffer) {
			b.Dropout(n, rate, backend.Key{Base: key}, upload(b, w), dx)
		}}
}

// biasGradient: y = tanh(a·b + bias), ∂E/∂bias = Σ_rows w ⊙ f'(y).
func biasGradient(d data) function {
	const m, n, k = 5, 7, 6
	left, right, w := d.normal(m*k), d.normal(k*n), d.normal(m*n)
	f := backend.Activation{Kind: backend.Tanh}
	forward := func(b backend.Backend, bias backend.Buffer) backend.Buffer {
		y := b.Alloc(m * n)
		b.Gemm(backend.NN, m, n, k, upload(b, left), upload(b, right), 0, y, backend.Epilogue{Bias: bias, Activation: f})
		return y
	}
	return function{x: d.normal(n),
		e: func(b backend.Backend, x backend.Buffer) float64 { return dot(b, w, forward(b, x)) },
		grad: func(b backend.Backend, x, dx backend.Buffer) {
			δ := upload(b, w)
			b.ActivateGrad(f, m*n, forward(b, x), δ, δ)
			b.SumRows(m, n, δ, 0, dx)
		}}
}

// lossGradients: the gradient is that of the mean over the rows.
func lossGradients() []gradient {
	const rows, cols, n = 4, 6, 4 * 6
	var all []gradient
	for _, l := range someLosses {
		all = append(all, gradient{l.name, func(d data) function {
			target, x := d.distributions(rows, cols), d.normal(n)
			if l.probabilities {
				x = d.uniform(n, 0.3, 0.7)
				copy(x, []float32{-0.5, 1.5}) // held, where nothing changes
			}
			if l.binary {
				copy(target, make([]float32, n/2)) // as many of −1 as others
			}
			loss := func(b backend.Backend, x, dx backend.Buffer) float64 {
				e := b.Alloc(rows)
				b.Loss(l.loss, rows, cols, x, upload(b, target), e, dx)
				return b.Sum(rows, e) / rows
			}
			return function{x: x,
				e:    func(b backend.Backend, x backend.Buffer) float64 { return loss(b, x, nil) },
				grad: func(b backend.Backend, x, dx backend.Buffer) { loss(b, x, dx) }}
		}})
	}
	return all
}

func softmaxCrossEntropyGradient(d data) function {
	const rows, cols, n = 4, 6, 4 * 6
	target := d.oneHot(rows, cols)
	copy(target, []float32{0.5, 0.25, 0, 0, 0.25, 0})
	loss := func(b backend.Backend, x, dx backend.Buffer) float64 {
		e := b.Alloc(rows)
		b.SoftmaxCrossEntropy(rows, cols, x, upload(b, target), e, dx)
		return b.Sum(rows, e) / rows
	}
	return function{x: d.normal(n),
		e:    func(b backend.Backend, x backend.Buffer) float64 { return loss(b, x, nil) },
		grad: func(b backend.Backend, x, dx backend.Buffer) { loss(b, x, dx) }}
}

// regularizeGradient: l1·Σ|w| + l2·Σw².
func regularizeGradient(l1, l2 float64) func(d data) function {
	const n = 33
	return func(d data) function {
		f := function{x: d.normal(n),
			e: func(b backend.Backend, x backend.Buffer) float64 {
				return l1*b.SumAbs(n, x) + l2*b.SumSquares(n, x)
			},
			grad: func(b backend.Backend, x, dx backend.Buffer) { b.Regularize(n, l1, l2, x, dx) }}
		if l1 != 0 {
			f.kink = around(0)
		}
		return f
	}
}
