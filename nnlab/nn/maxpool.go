package nn

// MaxPool1D takes the largest of each size steps of a sequence.
func MaxPool1D[K int | [1]int](size K, options ...PoolOption) Layer {
	return told(newPool("MaxPool1D", 1, false, size), options, PoolOption.applyPool)
}

// MaxPool2D takes the largest of each window of an image: MaxPool2D(2) halves
// both sides. The stride is the size unless [Strides] says otherwise.
func MaxPool2D[K int | [2]int](size K, options ...PoolOption) Layer {
	return told(newPool("MaxPool2D", 2, false, size), options, PoolOption.applyPool)
}

// MaxPool3D takes the largest of each box of a volume.
func MaxPool3D[K int | [3]int](size K, options ...PoolOption) Layer {
	return told(newPool("MaxPool3D", 3, false, size), options, PoolOption.applyPool)
}
