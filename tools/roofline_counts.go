package main

import "strings"

// counts are what kernels do for an example: operations of float32, of float64, and of TF32 on
// tensor cores, and bytes that they move at least.
type counts struct {
	kernels, what                string
	flops, doubles, tf32s, moved float64
}

// small are kernels of few numbers, or of one block.
var small = []string{
	"add_scalars", "advance", "column_end", "fill_scalars", "gemm_end", "judge", "measure_columns", "measure_intervals",
	"measure_numbers", "measure_rows", "multiply_adds", "normalize_end", "reduce_end",
}

// counted are the kernels' examples. Operations are those that the source has for a number;
// whole numbers and the arithmetic of addresses are not among them. A logarithm, a power, a
// root or a cosine of float64 counts as 30 operations, which is about what they are made of.
func counted() (all []counts) {
	// both are kernels that have a twin on tensor cores.
	both := func(kernels, what string, flops, moved float64) {
		all = append(all, counts{kernels, what, flops, 0, 0, moved},
			counts{strings.ReplaceAll(kernels, " ", "_tf32 ") + "_tf32", what, 0, 0, flops, moved})
	}
	product := func(kernels string, m, k, n float64) {
		both(kernels, digits(m)+"×"+digits(k)+"×"+digits(n), 2*m*n*k, 4*(m*k+k*n+m*n))
	}
	product("gemm_nn_128 gemm_tn_128 gemm_nt_128 gemm_tt_128", 4096, 4096, 4096)
	product("gemm_nn_64 gemm_tn_64 gemm_nt_64 gemm_tt_64", 128, 784, 512)
	conv := func(kernels, what string, batch, side, channels, filters float64) {
		cells := batch * side * side
		both(kernels, what, 2*cells*9*channels*filters, 4*(cells*channels+9*channels*filters+cells*filters))
	}
	conv("conv_128 conv_grad_input_128 conv_grad_kernel_128", "3×3, 32·28² 128→128", 32, 28, 128, 128)
	conv("conv_64 conv_grad_input_64 conv_grad_kernel_64", "3×3, 32·56² 64→64", 32, 56, 64, 64)
	_, way := square{batch: 32, side: 28, channels: 128, filters: 128}.winograd()
	for i, kernel := range []string{"winograd_weights", "winograd"} {
		way[i].kernels, way[i].what = kernel, "3×3, 32·28² 128→128"
		all = append(all, way[i])
	}

	const n = 64 * 112 * 112 * 64
	each := func(kernels, what string, moved, flops, doubles float64) {
		all = append(all, counts{kernels, what, flops * n, doubles * n, 0, 4 * moved * n})
	}
	each("fill", "y = v", 1, 0, 0)
	each("scale", "y = αy", 2, 1, 0)
	each("axpy", "y += αx", 3, 2, 0)
	each("multiply maximum_each", "z = x·y, max(x, y)", 3, 1, 0)
	each("maximum_grad", "both gradients", 5, 1, 0)
	each("activate_each", "ReLU", 2, 1, 0)
	each("activate_grad", "of ReLU", 3, 2, 0)
	each("dropout", "", 2, 2, 0)
	each("noise", "normal numbers", 2, 0, 94)
	each("move", "a copy by strides", 2, 0, 0)
	each("max_pool", "2×2", 1.25, 1, 0)
	each("max_pool_places", "2×2, with the places", 1.5, 1, 0)
	each("max_pool_grad", "2×2", 1.5, 1, 0)
	each("average_pool average_pool_grad", "2×2", 1.25, 1, 0)
	each("normalize", "BatchNorm, 64 columns", 2, 5, 0)
	each("normalize_sums", "Σ dy, Σ dy·x̂", 2, 0, 4)
	each("normalize_grad", "", 3, 9, 0)
	each("layer_norm", "rows of 64", 2, 4, 4)
	each("layer_norm_standards", "mean and deviation of rows of 64", 1, 0, 4)
	each("layer_norm_sums", "Σ dy, Σ dy·x̂", 2, 0, 4)
	each("layer_norm_grad", "rows of 64", 3, 8, 4)
	each("local_response", "5 neighbours", 2, 20, 0)
	each("local_activity", "5 neighbours, dy", 4, 20, 0)
	each("local_response_grad", "5 neighbours", 5, 10, 0)
	each("softmax", "rows of 64", 2, 10, 1)
	each("softmax_grad", "rows of 64", 3, 2, 2)
	each("softmax_cross_entropy", "rows of 64, with the gradient", 3, 0, 4)
	each("loss", "mean squares, with the gradient", 3, 0, 5)
	each("arg_max", "rows of 64", 1, 1, 0)
	each("one_hot", "rows of 64", 1, 1, 0)
	each("scale_rows", "rows of 64", 2, 1, 0)
	each("reduce_parts", "sum of all", 1, 0, 1)
	each("column_sums", "64 columns", 1, 0, 1)
	each("column_squares", "64 columns", 1, 0, 3)
	each("sgd sgd_all", "with momentum", 5, 4, 0)
	each("rmsprop rmsprop_all", "", 5, 8, 0)
	each("adam adam_all nadam nadam_all", "", 7, 12, 0)
	each("adagrad adagrad_all", "", 5, 6, 0)
	each("adadelta adadelta_all", "", 7, 14, 0)
	each("clip shorten", "", 2, 1, 0)
	each("regularize", "", 3, 3, 0)
	each("mix", "", 3, 0, 3)
	return all
}
