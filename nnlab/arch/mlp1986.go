package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// MLP1986 is the network that back-propagation was published with: Rumelhart, Hinton &
// Williams 1986 ("Learning internal representations by error propagation", Parallel
// Distributed Processing 1, chapter 8; slides "Back-propagation (1986)", "Modelo de Rede
// Neural com Múltiplas Camadas"): layers of sigmoids, each joined to all of the layer below,
// which learn by the squared error. The numbers are the inputs and the units of each layer.
//
//	arch.MLP1986(2, 2, 1)        XOR, figure 2 of the chapter         9 parameters
//	arch.MLP1986(4, 4, 1)        parity of four bits, figure 6       25
//	arch.MLP1986(8, 3, 8)        the encoder, table 5                59
//	arch.MLP1986(784, 100, 10)   the slide's, [PlainMLP]         79 510, 78 500 of them in its first layer
//
// A layer of k inputs and n units has (k + 1)·n. The slides' formulas, which [nn.Observe]
// shows number by number in a step:
//
//	net = Σ w·out + b              out = 1/(1 + e^−net)       f' = out·(1 − out)
//	δ   = (y − out)·f'(net)        where the unit is an output
//	δ   = f'(net)·Σ δ·w            where it is hidden, over the units that it reaches
//	Δw  = η·δ·out + α·Δw           with out of the unit that the weight comes from
//
// nn.SGD(η, nn.Momentum(α)) does it with the gradient of the mean, nn.MSE: for n outputs η
// counts 2/n times. Weights start evenly from −½ to ½: two hidden units that begin alike stay
// so. Some beginnings end in a local minimum, of XOR three in ten.
func MLP1986(units ...int) *nn.Model {
	var layers []nn.Layer
	for i, n := range units {
		if i == 0 {
			layers = append(layers, nn.Input(n))
			continue
		}
		layers = append(layers, nn.Dense(n, nn.Sigmoid, nn.KernelInitializer(nn.RandomUniform(0.5)), nn.BiasInitializer(nn.RandomUniform(0.5))))
	}
	return nn.Sequential(layers...)
}
