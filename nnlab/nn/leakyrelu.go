package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// LeakyReLU is [LeakyReLUOf] with the slide's slope of 0.1 ("Funções de
// ativação"); Keras's default is 0.3.
var LeakyReLU = LeakyReLUOf(0.1)

// LeakyReLUOf is a ReLU that lets a share α of what is below 0 through, so that a
// unit there still learns:
//
//	forward     out = net where net > 0, else α·net
//	backward    f'  = 1 where out > 0, else α
//
// α is 0 or more: with a negative one the output would be above 0 on both sides.
func LeakyReLUOf(alpha float64) ActivationFunction {
	return ActivationFunction{elementwise: backend.Activation{Kind: backend.LeakyReLU, Alpha: alpha}}
}
