package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// SoftmaxRegression is the network of the slide "Aprendizado profundo x MLP", one layer
// whose answers are shares: multinomial logistic regression (Cox 1958), of which Bridle 1990
// made a layer of a network.
//
//	Y = softmax(X·W + b)      X [32×784]  W [784×10]  b [10]
//
//	layer       output   parameters
//	input       784               0
//	softmax     10            7 850
//
// The slide's batch is 32. Its loss, nn.CategoricalCrossentropy, has one minimum, so that it
// may begin with weights of 0 as well as with others.
func SoftmaxRegression(given ...Option) *nn.Model {
	o := newOptions(28, given, Input(28, 28, 1), Classes(10))
	if m := o.refusesAllBut("SoftmaxRegression", "Input", "Classes", "Features", "Association"); m != nil {
		return m
	}
	return nn.Sequential(append(o.features(), nn.Named("softmax", nn.Dense(o.classes, nn.Softmax)))...)
}
