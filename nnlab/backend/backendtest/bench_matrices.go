package backendtest

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// benchmarkMatrices measures what goes along the rows or the columns of large
// matrices: batch normalisation in a ResNet, bias gradients of a convolution,
// AlexNet's local normalisation, a softmax over ImageNet's classes.
func benchmarkMatrices(b *testing.B, be backend.Backend) {
	d := newData("matrices")
	for _, m := range []struct{ rows, cols int }{{128 * 24 * 24, 64}, {8 * 56 * 56, 64}, {8 * 7 * 7, 2048}, {8 * 27 * 27, 96}, {32, 1000}} {
		rows, cols := m.rows, m.cols
		random := func(n int) backend.Buffer { return upload(be, d.normal(n)) }
		x, y, z := random(rows*cols), random(rows*cols), random(rows*cols)
		mean, variance, gamma, beta := random(cols), upload(be, d.uniform(cols, 1, 2)), random(cols), random(cols)
		dgamma, dbeta := be.Alloc(cols), be.Alloc(cols)
		target, loss := upload(be, d.oneHot(rows, cols)), be.Alloc(rows)
		alexnet := backend.LocalResponse{Size: 5, K: 2, Alpha: 1e-4, Beta: 0.75}
		kernels := []pass{
			{"SumRows", 1, func() { be.SumRows(rows, cols, x, 0, mean) }},
			{"Moments", 1, func() { be.Moments(rows, cols, x, mean, variance) }},
			{"Normalize", 2, func() { be.Normalize(rows, cols, 1e-3, x, mean, variance, gamma, beta, y) }},
			{"NormalizeGrad", 3, func() {
				be.NormalizeGrad(rows, cols, 1e-3, x, mean, variance, gamma, z, 0, dgamma, dbeta, y)
			}},
			{"LayerNorm", 2, func() { be.LayerNorm(rows, cols, 1e-3, x, gamma, beta, y) }},
			{"LayerNormGrad", 3, func() { be.LayerNormGrad(rows, cols, 1e-3, x, gamma, z, 0, dgamma, dbeta, y) }},
			{"LocalResponse", 2, func() { be.LocalResponse(alexnet, rows, cols, x, y) }},
			{"LocalResponseGrad", 3, func() { be.LocalResponseGrad(alexnet, rows, cols, x, z, y) }},
			{"Softmax", 2, func() { be.Softmax(rows, cols, x, y) }},
			{"SoftmaxGrad", 3, func() { be.SoftmaxGrad(rows, cols, x, z, y) }},
			{"SoftmaxCrossEntropy", 3, func() { be.SoftmaxCrossEntropy(rows, cols, x, target, loss, y) }},
			{"ScaleRows", 2, func() { be.ScaleRows(rows, cols, loss, y) }},
			{"ArgMax", 1, func() { be.ArgMax(rows, cols, x, loss) }},
			{"Copy", 2, func() { be.Copy(rows*cols, x, y) }},
			{"Fill", 1, func() { be.Fill(rows*cols, 1, y) }},
			{"Axpy", 3, func() { be.Axpy(rows*cols, 1, x, y) }},
			{"Dropout", 2, func() { be.Dropout(rows*cols, 0.25, backend.Key{Base: 7}, x, y) }},
		}
		for i := range kernels {
			kernels[i].name = fmt.Sprintf("%s/%dx%d", kernels[i].name, rows, cols)
		}
		passes(b, be, rows*cols, kernels)
	}
}
