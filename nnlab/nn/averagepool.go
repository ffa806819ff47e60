package nn

// AveragePool1D takes the mean of each size steps of a sequence.
func AveragePool1D[K int | [1]int](size K, options ...PoolOption) Layer {
	return told(newPool("AveragePool1D", 1, true, size), options, PoolOption.applyPool)
}

// AveragePool2D takes the mean of each window of an image.
func AveragePool2D[K int | [2]int](size K, options ...PoolOption) Layer {
	return told(newPool("AveragePool2D", 2, true, size), options, PoolOption.applyPool)
}

// AveragePool3D takes the mean of each box of a volume.
func AveragePool3D[K int | [3]int](size K, options ...PoolOption) Layer {
	return told(newPool("AveragePool3D", 3, true, size), options, PoolOption.applyPool)
}
