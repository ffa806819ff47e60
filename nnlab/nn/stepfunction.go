package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// Step is the perceptron's threshold. It has no slope to learn by; as the last layer it
// learns by [PerceptronLoss].
//
//	forward     out = 1 where net ≥ 0, else 0
//	backward    f'  = 0
var Step = ActivationFunction{elementwise: backend.Activation{Kind: backend.Step}}
