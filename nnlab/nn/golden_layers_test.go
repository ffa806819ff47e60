package nn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// goldenLayers are the layers that testdata/keras_layers.py ran, by its names.
var goldenLayers = map[string]Layer{
	"Conv2D 3x3":                              Conv2D(4, 3),
	"Conv2D 2x3 strides 2 1 same relu":        Conv2D(3, [2]int{2, 3}, Strides(2, 1), Same, ReLU),
	"Conv2D 3x3 strides 2 same":               Conv2D(5, 3, Strides(2), Same),
	"Conv2D 3x2 dilation 2":                   Conv2D(2, [2]int{3, 2}, Dilation(2)),
	"Conv2D 3x3 groups 2 no bias":             Conv2D(6, 3, Groups(2), NoBias()),
	"Conv2D 1x1 tanh":                         Conv2D(3, 1, Tanh),
	"Conv1D 3":                                Conv1D(4, 3),
	"Conv1D 4 strides 3 same":                 Conv1D(3, 4, Strides(3), Same),
	"Conv1D 2 dilation 3":                     Conv1D(3, 2, Dilation(3), Sigmoid),
	"Conv3D 2x3x2":                            Conv3D(2, [3]int{2, 3, 2}),
	"Conv3D 3 same":                           Conv3D(2, 3, Same),
	"Conv3D 2 strides 2":                      Conv3D(3, 2, Strides(2)),
	"DepthwiseConv2D 3":                       DepthwiseConv2D(3),
	"DepthwiseConv2D 2 multiplier 2 same":     DepthwiseConv2D(2, DepthMultiplier(2), Same),
	"DepthwiseConv2D 3 strides 2":             DepthwiseConv2D(3, Strides(2), Same),
	"MaxPool2D 2":                             MaxPool2D(2),
	"MaxPool2D 3 strides 2 same":              MaxPool2D(3, Strides(2), Same),
	"MaxPool2D 2x3 strides 1":                 MaxPool2D([2]int{2, 3}, Strides(1)),
	"AveragePool2D 2":                         AveragePool2D(2),
	"AveragePool2D 3 strides 2 same":          AveragePool2D(3, Strides(2), Same),
	"AveragePool2D 2x3 strides 1":             AveragePool2D([2]int{2, 3}, Strides(1)),
	"MaxPool1D 3 strides 2":                   MaxPool1D(3, Strides(2)),
	"AveragePool1D 2 same":                    AveragePool1D(2, Same),
	"MaxPool3D 2":                             MaxPool3D(2),
	"AveragePool3D 2":                         AveragePool3D(2),
	"GlobalMaxPool":                           GlobalMaxPool(),
	"GlobalAveragePool":                       GlobalAveragePool(),
	"BatchNorm":                               BatchNorm(),
	"BatchNorm features":                      BatchNorm(BNMomentum(0.5), BNEpsilon(0.1)),
	"BatchNorm inference":                     BatchNorm(),
	"LayerNorm":                               LayerNorm(),
	"LayerNorm features":                      LayerNorm(),
	"MaxPool1D 2":                             MaxPool1D(2),
	"MaxPool1D 3 strides 1 same":              MaxPool1D(3, Strides(1), Same),
	"AveragePool1D 3 strides 2":               AveragePool1D(3, Strides(2)),
	"AveragePool1D 3 strides 1 same":          AveragePool1D(3, Strides(1), Same),
	"MaxPool3D 3 strides 2 same":              MaxPool3D(3, Strides(2), Same),
	"MaxPool3D 1x2x3":                         MaxPool3D([3]int{1, 2, 3}),
	"AveragePool3D 3 strides 2 same":          AveragePool3D(3, Strides(2), Same),
	"AveragePool3D 1x2x3":                     AveragePool3D([3]int{1, 2, 3}),
	"GlobalMaxPool sequence":                  GlobalMaxPool(),
	"GlobalMaxPool volume":                    GlobalMaxPool(),
	"GlobalAveragePool sequence":              GlobalAveragePool(),
	"GlobalAveragePool volume":                GlobalAveragePool(),
	"BatchNorm one channel":                   BatchNorm(),
	"LayerNorm sequence":                      LayerNorm(),
	"ZeroPadding2D 1":                         ZeroPadding2D(1),
	"ZeroPadding2D 2 0":                       ZeroPadding2D(2, 0),
	"ZeroPadding1D 3":                         ZeroPadding1D(3),
	"ZeroPadding3D 1 0 2":                     ZeroPadding3D(1, 0, 2),
	"UpSampling1D 3":                          UpSampling1D(3),
	"UpSampling2D 2":                          UpSampling2D(2),
	"UpSampling2D 1 3":                        UpSampling2D(1, 3),
	"UpSampling3D 2":                          UpSampling3D(2),
	"Permute 2 1":                             Permute(2, 1),
	"Permute 3 1 2":                           Permute(3, 1, 2),
	"Permute 4 2 1 3":                         Permute(4, 2, 1, 3),
	"Maxout 4 3":                              Maxout(4, 3),
	"Maxout 1 2":                              Maxout(1, 2),
	"Maxout 5 1":                              Maxout(5, 1),
	"Subsampling 2 sigmoid":                   Subsampling(2, Sigmoid),
	"Subsampling 2x3":                         Subsampling([2]int{2, 3}),
	"Subsampling 3 tanh":                      Subsampling(3, Tanh),
	"LocalResponseNorm 5":                     LocalResponseNorm(5, 0.2, 0.75, 2),
	"LocalResponseNorm 3":                     LocalResponseNorm(3, 0.5, 0.5, 1),
	"LocalResponseNorm 5 of few channels":     LocalResponseNorm(5, 0.1, 0.75, 2),
	"Dense 4 sigmoid":                         Dense(4, Sigmoid),
	"Dense 3 relu no bias":                    Dense(3, ReLU, NoBias()),
	"Dense 5 softmax":                         Dense(5, Softmax),
	"Flatten features":                        Flatten(),
	"Flatten sequence":                        Flatten(),
	"Flatten image":                           Flatten(),
	"Reshape 5 3":                             Reshape(5, 3),
	"Reshape 3 1 7":                           Reshape(3, 1, 7),
	"Reshape 9":                               Reshape(9),
	"Conv1D 3 padding 2":                      Conv1D(3, 3, Padding(2)),
	"Conv2D 3x2 padding 2 1 strides 2":        Conv2D(4, [2]int{3, 2}, Padding(2, 1), Strides(2)),
	"Conv3D 2 padding 1":                      Conv3D(2, 2, Padding(1)),
	"DepthwiseConv2D 3 padding 1":             DepthwiseConv2D(3, Padding(1)),
	"Conv1D 3 groups 3":                       Conv1D(3, 3, Groups(3)),
	"Conv3D 1x2x2 dilation 2":                 Conv3D(2, [3]int{1, 2, 2}, Dilation(2)),
	"MaxPool1D 3 padding 1":                   MaxPool1D(3, Padding(1)),
	"MaxPool2D 3 strides 2 padding 1":         MaxPool2D(3, Strides(2), Padding(1)),
	"MaxPool3D 2 padding 1 0 1":               MaxPool3D(2, Padding(1, 0, 1)),
	"AveragePool1D 3 padding 1":               AveragePool1D(3, Padding(1)),
	"AveragePool2D 3 strides 2 padding 1":     AveragePool2D(3, Strides(2), Padding(1)),
	"AveragePool3D 2 padding 1 0 1":           AveragePool3D(2, Padding(1, 0, 1)),
	"BatchNorm features inference":            BatchNorm(BNEpsilon(0.1)),
	"BatchNorm one channel inference":         BatchNorm(),
	"ZeroPadding1D 1":                         ZeroPadding1D(1),
	"ZeroPadding1D 2":                         ZeroPadding1D(2),
	"ZeroPadding2D 0 3":                       ZeroPadding2D(0, 3),
	"ZeroPadding3D 1":                         ZeroPadding3D(1),
	"ZeroPadding3D 0 2 1":                     ZeroPadding3D(0, 2, 1),
	"UpSampling1D 2":                          UpSampling1D(2),
	"UpSampling1D 1":                          UpSampling1D(1),
	"UpSampling2D 3":                          UpSampling2D(3),
	"UpSampling3D 1 3 2":                      UpSampling3D(1, 3, 2),
	"UpSampling3D 3":                          UpSampling3D(3),
	"PReLU image":                             PReLU(),
	"PReLU features":                          PReLU(),
	"GroupNorm 2":                             GroupNorm(2),
	"GroupNorm 1 ε 0.1":                       GroupNorm(1, GNEpsilon(0.1)),
	"GroupNorm 3 features":                    GroupNorm(3),
	"Conv2DTranspose 2 strides 2":             Conv2DTranspose(3, 2, Strides(2)),
	"Conv2DTranspose 3 strides 2 relu":        Conv2DTranspose(2, 3, Strides(2), ReLU),
	"Conv2DTranspose 3 strides 2 same":        Conv2DTranspose(5, 3, Strides(2), Same),
	"Conv2DTranspose 2x3 strides 3 1 no bias": Conv2DTranspose(2, [2]int{2, 3}, Strides(3, 1), NoBias(), Tanh),
	"Conv2DTranspose 4 softmax":               Conv2DTranspose(3, 4, Softmax),
	"BatchNorm no scale":                      BatchNorm(BNScale(false)),
	"BatchNorm no center":                     BatchNorm(BNCenter(false), BNEpsilon(0.1)),
	"BatchNorm neither":                       BatchNorm(BNCenter(false), BNScale(false)),
	"BatchNorm no scale inference":            BatchNorm(BNScale(false)),
	"AdaptiveAveragePool2D 2 3":               AdaptiveAveragePool2D(2, 3),
	"AdaptiveAveragePool2D 3 2 of 6 4":        AdaptiveAveragePool2D(3, 2),
	"AdaptiveMaxPool2D 3 4":                   AdaptiveMaxPool2D(3, 4),
	"AdaptiveMaxPool2D 1 2":                   AdaptiveMaxPool2D(1, 2),
	"Slice 1 3":                               Slice(1, 3),
	"Slice 2 5 axis 1":                        Slice(2, 5, Axis(1)),
	"Slice 0 2 axis 2":                        Slice(0, 2, Axis(2)),
	"PartialConv2D 3x3 tanh":                  PartialConv2D([][]int{{0, 1}, {2}, {3, 0, 1}, {2, 1}}, 3, Tanh),
	"PartialConv2D 2x3 strides 2 no bias":     PartialConv2D([][]int{{1}, {0, 1, 2}}, [2]int{2, 3}, Strides(2), NoBias(), Same),
	"SCells 3 5x5 same":                       SCells(3, 5, 4, Same),
	"SCells 2 2x3 strides 2":                  SCells(2, [2]int{2, 3}, 1.5, Strides(2)),
	"CCells 5 strides 2 padding 4":            CCells(5, 0.5, Strides(2), Padding(4)),
	"CCells 2x3":                              CCells([2]int{2, 3}, 0.3),
	"RBF 4":                                   RBF(4),
	"RBF 3 centres":                           RBF(3, Centres([][]int{{1, -1, 1, 2}, {-1, 0, 1, 1}, {-1, -1, 0, 3}})),
}

