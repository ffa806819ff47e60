package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// CategoricalCrossentropy is −log of the probability that the outputs y [n] give
// to the right one of n classes. The targets t [n] are one-hot, made of class
// indices where the data have these, or any distribution:
//
//	forward     E     = −Σ t·log y
//	backward    ∂E/∂y = −t/y
//
// As in Keras, y is held within [1e-7, 1 − 1e-7]; outside there is no gradient.
// Keras also divides y by its sum; behind a softmax that changes nothing, and
// elsewhere the formula here is the lecture's. Behind a [Softmax], Compile takes
// the two together as [CategoricalCrossentropyFromLogits]; [Loss.Unfused] keeps
// them apart.
var CategoricalCrossentropy = newLoss("CategoricalCrossentropy", backend.CategoricalCrossentropy)

// SparseCategoricalCrossentropy is [CategoricalCrossentropy] for class indices
// alone: E = −log y[t].
var SparseCategoricalCrossentropy = Loss{name: "SparseCategoricalCrossentropy", function: CategoricalCrossentropy.function, sparse: true}

// CategoricalCrossentropyFromLogits is [CategoricalCrossentropy] joined with the
// softmax before it, for a network that ends without one: its outputs are net
// inputs, from −∞ to ∞. No logarithm of a rounded 0 is taken:
//
//	forward     E       = log Σ e^net − Σ t·net
//	backward    ∂E/∂net = softmax(net) − t
var CategoricalCrossentropyFromLogits = Loss{name: "CategoricalCrossentropyFromLogits", function: CategoricalCrossentropy.function, logits: true}
