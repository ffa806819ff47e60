package viz

import (
	"math"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// lessonMends are those of figures that are gone through, or that a training draws.
func lessonMends() []mends.Row {
	compiled := func(layers ...nn.Layer) *nn.Model {
		return nn.Sequential(layers...).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	}
	_, digits := datasets.MNIST()
	digits = digits.Take(4)
	flat := compiled(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax))
	moons := datasets.Moons(200, 0.1, 1)
	plane := compiled(nn.Input(2), nn.Dense(2, nn.Softmax))
	vectors := digits.OneHot()
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
	return []mends.Row{
		mends.Of("write nn.Sequential(nn.Input(2), nn.Dense(3, nn.Sigmoid), nn.Dense(1, nn.Sigmoid))", inspecting(flat, digits, 1), inspecting(inspected, moons, 1)),
		mends.Of("write viz.Inspect(model, train, 1)", inspecting(inspected, moons, 0), inspecting(inspected, moons, 1)),
		mends.Of(`write viz.Race(train, nn.Epochs(10), viz.Runner("A", model))`, racing(nn.Epochs(1)), racing(nn.Epochs(10), Runner("A", mlp(0.1, 1)))),
		mends.Of(`write viz.Race(train, nn.Epochs(10), viz.Runner("A", model))`, func() error { return mends.Failed(mlp(0.1, 1).Fit(moons, Runner("A", mlp(0.1, 1)))) },
			racing(nn.Epochs(10), Runner("A", mlp(0.1, 1)))),
		mends.Of(`give the runner a model: viz.Runner("A", mlp(0.1))`, racing(Runner("A", nil)), racing(Runner("A", mlp(0.1, 1)))),
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
	}
}
