package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// Tanh squeezes the net input into (−1, 1) (slide "Funções de ativação"):
//
//	forward     out = tanh net
//	backward    f'  = 1 − out²
var Tanh = ActivationFunction{elementwise: backend.Activation{Kind: backend.Tanh}}
