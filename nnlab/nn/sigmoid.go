package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// Sigmoid squeezes the net input into (0, 1) (slide "Funções de ativação"):
//
//	forward     out = 1/(1 + e^−net)
//	backward    f'  = out·(1 − out)
var Sigmoid = ActivationFunction{elementwise: backend.Activation{Kind: backend.Sigmoid}}
