package main

import "github.com/nnlab-go/lab/nnlab/nn"

// layers has each layer in each of its geometries, between others and before an output.
func layers() (all []testCase) {
	sequence, image, volume, vector := []int{13, 6}, []int{9, 11, 6}, []int{5, 6, 7, 4}, []int{12}
	add := func(input []int, layers ...nn.Layer) { all = append(all, chain(len(all), input, layers...)) }
	for _, f := range []nn.ActivationFunction{nn.Linear, nn.Sigmoid, nn.Tanh, nn.ScaledTanh, nn.ReLU, nn.LeakyReLU, nn.LeakyReLUOf(0.4), nn.ELU, nn.ELUOf(0.3), nn.Step, nn.Softmax} {
		add(image, nn.Conv2D(4, 3, f), nn.Activation(f))
		add(vector, nn.Dense(5, f), nn.Activation(f))
		add(sequence, nn.Activation(f))
	}
	add(vector, nn.Maxout(5, 3))
	add(vector, nn.Dense(7, nn.NoBias()), nn.PReLU(nn.AlphaInitializer(nn.Constant(0.25))), nn.BatchNorm(nn.BNEpsilon(0.01)), nn.LayerNorm(), nn.Dense(6), nn.GroupNorm(3), nn.Slice(1, 4))
	add(image, nn.Conv2D(6, [2]int{3, 2}, nn.Same, nn.Strides(2, 3), nn.Tanh), nn.Conv2D(4, 2, nn.Same, nn.NoBias()))
	add(image, nn.Conv2D(6, 3, nn.Padding(1, 2), nn.Dilation(2, 1), nn.Groups(3)))
	add(image, nn.DepthwiseConv2D(3, nn.DepthMultiplier(2), nn.ReLU), nn.DepthwiseConv2D([2]int{2, 3}, nn.Strides(2), nn.NoBias()))
	add(sequence, nn.Conv1D(5, 3, nn.Same, nn.Strides(2)), nn.MaxPool1D(2), nn.Flatten(), nn.Dense(4))
	add(sequence, nn.ZeroPadding1D(2), nn.Conv1D(4, 3, nn.Dilation(2)), nn.AveragePool1D(3, nn.Strides(2), nn.Same), nn.UpSampling1D(3))
	add(volume, nn.Conv3D(3, [3]int{2, 3, 2}, nn.Same, nn.ReLU), nn.MaxPool3D(2), nn.UpSampling3D(1, 2, 2), nn.Flatten(), nn.Dense(3))
	add(volume, nn.ZeroPadding3D(1, 0, 2), nn.AveragePool3D([3]int{2, 3, 2}, nn.Strides(1, 2, 2)), nn.BatchNorm())
	for _, l := range []nn.Layer{nn.GlobalAveragePool(), nn.GlobalMaxPool()} {
		add(sequence, l, nn.Dense(3))
		add(image, l)
		add(volume, l)
	}
	add(image, nn.MaxPool2D([2]int{3, 2}, nn.Strides(2, 1), nn.Padding(1, 1)), nn.AveragePool2D(3, nn.Strides(2), nn.Padding(1)))
	add(image, nn.MaxPool2D(3, nn.Strides(2), nn.Same), nn.AveragePool2D(4, nn.Strides(2), nn.Same))
	add(image, nn.AdaptiveAveragePool2D(3, 11), nn.AdaptiveMaxPool2D(3, 1))
	add(image, nn.AdaptiveAveragePool2D(4, 5), nn.Flatten(), nn.Dense(3))
	add(image, nn.AdaptiveMaxPool2D(4, 5))
	add(image, nn.Subsampling(2, nn.Tanh), nn.Subsampling([2]int{2, 1}, nn.NoBias()))
	add(image, nn.ZeroPadding2D(1, 2), nn.UpSampling2D(2, 3))
	for _, same := range []nn.ConvOption{nn.Same, nn.Valid} {
		add(image, nn.Conv2DTranspose(5, 3, nn.Strides(2), same, nn.ReLU), nn.Conv2DTranspose(2, [2]int{4, 1}, nn.Strides(1, 3), same, nn.NoBias()))
		add(image, nn.Conv2DTranspose(3, [2]int{1, 2}, nn.Strides(3, 2), same))
	}
	add(image, nn.BatchNorm(nn.BNScale(false)), nn.Conv2D(4, 1), nn.BatchNorm(nn.BNCenter(false)))
	add(image, nn.GroupNorm(2, nn.GNEpsilon(0.1)), nn.GroupNorm(6), nn.LayerNorm(nn.LNEpsilon(1e-5)), nn.PReLU(nn.AlphaInitializer(nn.Constant(0.3))))
	add(sequence, nn.GroupNorm(3), nn.LayerNorm(), nn.BatchNorm(), nn.PReLU(nn.AlphaInitializer(nn.Constant(0.3))), nn.LocalResponseNorm(3, 0.1, 0.75, 1))
	add(image, nn.LocalResponseNorm(5, 0.1, 0.75, 2), nn.LocalResponseNorm(4, 0.2, 0.5, 1))
	add(vector, nn.LocalResponseNorm(4, 0.2, 0.5, 1), nn.LocalResponseNorm(3, 0.2, 0.5, 1))
	add(image, nn.Dropout(0.3), nn.SpatialDropout(0.2), nn.GaussianNoise(0.1))
	add(image, nn.Conv2D(4, 3), nn.Dropout(0.3), nn.Flatten(), nn.Dropout(0.5), nn.Dense(5, nn.ReLU), nn.Dense(2))
	add(image, nn.Flatten(), nn.Reshape(11, 9, 6), nn.Conv2D(3, 2), nn.Permute(2, 1, 3), nn.Slice(1, 7, nn.Axis(1)), nn.Slice(2, 6, nn.Axis(2)), nn.Slice(0, 2))
	add(image, nn.Permute(3, 1, 2), nn.Reshape(54, 11), nn.Conv1D(4, 5), nn.Flatten(), nn.BatchNorm(), nn.Activation(nn.Softmax))
	add(image, nn.Conv2D(4, 3), nn.Slice(1, 6, nn.Axis(2)), nn.Slice(2, 4), nn.Flatten())
	add(image, nn.PartialConv2D([][]int{{0, 5}, {1}, {2, 3, 4}, {5, 0}}, [2]int{3, 2}, nn.Same, nn.Strides(2), nn.ScaledTanh), nn.PartialConv2D([][]int{{3, 1}}, 2, nn.NoBias()))
	add(vector, nn.RBF(5), nn.Activation(nn.Softmax), nn.RBF(2, nn.Centres([][]int{{1, 0, 1, -1, 1}, {-1, 1, 0, 0, 1}})))
	add(image, nn.Conv2D(4, 2), nn.Flatten(), nn.RBF(3))
	add(image, nn.Activation(nn.ReLU), nn.SCells(5, [2]int{3, 2}, 2, nn.Same), nn.CCells(3, 0.5, nn.Strides(2)))
	add(image, nn.Activation(nn.ReLU), nn.CCells([2]int{2, 4}, 0.3, nn.Padding(1, 2)), nn.SCells(3, 2, 4, nn.Strides(1, 2)))
	add([]int{28, 28}, nn.Flatten(), nn.Dense(5))
	add([]int{28, 28, 1}, nn.Flatten())
	add(vector)
	return append(all, channelsLast(all)...)
}
