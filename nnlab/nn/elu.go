package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// ELU is [ELUOf] with Keras's α of 1.
var ELU = ELUOf(1)

// ELUOf is the exponential linear unit (slide "Funções de ativação"), which goes
// smoothly towards −α below 0:
//
//	forward     out = net where net > 0, else α·(e^net − 1)
//	backward    f'  = 1 where out > 0, else out + α
//
// α is 0 or more: with a negative one the output would be above 0 on both sides.
func ELUOf(alpha float64) ActivationFunction {
	return ActivationFunction{elementwise: backend.Activation{Kind: backend.ELU, Alpha: alpha}}
}
