package arch

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// DeepNet is a chain of equal dense layers, to look at the gradient that reaches each of them
// (slide "O gradiente não se comporta igual em todas as camadas"; Glorot & Bengio 2010, He et
// al. 2016). With a sigmoid each layer multiplies δ by f' ≤ ¼ on its way back, and the first
// layers hardly learn; with a ReLU by 0 or 1.
//
//	layer        output
//	flatten      784
//	layer1       64          f(x·W + b)
//	…
//	layer20      64          depth of them
//	fc           10
//
// [Residual] adds to each layer its input, from the second on: out = x + f(x·W + b), so that δ
// has a way back on which nothing multiplies it.
func DeepNet(depth int, f nn.ActivationFunction, given ...Option) *nn.Model {
	o := newOptions(28, given, Input(28, 28, 1), Classes(10))
	if m := o.refuses("DeepNet", "Residual", "Head"); m != nil {
		return m
	}
	init := nn.KernelInitializer(nn.GlorotUniform)
	if f == nn.ReLU {
		init = he
	}
	layers := []nn.Layer{o.input(), nn.Flatten()}
	for i := range depth {
		name := fmt.Sprintf("layer%d", i+1)
		layer := nn.Dense(o.n(64), f, init)
		if i == 0 || !o.residual {
			layers = append(layers, nn.Named(name, layer))
			continue
		}
		layers = append(layers, nn.Block(name, func(x nn.Source) *nn.Node { return nn.Add(x, x.Then(nn.Named("f", layer))) }))
	}
	return nn.Sequential(append(layers, o.classifier("fc"))...)
}

// Residual gives a [DeepNet] ways around its layers.
func Residual() Option { return Option{name: "Residual"} }
