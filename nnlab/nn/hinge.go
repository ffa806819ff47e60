package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// Hinge wants outputs y [n] on the right side of 0, by 1 at least. Targets t are −1
// and 1; 0 counts as −1:
//
//	forward     E     = (1/n)·Σ max(0, 1 − t·y)
//	backward    ∂E/∂y = −t/n where t·y ≤ 1, else 0; at the corner itself, where
//	            both are right, as TensorFlow and JAX have it in Keras
var Hinge = newLoss("Hinge", backend.Hinge)
