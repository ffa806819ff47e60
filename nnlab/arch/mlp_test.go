package arch_test

import (
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Keras's summary of its MNIST MLP example says 669,706 as well.
func ExampleMLP() {
	arch.MLP().Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001)).Summary()
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · RMSprop(0.001) · seed 1 · cpu
	// Layer                 Output shape   Parameters                MACs
	// input (Input)         [28 28 1]      0                         0
	// flatten (Flatten)     [784]          0                         0
	// dense (Dense)         [512]          784·512 + 512 = 401 920   401 408
	// dropout (Dropout)     [512]          0                         0
	// dense_1 (Dense)       [512]          512·512 + 512 = 262 656   262 144
	// dropout_1 (Dropout)   [512]          0                         0
	// dense_2 (Dense)       [10]           512·10 + 10 = 5 130       5 120
	// Total                                669 706                   668 672
}

// Slide "Questões importantes sobre MLP", 3.: 78400 + 100 = 78500.
func ExamplePlainMLP() {
	arch.PlainMLP().Compile(nn.MSE, nn.SGD(0.5, nn.Momentum(0.9))).Summary()
	// Output:
	// Model sequential · MSE · SGD(0.5, momentum 0.9) · seed 1 · cpu
	// Layer               Output shape   Parameters               MACs
	// input (Input)       [28 28 1]      0                        0
	// flatten (Flatten)   [784]          0                        0
	// dense (Dense)       [100]          784·100 + 100 = 78 500   78 400
	// dense_1 (Dense)     [10]           100·10 + 10 = 1 010      1 000
	// Total                              79 510                   79 400
}
