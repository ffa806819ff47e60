package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Loss measures how far an output is from its target; a model minimises its
// mean E over the batch.
type Loss struct {
	name      string
	function  backend.Loss
	sparse    bool    // targets must be class indices
	logits    bool    // the outputs are the net input of a softmax
	smoothing float64 // a of LabelSmoothing
	unfused   bool
	own       *ownLoss // of FuncLoss, instead of function
}

// The losses of one example with output y and target t, both [n]:
//
//	MSE                            E = (1/n)·Σ (y − t)²       ∂E/∂y = (2/n)·(y − t)
//	MAE                            E = (1/n)·Σ |y − t|        ∂E/∂y = sign(y − t)/n
//	BinaryCrossentropy             E = −(1/n)·Σ t·log y + (1 − t)·log(1 − y)
//	                                                          ∂E/∂y = (y − t)/(n·y·(1 − y))
//	CategoricalCrossentropy        E = −Σ t·log y             ∂E/∂y = −t/y
//	SparseCategoricalCrossentropy  E = −log y[t]              t a class index
//	Hinge                          E = (1/n)·Σ max(0, 1 − t·y)   t of −1 and 1; 0 counts as −1
//	KLDivergence                   E = Σ t·log(t/y)           ∂E/∂y = −t/y
//
// MSE is the slide's Σ (y − out)² with Keras's factor 1/n. BinaryCrossentropy is
// −log of the slide's P(y,x) = h^y·(1−h)^(1−y). Both categorical cross-entropies
// take data sets of class indices, for which a target is the one-hot row of its
// class; only the first takes targets that are distributions. Keras divides y by
// its sum before it takes the logarithm; behind a softmax that changes nothing,
// and elsewhere the formula here is the lecture's. A logarithm's argument is held
// within [1e-7, 1 − 1e-7] as in Keras.
//
// Where the network ends in a softmax, Compile joins it with the categorical
// cross-entropy: together E = log Σ e^net − Σ t·net, and the gradient with respect
// to the softmax's input is simply out − t, with no logarithm of a rounded zero.
// Likewise it joins a sigmoid with the binary cross-entropy. [Loss.Unfused] keeps
// them apart. The losses …FromLogits are the joined forms for a network that ends
// without its softmax or sigmoid: its outputs are then net inputs, from −∞ to ∞.
var (
	MSE                = newLoss("MSE", backend.MSE)
	MAE                = newLoss("MAE", backend.MAE)
	BinaryCrossentropy = newLoss("BinaryCrossentropy", backend.BinaryCrossentropy)
	Hinge              = newLoss("Hinge", backend.Hinge)
	KLDivergence       = newLoss("KLDivergence", backend.KLDivergence)

	CategoricalCrossentropy       = newLoss("CategoricalCrossentropy", backend.CategoricalCrossentropy)
	SparseCategoricalCrossentropy = Loss{name: "SparseCategoricalCrossentropy", function: CategoricalCrossentropy.function, sparse: true}

	BinaryCrossentropyFromLogits      = newLoss("BinaryCrossentropyFromLogits", backend.BinaryCrossentropyFromLogits)
	CategoricalCrossentropyFromLogits = Loss{name: "CategoricalCrossentropyFromLogits", function: CategoricalCrossentropy.function, logits: true}
)

func newLoss(name string, k backend.LossKind) Loss {
	return Loss{name: name, function: backend.Loss{Kind: k}}
}

// Huber is MSE near the target and MAE far from it, so that an outlier pulls no
// harder than others (Huber 1964). With d = y − t it is the mean of ½·d² where
// |d| ≤ δ, else of δ·|d| − ½·δ². Keras's default δ is 1.
func Huber(delta float64) Loss {
	return Loss{name: fmt.Sprintf("Huber(%v)", delta), function: backend.Loss{Kind: backend.Huber, Delta: delta}}
}

