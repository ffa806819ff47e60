package viz

import (
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
	square := Function{Name: "x²", F: func(x float64) float64 { return x * x }}
	fieldsOf := func(m *nn.Model, i int) func() error {
		return func() error { return mends.Failed(ReceptiveField(m, digits, i)) }
	}
	slides := func(layer nn.Layer, options ...Option) func() error {
		return func() error { return mends.Failed(Convolution(layer, slideImage, options...)) }
	}
	ignore := func(float64) {}
	mends.Check(t, append(lessonMends(), []mends.Row{
		mends.Of("take datasets.Moons(200, 0.1, 1)", boundaryOf(plane, nil), boundaryOf(plane, moons)),
		mends.Of("take data with two numbers an example, as datasets.Moons(200, 0.1, 1)", boundaryOf(two, numbers), boundaryOf(plane, moons)),
		mends.Of("write viz.Curves(model.History())", func() error { return mends.Failed(Curves(nil)) }, func() error { return mends.Failed(Curves(plane.History())) }),
		mends.Of(`write viz.Button("parar", nn.Stop), or viz.SliderOf("ruído", 0, 1, 0.5, func(v float64) {…})`, Button("parar", (func())(nil)).check,
			Button("parar", nn.Stop).check, SliderOf("ruído", 0, 1, 0.5, func(float64) {}).check),
		mends.Of("take train, test := datasets.MNIST()", wrong(nil), wrong(digits)),
		mends.Of("take pictures, as datasets.MNIST() has them, or see numbers as pixels by Reshape(height, width, 1); the model may flatten them by nn.Flatten()", wrong(moons), wrong(digits)),
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
		mends.Of("write viz.Convolution(nn.Conv2D(1, 3), image)", slides(nn.Dense(1)), slides(nn.Conv2D(1, 3))),
		mends.Of("take the layer of two axes, as nn.Conv2D is, or one row of the image", slides(nn.Conv1D(1, 3)), slides(nn.Conv2D(1, 3)), func() error {
			return mends.Failed(Convolution(nn.Conv1D(1, 3), slideImage[0]))
		}),
		mends.Of("write nn.Conv2D(1, 3)", slides(nn.Conv2D(2, 3)), slides(nn.Conv2D(1, 3))),
		mends.Of("write image := [][]float32{{3, 0, 1}, {1, 5, 8}, {2, 7, 2}}", func() error { return mends.Failed(Convolution(nn.Conv2D(1, 3), [][]float32{{3, 0}, {1}})) },
			func() error {
				image := [][]float32{{3, 0, 1}, {1, 5, 8}, {2, 7, 2}}
				return mends.Failed(Convolution(nn.Conv2D(1, 3), image))
			}),
		mends.Of("write them row by row, and channel after channel", slides(nn.Conv2D(1, 3), Kernel(1, 2, 3)), slides(nn.Conv2D(1, 3), Kernel(1, 0, -1, 1, 0, -1, 1, 0, -1))),
		mends.Of("begin the model with nn.Input(28, 28, 1)", fieldsOf(compiled(nn.Input(30, 30, 1), nn.Conv2D(1, 3)), 0), fieldsOf(conv, 0)),
		mends.Of("write 0 for the first example", fieldsOf(conv, 4), fieldsOf(conv, 0)),
		mends.Of("it is for convolutional networks", fieldsOf(compiled(nn.Input(28, 28, 1), nn.Activation(nn.ReLU)), 0), fieldsOf(conv, 0)),
		mends.Of("write viz.Slider(nn.LearningRate, 1e-4, 1e-1)", Slider(nn.LearningRate, 1, 0).check, Slider(nn.LearningRate, 1e-4, 1e-1).check),
		mends.Of(`write viz.SliderOf("ruído", 0, 1, 0.5, f)`, SliderOf("ruído", 1, 0, 0.5, ignore).check, SliderOf("ruído", 0, 1, 0.5, ignore).check),
	}...), nil)
}
