package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// MSE is the mean squared error of an example with the outputs y and the targets
// t, both [n]. It is the slide's Σ (y − out)² with Keras's factor 1/n:
//
//	forward     E     = (1/n)·Σ (y − t)²
//	backward    ∂E/∂y = (2/n)·(y − t)
var MSE = newLoss("MSE", backend.MSE)
