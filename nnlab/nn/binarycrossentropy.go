package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// BinaryCrossentropy is −log of the probability that the outputs h give to labels
// y of 0 and 1 (slide "Função binary cross entropy": P(y,x) = h^y·(1−h)^(1−y)), the
// mean of n outputs:
//
//	forward     E     = −(1/n)·Σ y·log h + (1 − y)·log(1 − h)
//	backward    ∂E/∂h = (h − y)/(n·h·(1 − h))
//
// As in Keras, h is held within [1e-7, 1 − 1e-7]; outside there is no gradient.
// Behind a [Sigmoid], Compile takes the two together as
// [BinaryCrossentropyFromLogits]; [Loss.Unfused] keeps them apart.
var BinaryCrossentropy = newLoss("BinaryCrossentropy", backend.BinaryCrossentropy)

// BinaryCrossentropyFromLogits is [BinaryCrossentropy] joined with the sigmoid
// before it, for a network that ends without one: its outputs are net inputs, from
// −∞ to ∞. No logarithm of a rounded 0 is taken, and a sure mistake keeps its
// gradient. With labels y:
//
//	forward     E       = (1/n)·Σ max(net, 0) − net·y + log(1 + e^−|net|)
//	backward    ∂E/∂net = (σ(net) − y)/n
var BinaryCrossentropyFromLogits = newLoss("BinaryCrossentropyFromLogits", backend.BinaryCrossentropyFromLogits)
