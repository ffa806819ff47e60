package arch_test

import (
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Keras's summary of its MNIST CNN says 1,199,882 parameters.
func ExampleCNN() {
	arch.CNN().Compile(nn.CategoricalCrossentropy, nn.Adam(0.001)).Summary()
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · Adam(0.001) · seed 1 · cpu
	// Layer                   Output shape   Map size                    Parameters                   MACs         Receptive field
	// input (Input)           [28 28 1]                                  0                            0
	// conv2d (Conv2D)         [26 26 32]     (28 − 3 + 2·0)/1 + 1 = 26   [(3·3·1) + 1]·32 = 320       194 688      3×3
	// conv2d_1 (Conv2D)       [24 24 64]     (26 − 3 + 2·0)/1 + 1 = 24   [(3·3·32) + 1]·64 = 18 496   10 616 832   5×5
	// maxpool2d (MaxPool2D)   [12 12 64]     (24 − 2 + 2·0)/2 + 1 = 12   0                            0            6×6
	// dropout (Dropout)       [12 12 64]                                 0                            0            6×6
	// flatten (Flatten)       [9216]                                     0                            0            6×6
	// dense (Dense)           [128]                                      9216·128 + 128 = 1 179 776   1 179 648    28×28
	// dropout_1 (Dropout)     [128]                                      0                            0            28×28
	// dense_1 (Dense)         [10]                                       128·10 + 10 = 1 290          1 280        28×28
	// Total                                                              1 199 882                    11 992 448
}

// Keras's summary of its "simple convnet" says 34,826 parameters.
func ExampleSmallCNN() {
	arch.SmallCNN().Compile(nn.CategoricalCrossentropy, nn.Adam(0.001)).Summary()
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · Adam(0.001) · seed 1 · cpu
	// Layer                     Output shape   Map size                     Parameters                   MACs        Receptive field
	// input (Input)             [28 28 1]                                   0                            0
	// conv2d (Conv2D)           [26 26 32]     (28 − 3 + 2·0)/1 + 1 = 26    [(3·3·1) + 1]·32 = 320       194 688     3×3
	// maxpool2d (MaxPool2D)     [13 13 32]     (26 − 2 + 2·0)/2 + 1 = 13    0                            0           4×4
	// conv2d_1 (Conv2D)         [11 11 64]     (13 − 3 + 2·0)/1 + 1 = 11    [(3·3·32) + 1]·64 = 18 496   2 230 272   8×8
	// maxpool2d_1 (MaxPool2D)   [5 5 64]       ⌊(11 − 2 + 2·0)/2⌋ + 1 = 5   0                            0           10×10
	// flatten (Flatten)         [1600]                                      0                            0           10×10
	// dropout (Dropout)         [1600]                                      0                            0           10×10
	// dense (Dense)             [10]                                        1600·10 + 10 = 16 010        16 000      28×28
	// Total                                                                 34 826                       2 440 960
}
