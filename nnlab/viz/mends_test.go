package viz

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Each mend of the package is followed once, and works.
func TestMends(t *testing.T) {
	compiled := func(layers ...nn.Layer) *nn.Model {
		return nn.Sequential(layers...).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	}
	_, digits := datasets.MNIST()
	digits = digits.Take(4)
	flat := compiled(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax))
	conv := compiled(nn.Input(28, 28, 1), nn.Conv2D(2, 3), nn.Flatten(), nn.Dense(10, nn.Softmax))
	moons := datasets.Moons(200, 0.1, 1)
	plane := compiled(nn.Input(2), nn.Dense(2, nn.Softmax))
	two := nn.Sequential(nn.Input(2), nn.Dense(2)).Compile(nn.MSE, nn.SGD(0.1))
	numbers := datasets.FromTargets([][]float32{{1, 2}, {3, 4}}, [][]float32{{1, 2}, {3, 4}})
	vectors := digits.OneHot()
	boundaryOf := func(m *nn.Model, d nn.Data) func() error {
		return func() error { return mends.Failed((&boundary{settings: newSettings(nil), data: d}).draw(m, 1)) }
	}
	wrong := func(d nn.Data) func() error { return func() error { return mends.Failed(Wrong(flat, d, 1)) } }
	names := func(n ...string) func() error {
		return func() error { return mends.Failed(Confusion(plane, moons, Names(n...))) }
	}
	filters := func(m *nn.Model, layer string) func() error {
		return func() error { return mends.Failed(Filters(m, layer)) }
	}
	maps := func(m *nn.Model, d nn.Data) func() error {
		return func() error { return mends.Failed(FeatureMaps(m, d, 0)) }
	}
	inspecting := func(m *nn.Model, d nn.Data, n int) func() error {
		return func() error { return mends.Failed(Inspect(m, d, n)) }
	}
	inspected := nn.Sequential(nn.Input(2), nn.Dense(3, nn.Sigmoid), nn.Dense(1, nn.Sigmoid)).Compile(nn.MSE, nn.SGD(0.1))
	racing := func(options ...nn.FitOption) func() error {
		return func() error { return mends.Failed(Race(moons, append(options, nn.Verbose(false))...)) }
	}
	present := func(d nn.Data) func() error {
		return func() error { return mends.Failed(newNow(newSettings([]Option{Now(d)}))) }
	}
	embedding := func(layer string, d nn.Data) func() error {
		return func() error { return mends.Failed(Embedding(flat, layer, d)) }
	}
	one := compiled(nn.Input(2), nn.Dense(1), nn.Dense(2, nn.Softmax))
	infinite := compiled(nn.Input(2), nn.Dense(2), nn.Dense(2, nn.Softmax))
	infinite.Params()[0].Value.Set([]float32{float32(math.Inf(1)), 1, 1, 1})
	playing := func(m *nn.Model) func() error {
		return func() error { return mends.Failed(Playground(m, moons)) }
	}
	square := Function{Name: "x²", F: func(x float64) float64 { return x * x }}
	ignore := func(float64) {}
	mends.Check(t, []mends.Row{
		mends.Of("take datasets.Moons(200, 0.1, 1)", boundaryOf(plane, nil), boundaryOf(plane, moons)),
		mends.Of("take data with two numbers an example, as datasets.Moons(200, 0.1, 1)", boundaryOf(two, numbers), boundaryOf(plane, moons)),
		mends.Of("take train, test := datasets.MNIST()", wrong(nil), wrong(digits)),
		mends.Of("take pictures, as datasets.MNIST() has them; the model may flatten them by nn.Flatten()", wrong(moons), wrong(digits)),
		mends.Of("make the data with datasets.FromSlices, which takes labels", wrong(vectors), wrong(digits), func() error {
			return mends.Failed(Confusion(plane, datasets.FromSlices([][]float32{{1, 2}, {3, 4}}, []int{0, 1})))
		}),
		mends.Of("name the classes 0 to 1 in their order by viz.Names", names("lua"), names("lua", "sol")),
		mends.Of("write one of: conv2d", filters(conv, "conv"), filters(conv, "conv2d")),
		mends.Of("it is for convolutional networks", filters(flat, "dense"), filters(conv, "conv2d")),
		mends.Of("it is for convolutional networks", maps(plane, moons), maps(conv, digits)),
		mends.Of(`write viz.Functions(0, 1, viz.Function{Name: "x²", F: func(x float64) float64 { return x * x }})`,
			func() error { return mends.Failed(Functions(1, 0, square)) }, func() error { return mends.Failed(Functions(0, 1, square)) }),
		mends.Of("write viz.ActivationCurves(nn.Sigmoid, nn.Tanh, nn.ReLU); the softmax is of a whole vector",
			func() error { return mends.Failed(ActivationCurves(nn.Softmax)) }, func() error { return mends.Failed(ActivationCurves(nn.Sigmoid, nn.Tanh, nn.ReLU)) }),
		mends.Of("write viz.Slider(nn.LearningRate, 1e-4, 1e-1)", Slider(nn.LearningRate, 1, 0).check, Slider(nn.LearningRate, 1e-4, 1e-1).check),
		mends.Of(`write viz.SliderOf("ruído", 0, 1, 0.5, f)`, SliderOf("ruído", 1, 0, 0.5, ignore).check, SliderOf("ruído", 0, 1, 0.5, ignore).check),
		mends.Of("write nn.Sequential(nn.Input(2), nn.Dense(3, nn.Sigmoid), nn.Dense(1, nn.Sigmoid))", inspecting(flat, digits, 1), inspecting(inspected, moons, 1)),
		mends.Of("write viz.Inspect(model, train, 1)", inspecting(inspected, moons, 0), inspecting(inspected, moons, 1)),
		mends.Of(`write viz.Race(train, nn.Epochs(10), viz.Runner("A", model))`, racing(nn.Epochs(1)), racing(nn.Epochs(10), Runner("A", mlp(0.1, 1)))),
		mends.Of(`write viz.Race(train, nn.Epochs(10), viz.Runner("A", model))`, func() error { return mends.Failed(mlp(0.1, 1).Fit(moons, Runner("A", mlp(0.1, 1)))) },
			racing(nn.Epochs(10), Runner("A", mlp(0.1, 1)))),
		mends.Of(`make a model anew for each: viz.Runner("A", mlp(0.1)), viz.Runner("B", mlp(0.01))`, racing(Runner("A", plane), Runner("B", plane)),
			racing(Runner("A", mlp(0.1, 1)), Runner("B", mlp(0.01, 1)))),
		mends.Of("make the data with datasets.FromSlices, which takes labels", present(vectors), present(digits)),
		mends.Of("write one of: input, flatten, dense", embedding("dens", digits), embedding("dense", digits)),
		mends.Of("take a Dense layer further behind, as Summary names it", func() error { return mends.Failed(Embedding(one, "dense", moons)) },
			func() error { return mends.Failed(Embedding(one, "dense_1", moons)) }),
		mends.Of("take train, test := datasets.MNIST()", embedding("dense", nil), embedding("dense", digits)),
		mends.Of("make the data with datasets.FromSlices, which takes labels", embedding("dense", vectors), embedding("dense", digits)),
		mends.Of("train with a smaller learning rate, or with nn.ClipNorm(1)", func() error { return mends.Failed(Embedding(infinite, "dense", moons)) },
			func() error { return mends.Failed(Embedding(plane, "dense", moons)) }),
		mends.Of("write nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax))", playing(flat), playing(compiled(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)))),
		mends.Of(`give each runner its own: viz.Runner("A", model, nn.EarlyStopping(3))`, racing(nn.EarlyStopping(3), Runner("A", mlp(0.1, 1)), Runner("B", mlp(0.1, 2))),
			racing(Runner("A", mlp(0.1, 1), nn.EarlyStopping(3)), Runner("B", mlp(0.1, 2), nn.EarlyStopping(3)))),
	}, map[string]string{"take another layer": "no decomposition is known that does not converge"})
}
