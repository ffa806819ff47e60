package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// MAE is the mean absolute error of an example with the outputs y and the targets
// t, both [n]:
//
//	forward     E     = (1/n)·Σ |y − t|
//	backward    ∂E/∂y = sign(y − t)/n      0 where y = t
var MAE = newLoss("MAE", backend.MAE)
