package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// Perceptron is Rosenblatt's of 1958 ("The perceptron: a probabilistic model for information
// storage and organization in the brain", Psychological Review 65) with one response unit:
// a weighted sum and a step (slides "Início", "Modelo de um neurônio simples": F é função
// sinal). Its inputs stand for the paper's association units.
//
//	layer       output   parameters
//	input       k                 0
//	response    1             k + 1      out = 1 where x·w + b ≥ 0, else 0
//
// Its rule is the loss nn.PerceptronLoss under nn.SGD(1) in batches of 1, from weights of 0:
// a wrong answer changes them by Δw = (target − out)·x, a right one by nothing. Where a
// plane parts the classes it ends, after at most (R/γ)² changes (Novikoff 1962) with R the
// longest [x 1] and γ the distance that the best plane keeps; where none does, as with XOR,
// it never ends (Minsky & Papert 1969).
//
//	model := arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)).Compile(nn.PerceptronLoss, nn.SGD(1), nn.Accuracy)
//	model.Fit(datasets.PunchCards(50, 1), nn.BatchSize(1), nn.Shuffle(false))
//
// [Features] are for data that are no images; without an option there are two, as XOR has.
// With [Association] there are the paper's association units between the retina and the
// response: those of 12×10 points tell left from right after the fifty cards of the
// demonstration of 1958, where the points alone are right on three new cards of four.
func Perceptron(given ...Option) *nn.Model {
	o := newOptions(0, given, Features(2))
	if m := o.refusesAllBut("Perceptron", "Input", "Features", "Association"); m != nil {
		return m
	}
	return nn.Sequential(append(o.features(),
		nn.Named("response", nn.Dense(1, nn.Step, nn.KernelInitializer(nn.Zeros))))...)
}

// Association puts association units between the points of an image and what learns: each
// is joined to a field of height × width points, beside each other, by fixed weights of 1
// and fires where one of them does (of points of 0 and 1, the largest).
func Association(height, width int) Option {
	return Option{name: "Association", sizes: [3]int{height, width}}
}

// Features is an input of n numbers, in place of an image.
func Features(n int) Option {
	return Option{name: "Features", sizes: [3]int{n}}
}

// features are the layers that make one axis of the input.
func (o *options) features() []nn.Layer {
	switch {
	case o.width == 0:
		return []nn.Layer{nn.Input(o.height)}
	case o.field != [2]int{}:
		return []nn.Layer{o.input(), nn.Named("association", nn.MaxPool2D(o.field)), nn.Flatten()}
	}
	return []nn.Layer{o.input(), nn.Flatten()}
}
