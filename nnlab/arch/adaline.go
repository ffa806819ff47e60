package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// Adaline is the adaptive linear neuron of Widrow & Hoff 1960 ("Adaptive switching
// circuits", IRE WESCON, figure 2): the sum of the [Perceptron] without its step while it
// learns, so that the error of the sum itself, and not of its side, is made smaller.
//
//	layer       output   parameters
//	input       k                 0
//	sum         1             k + 1      out = x·w + b
//
// Trained with nn.MSE and nn.SGD it learns by the delta rule, the gradient of the squared
// error E = (y − out)², which is the slide "II - Algoritmo Back-Propagation" for one layer
// with f' = 1:
//
//	Δw = 2η·δ·x   δ = y − out
//
// The perceptron's rule reads the same with out behind the step, so that it stops where
// every side is right. The delta rule goes on to the plane with the least squared error: it
// has an answer for XOR too (½ everywhere), but on separable data it may leave a side wrong.
// Classes 0 and 1 part at ½.
func Adaline(given ...Option) *nn.Model {
	o := newOptions(0, given, Features(2))
	if m := o.refusesAllBut("Adaline", "Input", "Features", "Association"); m != nil {
		return m
	}
	return nn.Sequential(append(o.features(), nn.Named("sum", nn.Dense(1, nn.KernelInitializer(nn.Zeros))))...)
}
