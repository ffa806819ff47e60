//go:build !noasm

package cpu

// vectors takes what is written for eight numbers at a time.
func (k *kernels) vectors() {
	k.relu, k.sigmoid, k.tanh, k.leakyReLU, k.elu = reluAVX2, sigmoidAVX2, tanhAVX2, leakyReLUAVX2, eluAVX2
	k.reluGrad, k.sigmoidGrad, k.tanhGrad = reluGradAVX2, sigmoidGradAVX2, tanhGradAVX2
	k.leakyReLUGrad, k.eluGrad = leakyReLUGradAVX2, eluGradAVX2
	k.fill, k.scale, k.axpy, k.multiply = fillAVX2, scaleAVX2, axpyAVX2, multiplyAVX2
	k.maximum, k.maximumGrad, k.dropout = maximumAVX2, maximumGradAVX2, dropoutVector

	k.momentum, k.nesterov, k.rmsprop, k.rmspropMomentum = momentumAVX2, nesterovAVX2, rmspropAVX2, rmspropMomentumAVX2
	k.adam, k.nadam, k.adagrad, k.adadelta = adamAVX2, nadamAVX2, adagradAVX2, adadeltaAVX2
	k.clip, k.regularize = clipAVX2, regularizeAVX2

	k.maxCells, k.meanCells, k.maxCellsGrad, k.spreadCells = maxCellsAVX2, meanCellsAVX2, maxCellsGradAVX2, spreadCellsAVX2
}

// dropoutVector is [dropout], in vectors but for the last numbers.
func dropoutVector(x, y []float32, key uint64, first int, threshold int32, keep float32) {
	const gamma = 0x9e3779b97f4a7c15 // of backend.Bits
	n := len(x) &^ 7
	if n > 0 {
		dropoutAVX2(x[:n], y, key+(uint64(first)+1)*gamma, threshold, keep)
	}
	dropout(x[n:], y[n:], key, first+n, threshold, keep)
}
