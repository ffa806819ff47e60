package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// ReLU lets through what is above 0 (slide "Funções de ativação"):
//
//	forward     out = max(0, net)
//	backward    f'  = 1 where out > 0, else 0
var ReLU = ActivationFunction{elementwise: backend.Activation{Kind: backend.ReLU}}
