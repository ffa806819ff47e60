package nn

import (
	"math"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// chain is a network of layers that is compiled as most are.
func chain(layers ...Layer) func() error { return trained(MSE, layers...) }

func trained(l Loss, layers ...Layer) func() error {
	return func() error { return Sequential(layers...).Compile(l, SGD(0.01)).Err() }
}

// branches compiles what make makes of an input.
func branches(shape []int, outputs func(in *InputLayer) []Source, o ...CompileOption) func() error {
	return func() error {
		in := Input(shape...)
		return Graph(Inputs(in), Outputs(outputs(in)...)).Compile(MSE, SGD(0.01), o...).Err()
	}
}

// layerMends are what layers and the graphs of them say to write instead.
func layerMends() []mends.Row {
	image, maps := Input(8, 8, 3), Input(8, 8, 4)
	square := func(x, y []float64) {
		for i := range x {
			y[i] = x[i] * x[i]
		}
	}
	double := func(x, y, dy, dx []float64) {
		for i := range x {
			dx[i] = 2 * x[i] * dy[i]
		}
	}
	one := func(s *Node) []Source { return []Source{s} }
	activates := func(name string, f, derivative func(float64) float64) func() error {
		return chain(Input(4), Dense(2, ActivationFunc(name, f, derivative)))
	}
	exp := func(net float64) float64 { return math.Exp(net) }
	return []mends.Row{
		mends.Of(`write nn.ActivationFunc("softplus", func(net float64) float64 {…}, func(net float64) float64 {…})`, activates("exp", exp, nil), activates("exp", exp, exp)),
		mends.Of(`write nn.ActivationFunc("my relu", …)`, activates("relu", exp, exp), activates("my relu", exp, exp)),
		mends.Of(`write nn.InitializerFunc("ones", func(shape tensor.Shape, i int) float64 {…})`, chain(Input(4), Dense(2, KernelInitializer(InitializerFunc("ones", nil)))),
			chain(Input(4), Dense(2, KernelInitializer(InitializerFunc("ones", func(tensor.Shape, int) float64 { return 1 }))))),
		mends.Of("look for a wrong sign or a forgotten factor in the derivative, which is one of net", activates("exp", exp, func(net float64) float64 { return -math.Exp(net) }), activates("exp", exp, exp)),
		mends.Of("keep logarithms, roots and divisors off 0", activates("log", func(net float64) float64 { return math.Log(-net * net) }, func(net float64) float64 { return 2 / net }),
			activates("log", func(net float64) float64 { return math.Log(1 + net*net) }, func(net float64) float64 { return 2 * net / (1 + net*net) })),
		mends.Of("leave it out, or put a layer there", chain(Input(4), nil, Dense(2)), chain(Input(4), Dense(2)), chain(Input(4), Dense(3), Dense(2))),
		mends.Of("write nn.Sequential(nn.Input(784), nn.Dense(10, nn.Softmax))", trained(CategoricalCrossentropy), trained(CategoricalCrossentropy, Input(784), Dense(10, Softmax))),
		mends.Of("begin with nn.Input(28, 28, 1) for images of 28×28 pixels", chain(Dense(1)), chain(Input(28, 28, 1), Flatten(), Dense(1))),
		mends.Of("write nn.Input(28, 28, 1) for an image, nn.Input(4) for four features", chain(Input(0), Dense(1)),
			chain(Input(28, 28, 1), Flatten(), Dense(1)), chain(Input(4), Dense(1))),
		mends.Of("write nn.Dense(10) for ten neurons", chain(Input(4), Dense(0)), chain(Input(4), Dense(10))),
		mends.Of("put nn.Flatten() before it", chain(image, Dense(10)), chain(image, Flatten(), Dense(10))),
		mends.Of("write nn.Maxout(10, 2) for ten neurons of two pieces", chain(Input(4), Maxout(10, 0)), chain(Input(4), Maxout(10, 2))),
		mends.Of("write nn.Conv2D(32, 3) for 32 filters of 3×3", chain(image, Conv2D(0, 3)), chain(image, Conv2D(32, 3))),
		mends.Of("choose filters and groups that go into each other", chain(maps, Conv2D(4, 3, Groups(3))), chain(maps, Conv2D(4, 3, Groups(2)))),
		mends.Of("write nn.PartialConv2D([][]int{{0}}, 3) for one filter that sees the first map, nn.Conv2D(8, 3) for eight that see all", chain(image, PartialConv2D([][]int{{3}}, 3)),
			chain(image, PartialConv2D([][]int{{0}}, 3)), chain(image, Conv2D(8, 3))),
		mends.Of("write nn.RBF(2, nn.Centres([][]int{{-1, 1}, {1, -1}})), or nn.RBF(2) for two centres that learn", chain(Input(2), RBF(0)),
			chain(Input(2), RBF(2, Centres([][]int{{-1, 1}, {1, -1}}))), chain(Input(2), RBF(2))),
		mends.Of("write nn.SCells(24, 5, 4) for 24 planes of cells that see 5×5", chain(image, SCells(0, 5, 4)), chain(image, SCells(24, 5, 4))),
		mends.Of("write nn.CCells(5, 0.5)", chain(image, Conv2D(2, 1), CCells(5, 0)), chain(image, Conv2D(2, 1), CCells(5, 0.5))),
		mends.Of("put nn.Dense(2) before it", chain(Input(3), RBF(1, Centres([][]int{{1, 2}}))), chain(Input(3), Dense(2), RBF(1, Centres([][]int{{1, 2}})))),
		mends.Of("write nn.Conv2DTranspose(32, 2, nn.Strides(2))", chain(image, Conv2DTranspose(32, 2, Padding(1))), chain(image, Conv2DTranspose(32, 2, Strides(2)))),
		mends.Of("write nn.Conv2DTranspose(32, 2, nn.Strides(2)) for 32 filters of 2×2", chain(image, Conv2DTranspose(0, 2)), chain(image, Conv2DTranspose(32, 2, Strides(2)))),
		mends.Of("write one number for all axes, or one for each", chain(image, Conv2D(4, 3, Strides(1, 2, 3))), chain(image, Conv2D(4, 3, Strides(2))), chain(image, Conv2D(4, 3, Strides(1, 2)))),
		mends.Of("put nn.Reshape(…) before it", chain(image, Conv1D(4, 3)), chain(image, Reshape(64, 3), Conv1D(4, 3))),
		mends.Of("it must stand before nn.Flatten(), or behind nn.Reshape(height, width, channels)", chain(image, Flatten(), Conv2D(4, 3)),
			chain(image, Conv2D(4, 3), Flatten()), chain(image, Flatten(), Reshape(8, 8, 3), Conv2D(4, 3))),
		mends.Of("take a smaller window, nn.Same, or fewer pools before it", chain(image, MaxPool2D(4), Conv2D(4, 3)),
			chain(image, MaxPool2D(4), Conv2D(4, 2)), chain(image, MaxPool2D(4), Conv2D(4, 3, Same)), chain(image, Conv2D(4, 3))),
		mends.Of("write nn.Padding(1), or nn.Same", chain(image, MaxPool2D(3, Padding(2))), chain(image, MaxPool2D(3, Padding(1))), chain(image, MaxPool2D(3, Same))),
		mends.Of("it must stand before nn.Flatten()", chain(image, Flatten(), GlobalMaxPool()), chain(image, GlobalMaxPool(), Flatten())),
		mends.Of("it must stand before nn.Flatten()", chain(image, Flatten(), AdaptiveAveragePool2D(2, 2)), chain(image, AdaptiveAveragePool2D(2, 2), Flatten())),
		mends.Of("write nn.AdaptiveMaxPool2D(8, 1)", chain(image, AdaptiveMaxPool2D(9, 0)), chain(image, AdaptiveMaxPool2D(8, 1))),
		mends.Of("write nn.AdaptiveAveragePool2D(8, 1)", chain(image, AdaptiveAveragePool2D(9, 0)), chain(image, AdaptiveAveragePool2D(8, 1))),
		mends.Of("the product of the axes must stay the same", chain(Input(6), Reshape(4, 2)), chain(Input(6), Reshape(3, 2))),
		mends.Of("write nn.Permute(2, 1, 3), which exchanges the first two", chain(image, Permute(1, 2)), chain(image, Permute(2, 1, 3))),
		mends.Of("leave it out: an example has one axis", chain(Input(4), Permute(2)), chain(Input(4))),
		mends.Of("nn.Axis(1) is the first axis of an example; the batch is not counted", chain(image, Slice(0, 2, Axis(4))), chain(image, Slice(0, 2, Axis(1)))),
		mends.Of("write nn.Slice(0, 1)", chain(image, Slice(0, 4)), chain(image, Slice(0, 1))),
		mends.Of("write nn.Dropout(0.2) to drop a fifth of the units", chain(Input(4), Dropout(20)), chain(Input(4), Dropout(0.2))),
		mends.Of("write nn.SpatialDropout(0.2) to drop a fifth of the channels", chain(image, SpatialDropout(1)), chain(image, SpatialDropout(0.2))),
		mends.Of("write nn.GaussianNoise(0.1)", chain(Input(4), GaussianNoise(-1)), chain(Input(4), GaussianNoise(0.1))),
		mends.Of("Keras's defaults are 0.99 and 0.001", chain(Input(4), BatchNorm(BNMomentum(1))), chain(Input(4), BatchNorm(BNMomentum(0.99), BNEpsilon(0.001)))),
		mends.Of("Keras's is 0.001, PyTorch's 1e-5", chain(Input(4), LayerNorm(LNEpsilon(-1))), chain(Input(4), LayerNorm(LNEpsilon(0.001))), chain(Input(4), LayerNorm(LNEpsilon(1e-5)))),
		mends.Of("write nn.GroupNorm(1), all channels in one group", chain(Input(4), GroupNorm(3)), chain(Input(4), GroupNorm(1))),
		mends.Of("write nn.BatchNorm(), which takes the numbers of a batch together", chain(Input(4), GroupNorm(4)), chain(Input(4), BatchNorm()), chain(Input(4), Dense(1), BatchNorm())),
		mends.Of("AlexNet's is nn.LocalResponseNorm(5, 1e-4, 0.75, 2)", chain(image, LocalResponseNorm(0, 1, 1, 1)), chain(image, LocalResponseNorm(5, 1e-4, 0.75, 2))),
		mends.Of("write nn.Sigmoid for one unit", trained(BinaryCrossentropy, Input(4), Dense(1, Softmax)), trained(BinaryCrossentropy, Input(4), Dense(1, Sigmoid))),
		mends.Of("write nn.LeakyReLUOf(0.1), or nn.PReLU() behind the layer, whose slopes may be any numbers", chain(Input(4), Dense(1, LeakyReLUOf(-1))),
			chain(Input(4), Dense(1, LeakyReLUOf(0.1))), chain(Input(4), Dense(1), PReLU(AlphaInitializer(Constant(-1))))),
		mends.Of("write nn.ELUOf(1)", chain(Input(4), Dense(1, ELUOf(-1))), chain(Input(4), Dense(1, ELUOf(1)))),
		mends.Of("write nn.Sigmoid, a soft step; for a rule that needs no gradient compile with nn.NoLoss", chain(Input(4), Dense(3, Step), Dense(1)),
			chain(Input(4), Dense(3, Sigmoid), Dense(1)), trained(NoLoss, Input(4), Dense(3, Step), Dense(1))),
		mends.Of("compile with nn.PerceptronLoss, by whose rule a last step learns; or write nn.Sigmoid, a soft step", chain(Input(4), Dense(1, Step)),
			trained(PerceptronLoss, Input(4), Dense(1, Step)), chain(Input(4), Dense(1, Sigmoid))),
		mends.Of("write nn.Func(func(x, y []float64) {…}, func(x, y, dy, dx []float64) {…})", chain(Input(4), Func(square, nil)), chain(Input(4), Func(square, double))),
		mends.Of("write nn.OutputShape(10)", chain(Input(10), Func(square, double, OutputShape(0))), chain(Input(10), Func(square, double, OutputShape(10)))),
		mends.Of("keep logarithms, roots and divisors off 0", chain(Input(4), Func(func(x, y []float64) { y[0] = math.Log(0 * x[0]) }, double)), chain(Input(4), Func(square, double))),
		mends.Of("look for a wrong sign, a forgotten factor, or an element that backward leaves out", chain(Input(4), Func(square, func(x, y, dy, dx []float64) {})), chain(Input(4), Func(square, double))),
		mends.Of("look at the lengths of the slices and the indices", chain(Input(4), Func(square, double, OutputShape(2))), chain(Input(4), Func(square, double, OutputShape(4)))),

		mends.Of("nn.Same keeps the height and the width of a branch",
			branches([]int{8, 8, 3}, func(in *InputLayer) []Source { return one(Concatenate(in.Then(Conv2D(4, 3)), in.Then(Conv2D(4, 1)))) }),
			branches([]int{8, 8, 3}, func(in *InputLayer) []Source {
				return one(Concatenate(in.Then(Conv2D(4, 3, Same)), in.Then(Conv2D(4, 1))))
			})),
		mends.Of("a Conv2D of 1×1 with strides, or a Dense, brings an input to another shape",
			branches([]int{8, 8, 3}, func(in *InputLayer) []Source { return one(Add(in.Then(Conv2D(4, 3, Same, Strides(2))), in)) }),
			branches([]int{8, 8, 3}, func(in *InputLayer) []Source {
				return one(Add(in.Then(Conv2D(4, 3, Same, Strides(2))), in.Then(Conv2D(4, 1, Strides(2)))))
			}), branches([]int{4}, func(in *InputLayer) []Source { return one(Add(in.Then(Dense(2)), in.Then(Dense(2)))) })),
		mends.Of("write nn.Add(a, b)", branches([]int{4}, func(in *InputLayer) []Source { return one(Add(in.Then(Dense(2)))) }),
			branches([]int{4}, func(in *InputLayer) []Source { return one(Add(in.Then(Dense(2)), in.Then(Dense(2)))) })),
		mends.Of("bring the inputs of a shared layer to one shape", branches([]int{4}, func(in *InputLayer) []Source {
			l := Shared(Dense(2))
			return one(Add(in.Then(l), in.Then(Dense(3), l)))
		}), branches([]int{4}, func(in *InputLayer) []Source {
			l := Shared(Dense(2))
			return one(Add(in.Then(l), in.Then(Dense(4), l)))
		})),
		mends.Of(`number the blocks: nn.Block(fmt.Sprintf("block%d", i), …)`, chain(Input(4), Block("a", Chain(Dense(2))), Block("a", Chain(Dense(2)))),
			chain(Input(4), Block("block0", Chain(Dense(2))), Block("block1", Chain(Dense(2))))),
		mends.Of("the block has a name already; put nn.Shared around the layers in it that are to share weights", chain(Input(4), Shared(Block("a", Chain(Dense(2))))),
			chain(Input(4), Block("a", Chain(Shared(Dense(2)))))),
		mends.Of("write nn.Block(name, nn.Chain(layers…)), or return nn.Add(f, x)", chain(Input(4), Block("a", func(Source) *Node { return nil })),
			chain(Input(4), Block("a", Chain(Dense(2)))), chain(Input(4), Block("a", func(x Source) *Node { return Add(x.Then(Dense(4)), x) }))),
		mends.Of("give each layer a name of its own; nn.Shared makes one layer of several uses", chain(Input(4), Named("a", Dense(4)), Named("a", Dense(4))),
			chain(Input(4), Named("a", Dense(4)), Named("b", Dense(4))), func() error {
				l := Shared(Dense(4))
				return chain(Input(4), l, l)()
			}),
		mends.Of("add it to nn.Inputs(…)", func() error {
			a, b := Input(2), Input(2)
			return Graph(Inputs(a), Outputs(Add(a, b).Then(Dense(1)))).Compile(MSE, SGD(0.1)).Err()
		}, func() error {
			a, b := Input(2), Input(2)
			return Graph(Inputs(a, b), Outputs(Add(a, b).Then(Dense(1)))).Compile(MSE, SGD(0.1)).Err()
		}),
		mends.Of("take it out of nn.Inputs(…), or use it", func() error {
			a, b := Input(2), Input(2)
			return Graph(Inputs(a, b), Outputs(a.Then(Dense(1)))).Compile(MSE, SGD(0.1)).Err()
		}, func() error {
			a := Input(2)
			return Graph(Inputs(a), Outputs(a.Then(Dense(1)))).Compile(MSE, SGD(0.1)).Err()
		}),
		mends.Of("list it once in nn.Outputs(…)", branches([]int{4}, func(in *InputLayer) []Source {
			y := in.Then(Dense(2))
			return []Source{y, y}
		}), branches([]int{4}, func(in *InputLayer) []Source { return one(in.Then(Dense(2))) })),
	}
}
