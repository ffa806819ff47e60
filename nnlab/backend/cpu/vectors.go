package cpu

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// vectors is the kernels that go along numbers in memory, on slices of one length
// where nothing else is said; of results they are the last arguments. They do what
// their twins in Go say, which have the same names where these are free.
type vectors struct {
	relu, sigmoid, tanh             func(x, y []float32)
	leakyReLU, elu                  func(x, y []float32, alpha float32)
	reluGrad, sigmoidGrad, tanhGrad func(y, dy, dx []float32)
	leakyReLUGrad, eluGrad          func(y, dy, dx []float32, alpha float32)
	fill, scale                     func(x []float32, v float32)
	axpy                            func(x, y []float32, alpha float32)
	multiply, maximum               func(x, y, z []float32)
	maximumGrad                     func(x, y, dz, dx, dy []float32)
	dropout                         func(x, y []float32, key uint64, first int, threshold int32, keep float32)
	noise                           func(x, y []float32, key uint64, first int, sigma float32)

	momentum, nesterov func(w, g, v []float32, rate, alpha float32)
	rmsprop            func(w, g, s []float32, rate, rho, rest, epsilon float32)
	rmspropMomentum    func(w, g, s, v []float32, rate, rho, rest, alpha, epsilon float32)
	adam               func(w, g, m, v []float32, rate, beta1, rest1, beta2, rest2, epsilon float32)
	nadam              func(w, g, m, v []float32, ofM, ofG, ofV, beta1, rest1, beta2, rest2, epsilon float32)
	adagrad            func(w, g, s []float32, rate, epsilon float32)
	adadelta           func(w, g, s, d []float32, rate, rho, rest, epsilon float32)
	clip               func(g []float32, limit float32)
	regularize         func(w, g []float32, l1, l2 float32)

	sum, sumAbs, sumSquares, nonFinite func(x []float32) float64
	largest                            func(x []float32) float32
	deviations                         func(x []float32, mean float64) float64
	dot, squaredDistance               func(x, y []float32) float64
	difference                         func(x, y, z []float32, alpha float32)

	expSum           func(x, y []float32, largest float32) float64
	softmaxGrad      func(y, dy, dx []float32, sum float64)
	chosen           func(x, t []float32, largest float32) (sum, product float64)
	crossEntropyGrad func(e, t, dx []float32, inverse, share float64)

	loss map[backend.LossKind]lossFunc // but for MSE

	// On the cells of one window.
	maxCells      func(offsets []int, x, y []float32)
	weighCells    func(offsets []int, x, weights, y []float32)
	crossCells    func(offsets []int, x, dy, weights []float32)
	meanCells     func(offsets []int, x, y []float32, count float32)
	maxCellsGrad  func(offsets []int, from, to int, x, dy, dx []float32)
	maxOfFourGrad func(dy, x0, x1, x2, x3, dx0, dx1, dx2, dx3 []float32)
	spreadCells   func(offsets []int, dy, dx []float32, share float32)

	// On matrices, beside which stand rows.
	columnSums       func(x []float32, sum []float64)
	columnDeviations func(x []float32, mean, squares []float64)
	columnProducts   func(x, dy []float32, mean, sum, product []float64)
	normalize        func(x, y, mean, slope, beta []float32)
	normalizeGrad    func(x, dy, dx, mean, slope, offset, lean []float32)

	// On one row.
	rescale           func(y, scale, shift []float32, floor float32)
	rescalePlus       func(y, plus, scale, shift []float32, floor float32)
	layerNorm         func(x, gamma, beta, y []float32, mean, inverse float64)
	layerColumns      func(x, dy []float32, sum, product []float64, mean, inverse float64)
	layerProducts     func(x, gamma, dy []float32, mean float64) (sum, product float64)
	layerNormGrad     func(x, gamma, dy, dx []float32, mean, offset, lean, inverse float64)
	localResponse     func(squares, x, y []float32, k, alpha float32, size int)
	localShares       func(squares, x, dy, scale, share []float32, k, alpha float32, size int)
	localResponseGrad func(shares, x, dy, scale, dx []float32, lean float32, size int)
}

// genericVectors are those in plain Go.
func genericVectors() vectors {
	return vectors{
		relu: relu, sigmoid: sigmoids, tanh: tanhs, leakyReLU: leakyReLU, elu: elu,
		reluGrad: reluGrad, sigmoidGrad: sigmoidGrad, tanhGrad: tanhGrad, leakyReLUGrad: leakyReLUGrad, eluGrad: eluGrad,
		fill: fill, scale: scale, axpy: axpy, multiply: multiply, maximum: maximum, maximumGrad: maximumGrad, dropout: dropout, noise: noise,

		momentum: momentum, nesterov: nesterov, rmsprop: rmsprop, rmspropMomentum: rmspropMomentum, adam: adam, nadam: nadam,
		adagrad: adagrad, adadelta: adadelta, clip: clip, regularize: regularize,

		sum: sum, sumAbs: sumAbs, sumSquares: sumSquares, nonFinite: countNonFinite, largest: slices.Max[[]float32],
		deviations: deviations, dot: dot, squaredDistance: squaredDistance, difference: difference,
		expSum: expSum, softmaxGrad: softmaxGrad, chosen: chosen, crossEntropyGrad: crossEntropyGrad,
		loss: genericLosses(),

		maxCells: maxCells, weighCells: weighCells, crossCells: crossCells, meanCells: meanCells, maxCellsGrad: maxCellsGrad, maxOfFourGrad: maxOfFourGrad, spreadCells: spreadCells,

		columnSums: columnSums, columnDeviations: columnDeviations, columnProducts: columnProducts,
		normalize: normalize, normalizeGrad: normalizeGrad,
		rescale: rescale, rescalePlus: rescalePlus,
		layerNorm: layerNorm, layerColumns: layerColumns, layerProducts: layerProducts, layerNormGrad: layerNormGrad,
		localResponse: localResponse, localShares: localShares, localResponseGrad: localResponseGrad,
	}
}
