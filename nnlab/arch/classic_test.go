package arch_test

import (
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Slide "Aprendizado profundo x MLP": W 784×10 and b 10 for Y = softmax(X·W + b).
func ExampleSoftmaxRegression() {
	arch.SoftmaxRegression().Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Summary()
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · SGD(0.1) · seed 1 · cpu
	// Layer               Output shape   Parameters            MACs
	// input (Input)       [28 28 1]      0                     0
	// flatten (Flatten)   [784]          0                     0
	// softmax (Dense)     [10]           784·10 + 10 = 7 850   7 840
	// Total                              7 850                 7 840
}

// Slide "LeNet – LeCun (1998)": 4@24×24, 4@12×12, 12@8×8, 12@4×4, 10, with the paper's number
// of "independent parameters" (LeCun et al. 1989), 2578.
func ExampleLeNet1989() {
	arch.LeNet1989().Compile(nn.MSE, nn.SGD(0.01)).Summary()
	// Output:
	// Model sequential · MSE · SGD(0.01) · seed 1 · cpu
	// Layer                Output shape   Map size                    Parameters              MACs     Receptive field
	// input (Input)        [28 28 1]                                  0                       0
	// H1 (Conv2D)          [24 24 4]      (28 − 5 + 2·0)/1 + 1 = 24   [(5·5·1) + 1]·4 = 104   57 600   5×5
	// H2 (Subsampling)     [12 12 4]      (24 − 2 + 2·0)/2 + 1 = 12   2·4 = 8                 576      6×6
	// H3 (PartialConv2D)   [8 8 12]       (12 − 5 + 2·0)/1 + 1 = 8    5·5·20 + 12 = 512       32 000   14×14
	// H4 (Subsampling)     [4 4 12]       (8 − 2 + 2·0)/2 + 1 = 4     2·12 = 24               192      16×16
	// flatten (Flatten)    [192]                                      0                       0        16×16
	// output (Dense)       [10]                                       192·10 + 10 = 1 930     1 920    28×28
	// Total                                                           2 578                   92 288
}

// The parameters of each layer are those that section II.B of LeCun et al. 1998 says: 156,
// 12, 1 516, 32, 48 120 and 10 164, and with the fixed output 60 000.
func ExampleLeNet5Original() {
	arch.LeNet5Original().Compile(nn.CategoricalCrossentropy, nn.SGD(0.001, nn.Momentum(0.9))).Summary()
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · SGD(0.001, momentum 0.9) · seed 1 · cpu
	// Layer                           Output shape   Map size                    Parameters                    MACs      Receptive field
	// input (Input)                   [28 28 1]                                  0                             0
	// zeropadding2d (ZeroPadding2D)   [32 32 1]      (28 − 1 + 2·2)/1 + 1 = 32   0                             0         1×1
	// C1 (Conv2D)                     [28 28 6]      (32 − 5 + 2·0)/1 + 1 = 28   [(5·5·1) + 1]·6 = 156         117 600   5×5
	// S2 (Subsampling)                [14 14 6]      (28 − 2 + 2·0)/2 + 1 = 14   2·6 = 12                      1 176     6×6
	// C3 (PartialConv2D)              [10 10 16]     (14 − 5 + 2·0)/1 + 1 = 10   5·5·60 + 16 = 1 516           150 000   14×14
	// S4 (Subsampling)                [5 5 16]       (10 − 2 + 2·0)/2 + 1 = 5    2·16 = 32                     400       16×16
	// C5 (Conv2D)                     [1 1 120]      (5 − 5 + 2·0)/1 + 1 = 1     [(5·5·16) + 1]·120 = 48 120   48 000    32×32
	// flatten (Flatten)               [120]                                      0                             0         32×32
	// F6 (Dense)                      [84]                                       120·84 + 84 = 10 164          10 080    28×28
	// output (RBF)                    [10]                                       0                             840       28×28
	// activation (Activation)         [10]                                       0                             0         28×28
	// Total                                                                      60 000                        328 096
}

// Slide "Neocognitron (Fukushima – 1989)", with the sizes of 1980.
func ExampleNeocognitron() {
	arch.Neocognitron().Compile(nn.NoLoss, nn.SGD(1)).Summary()
	// Output:
	// Model sequential · NoLoss · SGD(1) · seed 1 · cpu
	// Layer               Output shape   Map size                      Parameters                 MACs        Receptive field
	// input (Input)       [16 16 1]                                    0                          0
	// US1 (SCells)        [16 16 24]     (16 − 5 + 4)/1 + 1 = 16       (5·5·1 + 1)·24 = 624       160 000     5×5
	// UC1 (CCells)        [10 10 24]     ⌊(16 − 5 + 2·4)/2⌋ + 1 = 10   0                          60 000      9×9
	// US2 (SCells)        [8 8 24]       (10 − 5 + 2·1)/1 + 1 = 8      (5·5·24 + 1)·24 = 14 424   960 000     17×17
	// UC2 (CCells)        [6 6 24]       ⌊(8 − 5 + 2·4)/2⌋ + 1 = 6     0                          21 600      25×25
	// US3 (SCells)        [2 2 24]       (6 − 5 + 2·0)/1 + 1 = 2       (5·5·24 + 1)·24 = 14 424   60 000      41×41
	// UC3 (CCells)        [1 1 24]       (2 − 2 + 2·0)/1 + 1 = 1       0                          96          45×45
	// flatten (Flatten)   [24]                                         0                          0           45×45
	// Total                                                            29 472                     1 261 696
}
