package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// KLDivergence is how far the distribution y [n] is from the distribution t [n]
// (Kullback & Leibler 1951):
//
//	forward     E     = Σ t·log(t/y)
//	backward    ∂E/∂y = −t/y
//
// As in Keras, both are held within [1e-7, 1]; where y is outside there is no
// gradient.
var KLDivergence = newLoss("KLDivergence", backend.KLDivergence)
