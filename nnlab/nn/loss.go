package nn

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Loss measures how far the outputs of an example are from its targets; a model
// minimises its mean E over the batch: [MSE], [MAE], [Huber], [BinaryCrossentropy],
// [CategoricalCrossentropy], [SparseCategoricalCrossentropy], [Hinge],
// [KLDivergence], [PerceptronLoss], the two …FromLogits, and one's own by [FuncLoss].
type Loss struct {
	name      string
	function  backend.Loss
	sparse    bool    // targets must be class indices
	logits    bool    // the outputs are the net input of a softmax
	smoothing float64 // a of LabelSmoothing
	unfused   bool
	own       *ownLoss // of FuncLoss, instead of function
	none      bool     // NoLoss
}

func newLoss(name string, k backend.LossKind) Loss {
	return Loss{name: name, function: backend.Loss{Kind: k}}
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

// measures is the loss's name without how it is computed.
func (l Loss) measures() string {
	return strings.NewReplacer("Sparse", "", "FromLogits", "", "(unfused)", "").Replace(l.name)
}

// ofClasses tells whether a row of outputs is one distribution over the classes.
func (l Loss) ofClasses() bool { return l.own == nil && !l.function.Kind.Mean() }

// ofSides tells whether each output is to be on one of two sides: targets are −1 and 1.
func (l Loss) ofSides() bool {
	return l.own == nil && (l.function.Kind == backend.Hinge || l.function.Kind == backend.Perceptron)
}

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
	case f == Step && l.function.Kind == backend.Perceptron:
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

// doubt says why the activation function f before the loss is hardly meant, though
// the two can be computed: the loss is one of probabilities, and f makes none, or one
// of numbers on both sides of 0, and f makes them on one.
func (l Loss) doubt(f ActivationFunction) *Error {
	k := l.function.Kind
	e := &Error{Expected: "probabilities for " + l.name, Got: "the outputs of " + f.String(), Mend: "end with nn.Sigmoid"}
	sided := f == Sigmoid || f == Softmax || f == ReLU
	switch {
	case k == backend.Perceptron && sided:
		e.Expected, e.Mend = "outputs on both sides of 0 for "+l.name, "end with nn.Step"
	case sided && (l.logits || k == backend.BinaryCrossentropyFromLogits || k == backend.Hinge):
		e.Expected, e.Mend = "outputs on both sides of 0 for "+l.name, "leave the "+f.String()+" away"
	case l.logits || f == Softmax || f.own != nil || !l.ofClasses() && (f == Sigmoid || k != backend.BinaryCrossentropy):
		return nil
	case l.ofClasses():
		e.Expected, e.Mend = "probabilities with the sum 1 for "+l.name, "end with nn.Softmax"
	}
	if f == Linear && k != backend.KLDivergence {
		base, _, _ := strings.Cut(strings.TrimPrefix(l.name, "Sparse"), "(")
		e.Mend = fmt.Sprintf("%s, or compile with nn.%sFromLogits", e.Mend, base)
	}
	return e
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