// LabelSmoothing returns a cross-entropy that asks for a little less than
// certainty (Szegedy et al. 2016): for a categorical one of n classes a target t
// becomes t·(1 − a) + a/n, for a binary one t·(1 − a) + a/2, 0 ≤ a < 1. Metrics see
// the targets as they were.
func (l Loss) LabelSmoothing(a float64) Loss {
	l.smoothing = a
	l.name = fmt.Sprintf("%s(label smoothing %v)", l.name, a)
	return l
}

// Unfused returns a cross-entropy that Compile does not join with the softmax or
// the sigmoid before it: the logarithm is taken of the rounded output. It is
// there to be compared with (a saturated output has no gradient any more).
func (l Loss) Unfused() Loss {
	l.unfused = true
	l.name += "(unfused)"
	return l
}

// String is the loss's name as Keras has it.
func (l Loss) String() string { return l.name }

// ofClasses tells whether a row of outputs is one distribution over the classes.
func (l Loss) ofClasses() bool { return l.own == nil && !l.function.Kind.Mean() }

// takesOver returns the loss joined with the activation function before it, and
// whether the two can be joined.
func (l Loss) takesOver(f ActivationFunction) (Loss, bool) {
	switch {
	case l.unfused || l.own != nil || l.logits:
		return l, false
	case f == Softmax && l.function.Kind == backend.CategoricalCrossentropy:
		l.logits = true
		return l, true
	case f == Sigmoid && l.function.Kind == backend.BinaryCrossentropy:
		l.function.Kind = backend.BinaryCrossentropyFromLogits
		return l, true
	}
	return l, false
}

// check says what is wrong with the loss for an output with the activation
// function f.
func (l Loss) check(f ActivationFunction) *Error {
	k := l.function.Kind
	wantsLogits := l.logits || k == backend.BinaryCrossentropyFromLogits
	crossentropy := wantsLogits || k == backend.CategoricalCrossentropy || k == backend.BinaryCrossentropy
	switch {
	case k == backend.Huber && !(l.function.Delta > 0):
		return &Error{Expected: "a δ above 0", Got: fmt.Sprint(l.function.Delta), Mend: "Keras's default is nn.Huber(1)"}
	case l.smoothing != 0 && !crossentropy:
		return &Error{Expected: "a cross-entropy when labels are to be smoothed", Got: l.name, Mend: "write nn.CategoricalCrossentropy.LabelSmoothing(0.1)"}
	case !(l.smoothing >= 0 && l.smoothing < 1):
		return &Error{Expected: "a label smoothing of 0 or more and below 1", Got: fmt.Sprint(l.smoothing), Mend: "write nn.CategoricalCrossentropy.LabelSmoothing(0.1)"}
	case wantsLogits && (f == Softmax || f == Sigmoid):
		return &Error{Expected: "a last layer without " + f.String(), Got: l.name + " behind one", Mend: "leave the " + f.String() + " away, or take the loss without FromLogits"}
	}
	return nil
}

// smooth writes the targets that the loss asks for to soft.
func (l Loss) smooth(target, soft *tensor.Tensor) {
	share := l.smoothing / 2
	if l.ofClasses() {
		share = l.smoothing / float64(target.Cols())
	}
	tensor.Fill(share, soft)
	tensor.AddScaled(1-l.smoothing, target, soft)
}

// compute writes the loss of each row of y [N×n] to rows [N], and ∂E/∂y of the
// batch's mean to dy unless dy is nil.
func (l Loss) compute(y, target, rows, dy *tensor.Tensor) {
	var gradient backend.Buffer
	if dy != nil {
		gradient = dy.Buffer
	}
	switch {
	case l.own != nil:
		l.own.compute(y, target, rows, dy)
	case l.logits:
		y.Backend.SoftmaxCrossEntropy(y.Rows(), y.Cols(), y.Buffer, target.Buffer, rows.Buffer, gradient)
	default:
		y.Backend.Loss(l.function, y.Rows(), y.Cols(), y.Buffer, target.Buffer, rows.Buffer, gradient)
	}
}
