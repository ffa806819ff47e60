//go:build !noasm

package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// vectorsAVX2 is all of [vectors], eight numbers at a time.
func vectorsAVX2() vectors {
	return vectors{
		relu: reluAVX2, sigmoid: sigmoidAVX2, tanh: tanhAVX2, leakyReLU: leakyReLUAVX2, elu: eluAVX2,
		reluGrad: reluGradAVX2, sigmoidGrad: sigmoidGradAVX2, tanhGrad: tanhGradAVX2, leakyReLUGrad: leakyReLUGradAVX2, eluGrad: eluGradAVX2,
		fill: fillAVX2, scale: scaleAVX2, axpy: axpyAVX2, multiply: multiplyAVX2, maximum: maximumAVX2, maximumGrad: maximumGradAVX2, dropout: dropoutVector, noise: noiseVector,

		momentum: momentumAVX2, nesterov: nesterovAVX2, rmsprop: rmspropAVX2, rmspropMomentum: rmspropMomentumAVX2, adam: adamAVX2, nadam: nadamAVX2,
		adagrad: adagradAVX2, adadelta: adadeltaAVX2, clip: clipAVX2, regularize: regularizeAVX2,

		sum: sumAVX2, sumAbs: sumAbsAVX2, sumSquares: sumSquaresAVX2, nonFinite: nonFiniteAVX2, largest: largestAVX2,
		deviations: deviationsAVX2, dot: dotAVX2, squaredDistance: squaredDistanceAVX2, difference: differenceAVX2,
		expSum: expSumAVX2, softmaxGrad: softmaxGradAVX2, chosen: chosenAVX2, crossEntropyGrad: crossEntropyGradAVX2,
		loss: map[backend.LossKind]lossFunc{
			backend.CategoricalCrossentropy: categoricalCrossEntropyAVX2, backend.MAE: absoluteErrorAVX2, backend.Huber: huberAVX2,
			backend.BinaryCrossentropy: binaryCrossEntropyAVX2, backend.BinaryCrossentropyFromLogits: binaryCrossEntropyFromLogitsAVX2,
			backend.Hinge: hingeAVX2, backend.KLDivergence: lossesOf(backend.KLDivergence), backend.Perceptron: lossesOf(backend.Perceptron),
		},

		maxCells: maxCellsAVX2, weighCells: weighCellsAVX2, crossCells: crossCellsAVX2, meanCells: meanCellsAVX2, maxCellsGrad: maxCellsGradAVX2, maxOfFourGrad: maxOfFourGradAVX2, spreadCells: spreadCellsAVX2,

		columnSums: columnSumsAVX2, columnDeviations: columnDeviationsAVX2, columnProducts: columnProductsAVX2,
		normalize: normalizeAVX2, normalizeGrad: normalizeGradAVX2,
		rescale: rescaleAVX2, rescalePlus: rescalePlusAVX2,
		layerNorm: layerNormAVX2, layerColumns: layerColumnsAVX2, layerProducts: layerProductsAVX2, layerNormGrad: layerNormGradAVX2,
		localResponse: localResponseAVX2, localShares: localSharesAVX2, localResponseGrad: localResponseGradAVX2,
	}
}

const gamma = 0x9e3779b97f4a7c15 // of backend.Bits

// dropoutVector is [dropout].
func dropoutVector(x, y []float32, key uint64, first int, threshold int32, keep float32) {
	dropoutAVX2(x, y, key+uint64(first+1)*gamma, threshold, keep)
}

// dropoutSixteen is dropout with AVX-512 but for the last numbers.
func dropoutSixteen(x, y []float32, key uint64, first int, threshold int32, keep float32) {
	n := len(x) &^ 15
	if n > 0 {
		dropoutAVX512(x[:n], y, key+uint64(first+1)*gamma, threshold, keep)
	}
	dropoutVector(x[n:], y[n:], key, first+n, threshold, keep)
}

// noiseVector is [noise], for which a number takes two of the random ones.
func noiseVector(x, y []float32, key uint64, first int, sigma float32) {
	noiseAVX2(x, y, key+uint64(2*first+1)*gamma, sigma)
}
