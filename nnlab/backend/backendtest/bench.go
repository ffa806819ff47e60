package backendtest

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Benchmark measures the kernels with the sizes of the lecture's MLP,
// 784–512–512–10, and of its CNN: products and convolutions in GFLOP/s, the rest
// in the GB/s that it must move.
func Benchmark(b *testing.B, be backend.Backend) {
	d := newData("benchmark")
	random := func(n int) backend.Buffer { return upload(be, d.normal(n)) }
	for _, g := range []struct {
		t       backend.Transpose
		m, k, n int
	}{
		{backend.NN, 128, 784, 512}, // forward
		{backend.NN, 128, 512, 512},
		{backend.NN, 128, 512, 10},
		{backend.TN, 784, 128, 512}, // ∂E/∂W
		{backend.TN, 512, 128, 512},
		{backend.TN, 512, 128, 10},
		{backend.NT, 128, 512, 512}, // ∂E/∂x
		{backend.NT, 128, 10, 512},
		{backend.NN, 32, 784, 512},
		{backend.TN, 784, 32, 512},
		{backend.NT, 32, 512, 512},
		{backend.NN, 1, 784, 512},
		{backend.NN, 1024, 1024, 1024},
	} {
		b.Run(fmt.Sprintf("Gemm/%s/%dx%dx%d", transposes[g.t], g.m, g.k, g.n), func(b *testing.B) {
			x, y, z, bias := random(g.m*g.k), random(g.k*g.n), random(g.m*g.n), random(g.n)
			var e backend.Epilogue
			if g.t == backend.NN {
				e = backend.Epilogue{Bias: bias, Activation: backend.Activation{Kind: backend.ReLU}}
			}
			for b.Loop() {
				be.Gemm(g.t, g.m, g.n, g.k, x, y, 0, z, e)
			}
			finish(b, be)
			report(b, 2*g.m*g.k*g.n, "GFLOP/s")
		})
	}

	benchmarkSparse(b, be)
	benchmarkConvolutions(b, be)
	benchmarkGaps(b, be)
	benchmarkPools(b, be)
	benchmarkMatrices(b, be)

	const n = 784*512 + 512
	w, g, s, v := random(n), random(n), be.Alloc(n), be.Alloc(n)
	be.Fill(n, 1, s) // Adam and RMSprop take roots of it
	be.Fill(n, 1, v)
	passes(b, be, n, []pass{ // over the parameters of the first layer
		{"SGD", 3, func() { be.SGD(backend.SGD{LearningRate: 1e-9}, n, w, g, nil) }},
		{"SGD/nesterov", 5, func() { be.SGD(backend.SGD{LearningRate: 1e-9, Momentum: 0.9, Nesterov: true}, n, w, g, s) }},
		{"SGD/momentum", 5, func() { be.SGD(backend.SGD{LearningRate: 1e-9, Momentum: 0.9}, n, w, g, s) }},
		{"RMSprop", 5, func() { be.RMSprop(backend.RMSprop{LearningRate: 1e-9, Rho: 0.9, Epsilon: 1e-7}, n, w, g, s, nil) }},
		{"RMSprop/momentum", 7, func() {
			be.RMSprop(backend.RMSprop{LearningRate: 1e-9, Rho: 0.9, Momentum: 0.9, Epsilon: 1e-7}, n, w, g, s, v)
		}},
		{"Adam/decay", 7, func() {
			be.Adam(backend.Adam{LearningRate: 1e-9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, WeightDecay: 1e-9, Step: 1}, n, w, g, s, v)
		}},
		{"Adam", 7, func() {
			be.Adam(backend.Adam{LearningRate: 1e-9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Step: 1}, n, w, g, s, v)
		}},
		{"Nadam", 7, func() {
			be.Nadam(backend.Nadam{LearningRate: 1e-9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Step: 1}, n, w, g, s, v)
		}},
		{"Adagrad", 5, func() { be.Adagrad(backend.Adagrad{LearningRate: 1e-9, Epsilon: 1e-7}, n, w, g, s) }},
		{"Adadelta", 7, func() { be.Adadelta(backend.Adadelta{LearningRate: 1e-9, Rho: 0.95, Epsilon: 1e-7}, n, w, g, s, v) }},
		{"Clip", 2, func() { be.Clip(n, 0.5, g) }},
		{"Regularize", 3, func() { be.Regularize(n, 1e-9, 1e-9, w, g) }},
		{"Axpy", 3, func() { be.Axpy(n, 1e-9, g, w) }},
		{"SumSquares", 1, func() { be.SumSquares(n, g) }},
		{"NonFinite", 1, func() { be.NonFinite(n, g) }},
	})

	const rows, cols, classes = 128, 512, 10
	x, y, dy, z := random(rows*cols), random(rows*cols), random(rows*cols), be.Alloc(rows*cols)
	net, target, loss := random(rows*classes), upload(be, d.oneHot(rows, classes)), be.Alloc(rows)
	passes(b, be, rows*cols, []pass{
		{"Activate/sigmoid", 2, func() { be.Activate(backend.Activation{Kind: backend.Sigmoid}, rows*cols, x, y) }},
		{"Activate/tanh", 2, func() { be.Activate(backend.Activation{Kind: backend.Tanh}, rows*cols, x, y) }},
		{"Activate/leaky_relu", 2, func() { be.Activate(backend.Activation{Kind: backend.LeakyReLU, Alpha: 0.3}, rows*cols, x, y) }},
		{"Activate/elu", 2, func() { be.Activate(backend.Activation{Kind: backend.ELU, Alpha: 1}, rows*cols, x, y) }},
		{"ActivateGrad/leaky_relu", 3, func() {
			be.ActivateGrad(backend.Activation{Kind: backend.LeakyReLU, Alpha: 0.3}, rows*cols, x, dy, dy)
		}},
		{"ActivateGrad/elu", 3, func() { be.ActivateGrad(backend.Activation{Kind: backend.ELU, Alpha: 1}, rows*cols, x, dy, dy) }},
		{"ActivateGrad/relu", 3, func() { be.ActivateGrad(backend.Activation{Kind: backend.ReLU}, rows*cols, x, dy, dy) }},
		{"ActivateGrad/sigmoid", 3, func() { be.ActivateGrad(backend.Activation{Kind: backend.Sigmoid}, rows*cols, y, dy, dy) }},
		{"Multiply", 3, func() { be.Multiply(rows*cols, x, y, dy) }},
		{"Maximum", 3, func() { be.Maximum(rows*cols, x, y, dy) }},
		{"MaximumGrad", 5, func() { be.MaximumGrad(rows*cols, x, y, dy, dy, z) }},
		{"Scale", 2, func() { be.Scale(rows*cols, 1, x) }},
		{"Noise", 2, func() { be.Noise(rows*cols, 0.1, backend.Key{Base: 7}, x, y) }},
		{"Loss/mean squared error", 3, func() { be.Loss(backend.Loss{Kind: backend.MSE}, rows, cols, x, y, loss, z) }},
		{"Loss/categorical cross-entropy", 3, func() {
			be.Loss(backend.Loss{Kind: backend.CategoricalCrossentropy}, rows, cols, x, y, loss, z)
		}},
		{"Loss/binary cross-entropy from logits", 3, func() {
			be.Loss(backend.Loss{Kind: backend.BinaryCrossentropyFromLogits}, rows, cols, x, y, loss, z)
		}},
		{"Dropout", 2, func() { be.Dropout(rows*cols, 0.2, backend.Key{Base: 7}, x, y) }},
		{"SumRows", 1, func() { be.SumRows(rows, cols, x, 0, y) }},
	})
	passes(b, be, rows*classes, []pass{
		{"Softmax", 2, func() { be.Softmax(rows, classes, net, y) }},
		{"SoftmaxCrossEntropy", 3, func() { be.SoftmaxCrossEntropy(rows, classes, net, target, loss, y) }},
	})
}

// pass is a kernel that goes over memory once.
type pass struct {
	name  string
	moved int // numbers read and written for each of n
	run   func()
}

// passes measures kernels on n numbers.
func passes(b *testing.B, be backend.Backend, n int, all []pass) {
	for _, p := range all {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				p.run()
			}
			finish(b, be)
			report(b, 4*p.moved*n, "GB/s")
		})
	}
}

// finish waits for the device before the clock is read.
func finish(b *testing.B, be backend.Backend) {
	if err := be.Sync(); err != nil {
		b.Fatal(err)
	}
}

// report adds a rate, of n operations or bytes an iteration.
func report(b *testing.B, n int, unit string) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e9, unit)
}
