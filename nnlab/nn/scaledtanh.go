package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// ScaledTanh is LeNet-5's sigmoid, made for targets of ±1 (LeCun et al. 1998, appendix A):
//
//	forward     out = A·tanh(S·net)       A = 1.7159  S = 2/3
//	backward    f'  = S·(A − out²/A)
var ScaledTanh = ActivationFunction{elementwise: backend.Activation{Kind: backend.ScaledTanh}}