func init() {
	for _, f := range []ActivationFunction{Linear, Sigmoid, Tanh, ReLU, ELU, Softmax, LeakyReLU, ELUOf(0.3), Step, ScaledTanh} {
		for axes := 1; axes <= 3; axes++ {
			name := strings.TrimSuffix(f.String(), " 1") // of the ELU
			goldenLayers[fmt.Sprint(name, " ", axes)] = Activation(f)
		}
	}
}

// goldenLayer is what real Keras computes with a layer.
type goldenLayer struct {
	Name             string
	Shape            []int
	Training         bool
	Y, DX            []float64
	Gradients, State [][]float64
}

func readGoldenLayers(t *testing.T) []goldenLayer {
	t.Helper()
	var file struct{ Cases []goldenLayer }
	readGoldenFile(t, "keras_layers.json", &file)
	if len(file.Cases) != len(goldenLayers) {
		t.Errorf("%d cases for %d layers", len(file.Cases), len(goldenLayers))
	}
	return file.Cases
}

// TestGoldenLayers holds the forward and the backward pass of single layers
// against real Keras.
func TestGoldenLayers(t *testing.T) {
	for _, c := range readGoldenLayers(t) {
		for _, b := range []backend.Backend{ref.New(), cpu.New()} {
			t.Run(c.Name+"/"+b.Name(), func(t *testing.T) {
				tolerance := 1e-5
				if b.Name() == "ref" {
					tolerance = 1e-6
				}
				c.check(t, b, tolerance)
			})
		}
	}
}

