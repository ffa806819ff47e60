package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// PerceptronLoss has outputs learn by the rule of the perceptron (Rosenblatt 1958): only an
// example whose answer is wrong changes weights. Behind [Step] it takes the step over and
// sees the net input, y = net; the model answers 1 where y ≥ 0, else 0. For a row of n
// outputs with targets t of −1 and 1, 0 counting as −1:
//
//	forward     E     = (1/n)·Σ max(0, −t·y)
//	backward    ∂E/∂y = −t/n where the answer is wrong, else 0
//
// With SGD(1) and batches of 1 a step of one output is the rule itself, Δw = t·x and
// Δb = t for a wrong answer: (target − answer)·x for targets 0 and 1.
//
//	nn.Sequential(nn.Input(2), nn.Dense(1, nn.Step, nn.KernelInitializer(nn.Zeros))).
//		Compile(nn.PerceptronLoss, nn.SGD(1), nn.Accuracy)
var PerceptronLoss = newLoss("PerceptronLoss", backend.Perceptron)
