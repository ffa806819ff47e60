package arch_test

import (
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Slide "LeNet – LeCun (1998)": 4@24×24, 4@12×12, 12@8×8, 12@4×4, 10.
func ExampleLeNet() {
	arch.LeNet().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01, nn.Momentum(0.9))).Summary()
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · SGD(0.01, momentum 0.9) · seed 1 · cpu
	// Layer                         Output shape   Map size                    Parameters                 MACs      Receptive field
	// input (Input)                 [28 28 1]                                  0                          0
	// conv2d (Conv2D)               [24 24 4]      (28 − 5 + 2·0)/1 + 1 = 24   [(5·5·1) + 1]·4 = 104      57 600    5×5
	// subsampling (Subsampling)     [12 12 4]      (24 − 2 + 2·0)/2 + 1 = 12   2·4 = 8                    576       6×6
	// conv2d_1 (Conv2D)             [8 8 12]       (12 − 5 + 2·0)/1 + 1 = 8    [(5·5·4) + 1]·12 = 1 212   76 800    14×14
	// subsampling_1 (Subsampling)   [4 4 12]       (8 − 2 + 2·0)/2 + 1 = 4     2·12 = 24                  192       16×16
	// flatten (Flatten)             [192]                                      0                          0         16×16
	// dense (Dense)                 [10]                                       192·10 + 10 = 1 930        1 920     28×28
	// Total                                                                    3 278                      137 088
}