// check compares y, ∂E/∂x, the gradient of every parameter, and what the layer keeps.
func (c goldenLayer) check(t *testing.T, b backend.Backend, tolerance float64) {
	t.Helper()
	const batch = 2
	l, builder, out := built(t, b, goldenLayers[c.Name], c.Shape, batch)
	learning, kept := 0, 0
	for _, p := range builder.params {
		switch {
		case p.trainable():
			p.Value.Set(formula(uint32(learning), p.Value.Size(), 0.5))
			learning++
		case !c.Training: // what it keeps was learnt before
			values := formula(uint32(50+kept), p.Value.Size(), 0.5)
			for i := range values {
				values[i]++
			}
			p.Value.Set(values)
			kept++
		}
	}
	in, ends := append([]int{batch}, c.Shape...), append([]int{batch}, out...)
	x, dx := tensor.Of(b, formula(100, batch*tensor.Shape(c.Shape).Size(), 1), in...), tensor.New(b, in...)
	y, dy := tensor.New(b, ends...), tensor.Of(b, formula(101, batch*out.Size(), 1), ends...)
	if _, views := l.(reshaper); views { // the graph lets it see its neighbours' memory
		y.Buffer, dx.Buffer = x.Buffer, dy.Buffer
	}
	context := &Context{Training: c.Training}
	check := func(what string, got *tensor.Tensor, want []float64) {
		if !near(got.Values(), want, tolerance) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	l.Forward(context, x, y)
	if s, ok := l.(settler); ok && c.Training {
		s.Settle(context)
	}
	check("y", y, c.Y)
	kept = 0
	for _, p := range builder.params {
		if !p.trainable() {
			check(p.Name, p.Value, c.State[kept])
			kept++
		}
	}
	if !c.Training {
		return // the gradient is for training alone
	}
	l.Backward(context, x, y, dy, dx)
	check("∂E/∂x", dx, c.DX)
	for i, want := range c.Gradients {
		check(builder.params[i].Name, builder.params[i].Grad, want)
	}
}

// built returns a copy of a layer by itself, with its memory for a batch, and the
// shape of its output.
func built(t *testing.T, b backend.Backend, of Layer, in tensor.Shape, batch int) (Layer, *Builder, tensor.Shape) {
	t.Helper()
	l, builder := fresh(of), &Builder{backend: b, layer: "golden"}
	out, err := l.Build(builder, in)
	if err != nil {
		t.Fatal(err)
	}
	allocate(builder, batch)
	return l, builder, out
}

// allocate gives the parameters, the scratch tensors and the gradients of a builder
// their memory.
func allocate(b *Builder, batch int) {
	for _, p := range b.params {
		p.begin()
	}
	makeGradients(b.backend, b.params, &layout{})
	for _, s := range b.scratch {
		s.Buffer = b.backend.Alloc(batch * s.Cols())
		s.SetRows(batch)
	}
}
