package nn

import (
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Loss measures how far an output is from its target; a model minimises its
// mean E over the batch.
type Loss struct {
	name   string
	kind   backend.LossKind
	sparse bool // targets must be class indices
}

// The losses of one example with output y and target t, both [n]:
//
//	MSE                            E = (1/n)·Σ (y − t)²    ∂E/∂y = (2/n)·(y − t)
//	CategoricalCrossentropy        E = −Σ t·log y          ∂E/∂y = −t/y
//	SparseCategoricalCrossentropy  E = −log y[t]           t a class index
//
// MSE is the slide's Σ (y − out)² with Keras's factor 1/n. Both cross-entropies
// take data sets of class indices, for which a target is the one-hot row of its
// class; only the first takes targets that are distributions. Keras divides y by
// its sum before it takes the logarithm; behind a softmax that changes nothing,
// and elsewhere the formula here is the lecture's.
//
// Where the network ends in a softmax, Compile joins it with the cross-entropy:
// together E = log Σ e^net − Σ t·net, and the gradient with respect to the
// softmax's input is simply out − t, with no logarithm of a rounded zero.
var (
	MSE                           = Loss{name: "MSE", kind: backend.MSE}
	CategoricalCrossentropy       = Loss{name: "CategoricalCrossentropy", kind: backend.CategoricalCrossentropy}
	SparseCategoricalCrossentropy = Loss{name: "SparseCategoricalCrossentropy", kind: backend.CategoricalCrossentropy, sparse: true}
)

// String is the loss's name as Keras has it.
func (l Loss) String() string { return l.name }

// joinsSoftmax tells whether the loss can take over the softmax before it.
func (l Loss) joinsSoftmax() bool { return l.kind == backend.CategoricalCrossentropy }

// compute writes the loss of each row of y [N×n] to rows [N], and ∂E/∂y of the
// batch's mean to dy unless dy is nil. With joined, y is the net input of the
// softmax that the loss took over.
func (l Loss) compute(joined bool, y, target, rows, dy *tensor.Tensor) {
	var gradient backend.Buffer
	if dy != nil {
		gradient = dy.Buffer
	}
	if joined {
		y.Backend.SoftmaxCrossEntropy(y.Rows(), y.Cols(), y.Buffer, target.Buffer, rows.Buffer, gradient)
		return
	}
	y.Backend.Loss(backend.Loss{Kind: l.kind}, y.Rows(), y.Cols(), y.Buffer, target.Buffer, rows.Buffer, gradient)
}
