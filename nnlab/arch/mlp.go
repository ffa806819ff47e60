package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// MLP is the network of Exemplo 1, as Keras's own MNIST MLP example has it: two
// hidden layers of 512 ReLU neurons, each with a fifth of its units dropped
// while training, and a softmax over the ten digits.
//
//	[28 28 1] → 784 → 512 → 512 → 10          669 706 parameters
func MLP() *nn.Model {
	return nn.Sequential(
		nn.Input(28, 28, 1), nn.Flatten(),
		nn.Dense(512, nn.ReLU), nn.Dropout(0.2),
		nn.Dense(512, nn.ReLU), nn.Dropout(0.2),
		nn.Dense(10, nn.Softmax),
	)
}

// PlainMLP is the network of the slides "Implementação do modelo MLP": one
// hidden layer of 100 sigmoid neurons, ten sigmoid outputs. Its first layer has
// the 78 500 parameters of the slide "Questões importantes sobre MLP". The
// slides train it with nn.MSE and nn.SGD with nn.Momentum in batches of 32.
//
//	[28 28 1] → 784 → 100 → 10                79 510 parameters
func PlainMLP() *nn.Model {
	return nn.Sequential(
		nn.Input(28, 28, 1), nn.Flatten(),
		nn.Dense(100, nn.Sigmoid),
		nn.Dense(10, nn.Sigmoid),
	)
}
