package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// fits trains a network that ends in last for one epoch.
func fits(loss Loss, d Data, last Layer, o ...FitOption) func() error {
	return func() error {
		m := Sequential(Input(d.Shape()...), last).Compile(loss, SGD(0.01))
		return mends.Failed(m.Fit(d, append(o, Verbose(false))...))
	}
}

// fitted trains a network for [clouds] of shape [6].
func fitted(d Data, o ...FitOption) func() error {
	return func() error { return mends.Failed(small().Fit(d, append(o, Verbose(false))...)) }
}

// compiled compiles a network with an optimizer and options.
func compiled(o Optimizer, options ...CompileOption) func() error {
	return func() error {
		return Sequential(Input(6), Dense(3, Softmax)).Compile(CategoricalCrossentropy, o, options...).Err()
	}
}

// warning is what is said while a network is compiled.
func warning(t *testing.T, loss Loss, units int, f ActivationFunction) func() error {
	return func() (err error) {
		warned.Clear()
		said := captureStderr(t, func() { err = trained(loss, Input(6), Dense(units, f))() })
		if said != "" {
			return errors.New(said[:len(said)-1])
		}
		return err
	}
}

// compileMends are what Compile says to write instead, and the optimizers.
func compileMends(t *testing.T) []mends.Row {
	two := func(o ...CompileOption) func() error {
		return branches([]int{4}, func(in *InputLayer) []Source { return []Source{in.Then(Dense(2)), in.Then(Dense(2))} }, o...)
	}
	named := func(name string) func() error {
		return branches([]int{4}, func(in *InputLayer) []Source { return []Source{in.Then(Dense(2)).Named(name), in.Then(Dense(2))} })
	}
	square := func(y, t []float64) float64 { return (y[0] - t[0]) * (y[0] - t[0]) }
	slope := func(y, t, dy []float64) { dy[0] = 2 * (y[0] - t[0]) }
	own := func(f func(y, t []float64) float64, g func(y, t, dy []float64)) func() error {
		return trained(FuncLoss("own", f, g), Input(4), Dense(1))
	}
	chosen := func(name string) func() error {
		return func() (err error) {
			warned.Clear()
			said := captureStderr(t, func() {
				_, err = chosenBackend(name, func() (backend.Backend, error) { return nil, errors.New("there is none") })
			})
			if said != "" && err == nil {
				return errors.New(said[:len(said)-1])
			}
			return err
		}
	}
	timed := func(rows BatchSize) func() error {
		return func() error {
			_, err := Time(Sequential(Input(4), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.01)), clouds(9, 4), rows)
			return err
		}
	}
	cores := func(o ...CompileOption) func() error {
		return func() (err error) {
			warned.Clear()
			if said := captureStderr(t, func() { err = compiled(SGD(0.1), o...)() }); said != "" && err == nil {
				return errors.New(said[:len(said)-1])
			}
			return err
		}
	}
	taken := func() error {
		_, err := chosenBackend("auto", func() (backend.Backend, error) { return ref.New(), nil })
		return err
	}
	return []mends.Row{
		mends.Of("write nn.BatchSize(32)", timed(0), timed(32)),
		mends.Of("set NNLAB_BACKEND=auto, which takes the CPU where there is none", chosen("cuda"), taken),
		mends.Of("models live on the CPU now; set NNLAB_BACKEND=cpu to be told no more", chosen("auto"), chosen("cpu"), chosen("")),
		mends.Of("set NNLAB_BACKEND=auto", chosen("gpu"), taken),
		mends.Of("the model computes in float32; leave nn.TF32 out to be told no more", cores(TF32), cores()),
		mends.Of("call .Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.Accuracy) on it", Sequential(Input(4), Dense(3, Softmax)).Err,
			Sequential(Input(4), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.01), Accuracy).Err),
		mends.Of("give it one before: model = nn.Sequential(…)", (*Model)(nil).Err, compiled(SGD(0.01))),
		mends.Of("return the model itself where nothing is wrong", Refused("mine", nil).Err, compiled(SGD(0.01))),
		mends.Of("write nn.SGD(0.01)", compiled(nil), compiled(SGD(0.01))),
		mends.Of("Keras's default is 0.01 for SGD and 0.001 for the others", compiled(Adam(-1)), compiled(SGD(0.01)), compiled(Adam(0.001))),
		mends.Of("Keras's default is 0", compiled(SGD(0.1, Momentum(1))), compiled(SGD(0.1, Momentum(0)))),
		mends.Of("Keras's default is 0.9, of Adadelta 0.95", compiled(RMSprop(0.1, Rho(1))), compiled(RMSprop(0.1, Rho(0.9))), compiled(Adadelta(1, Rho(0.95)))),
		mends.Of("Keras's default is 0.9", compiled(Adam(0.1, Betas(1, 0.999))), compiled(Adam(0.1, Betas(0.9, 0.999)))),
		mends.Of("Keras's default is 1e-07", compiled(Adam(0.1, EpsilonOf(0))), compiled(Adam(0.1, EpsilonOf(1e-07)))),
		mends.Of("Keras's default is 0.004", compiled(AdamW(0.1, WeightDecay(1))), compiled(AdamW(0.1, WeightDecay(0.004)))),
		mends.Of("Keras's default is 0.1", compiled(Adagrad(0.1, InitialAccumulator(-1))), compiled(Adagrad(0.1, InitialAccumulator(0.1)))),
		mends.Of("write nn.SGD(0.01, nn.Momentum(0.9), nn.Nesterov())", compiled(SGD(0.01, Nesterov())), compiled(SGD(0.01, Momentum(0.9), Nesterov()))),
		mends.Of("leave a metric out, or give the outputs other names by Named", compiled(SGD(0.1), Accuracy, Accuracy), compiled(SGD(0.1), Accuracy)),
		mends.Of(`call the output otherwise, as by .Named("value")`, named("val"), named("value")),
		mends.Of("leave one of them", compiled(SGD(0.1), ClipNorm(1), ClipValue(1)), compiled(SGD(0.1), ClipNorm(1)), compiled(SGD(0.1), ClipValue(1))),
		mends.Of("write nn.ClipNorm(1)", compiled(SGD(0.1), ClipNorm(0)), compiled(SGD(0.1), ClipNorm(1))),
		mends.Of("write nn.TopK(5)", compiled(SGD(0.1), TopK(0)), compiled(SGD(0.1), TopK(5))),
		mends.Of(`write nn.Freeze("dense"), or nn.Freeze("conv*") for all whose names begin so`, compiled(SGD(0.1), Freeze("danse")), compiled(SGD(0.1), Freeze("dense")), compiled(SGD(0.1), Freeze("den*"))),
		mends.Of("write one for each of: layer 2 (Dense 2), layer 3 (Dense 2)", two(Losses(MSE)), two(Losses(MSE, MAE))),
		mends.Of("1 is the weight of a loss without it", two(LossWeights(0, 0)), two(LossWeights(1, 0))),
		mends.Of("give an output that is not to count the weight 0 by nn.LossWeights", two(Losses(MSE, NoLoss)), two(Losses(MSE, MSE), LossWeights(1, 0))),
		mends.Of("leave the metrics out, or compile with nn.CategoricalCrossentropy", func() error {
			return Sequential(Input(6), Dense(3, Softmax)).Compile(NoLoss, SGD(0.1), Accuracy).Err()
		}, trained(NoLoss, Input(6), Dense(3, Softmax)), compiled(SGD(0.1), Accuracy)),
		mends.Of("compile with nn.BinaryCrossentropy behind nn.Dense(1, nn.Sigmoid)", trained(CategoricalCrossentropy, Input(4), Dense(1, Sigmoid)), trained(BinaryCrossentropy, Input(4), Dense(1, Sigmoid))),
		mends.Of("Keras's default is nn.Huber(1)", trained(Huber(0), Input(4), Dense(1)), trained(Huber(1), Input(4), Dense(1))),
		mends.Of("write nn.CategoricalCrossentropy.LabelSmoothing(0.1)", trained(MSE.LabelSmoothing(0.1), Input(4), Dense(3)), trained(CategoricalCrossentropy.LabelSmoothing(0.1), Input(4), Dense(3, Softmax))),
		mends.Of("leave the softmax away, or take the loss without FromLogits", trained(CategoricalCrossentropyFromLogits, Input(4), Dense(3, Softmax)),
			trained(CategoricalCrossentropyFromLogits, Input(4), Dense(3)), trained(CategoricalCrossentropy, Input(4), Dense(3, Softmax))),
		mends.Of("leave the sigmoid away, or take the loss without FromLogits", trained(BinaryCrossentropyFromLogits, Input(4), Dense(3, Sigmoid)),
			trained(BinaryCrossentropyFromLogits, Input(4), Dense(3)), trained(BinaryCrossentropy, Input(4), Dense(3, Sigmoid))),
		mends.Of("end with nn.Sigmoid, or compile with nn.BinaryCrossentropyFromLogits", warning(t, BinaryCrossentropy, 3, Linear), warning(t, BinaryCrossentropy, 3, Sigmoid), warning(t, BinaryCrossentropyFromLogits, 3, Linear)),
		mends.Of("end with nn.Sigmoid", warning(t, BinaryCrossentropy, 3, ReLU), warning(t, BinaryCrossentropy, 3, Sigmoid)),
		mends.Of("end with nn.Softmax, or compile with nn.CategoricalCrossentropyFromLogits", warning(t, SparseCategoricalCrossentropy, 3, Linear),
			warning(t, SparseCategoricalCrossentropy, 3, Softmax), warning(t, CategoricalCrossentropyFromLogits, 3, Linear)),
		mends.Of("leave the relu away", warning(t, Hinge, 3, ReLU), warning(t, Hinge, 3, Linear)),
		mends.Of("Keras's default is nn.L2(0.01)", trained(MSE, Input(4), Dense(1, KernelRegularizer(L1(-1)))), trained(MSE, Input(4), Dense(1, KernelRegularizer(L2(0.01))))),
		mends.Of("end with nn.Step", warning(t, PerceptronLoss, 3, Sigmoid), warning(t, PerceptronLoss, 3, Step)),
		mends.Of("end with nn.Softmax", warning(t, KLDivergence, 3, Linear), warning(t, KLDivergence, 3, Softmax)),
		mends.Of("write nn.FuncLoss(name, func(y, t []float64) float64 {…}, func(y, t, dy []float64) {…})", own(square, nil), own(square, slope)),
		mends.Of("keep logarithms, roots and divisors off 0", own(func(y, t []float64) float64 { return math.Log(-y[0]) }, slope), own(square, slope)),
		mends.Of("look for a wrong sign, a forgotten factor, or an element that gradient leaves out", own(square, func(y, t, dy []float64) { dy[0] = y[0] - t[0] }), own(square, slope)),
	}
}

// dataMends are what is said of data that do not fit a model.
func dataMends() []mends.Row {
	train := datasets.FromSlices([][]float32{{0}, {1}, {2}, {3}}, []int{0, 1, 2, 2})
	few := datasets.FromSlices([][]float32{{0}, {1}}, []int{0, 1})
	only := datasets.FromSlices([][]float32{{0}, {1}}, []int{0, 0})
	numbers := datasets.FromTargets([][]float32{{0}, {1}, {2}}, [][]float32{{0}, {1}, {2}})
	pairs := datasets.FromTargets([][]float32{{0}, {1}}, [][]float32{{0.5, 0.5}, {1, 0}})
	targets := func(y ...float32) Data { return &toy{shape: []int{1}, x: [][]float32{{1}}, y: [][]float32{y}} }
	label := func(c float32, classes int) Data {
		return &toy{shape: []int{1}, classes: classes, x: [][]float32{{1}}, y: [][]float32{{c}}}
	}
	images := &toy{shape: []int{2, 2, 1}, x: [][]float32{{1, 2, 3, 4}}, y: [][]float32{{1, 2, 3}}}
	var none Data
	nan := clouds(4, 6)
	nan.x[1][3] = float32(math.NaN())
	nanTarget := vectors(4, 1)
	nanTarget.y[2] = []float32{0, float32(math.Inf(1))}
	multi := func(d Data) func() error {
		return func() error {
			a, b := Input(6), Input(6)
			m := Graph(Inputs(a, b), Outputs(Add(a, b).Then(Dense(3, Softmax)))).Compile(CategoricalCrossentropy, SGD(0.1))
			return mends.Failed(m.Fit(d, Verbose(false)))
		}
	}
	return []mends.Row{
		mends.Of("take train, test := datasets.MNIST()", func() error { return mends.Failed(small().Fit(none)) }, func() error {
			_, test := datasets.MNIST()
			return mends.Failed(Sequential(Input(28, 28, 1), Flatten(), Dense(10, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1)).Evaluate(test.Take(3)))
		}),
		mends.Of("look at how the data were taken or split", fitted(clouds(0, 6)), fitted(clouds(2, 6))),
		mends.Of("write nn.Input(1)", func() error { return mends.Failed(small().Fit(train)) }, fits(CategoricalCrossentropy, train, Dense(3, Softmax))),
		mends.Of("put nn.Flatten() and nn.Dense(3) behind it", fits(MSE, images, Conv2D(1, 1)), func() error {
			return mends.Failed(Sequential(Input(2, 2, 1), Conv2D(1, 1), Flatten(), Dense(3)).Compile(MSE, SGD(0.1)).Fit(images, Verbose(false)))
		}),
		mends.Of("end with nn.Dense(3, nn.Softmax)", fits(CategoricalCrossentropy, train, Dense(2, Softmax)), fits(CategoricalCrossentropy, train, Dense(3, Softmax))),
		mends.Of("end with nn.Dense(3)", fits(CategoricalCrossentropyFromLogits, train, Dense(2)), fits(CategoricalCrossentropyFromLogits, train, Dense(3))),
		mends.Of("end with nn.Dense(3, nn.Softmax) and compile with nn.CategoricalCrossentropy", fits(BinaryCrossentropy, train, Dense(1, Sigmoid)), fits(CategoricalCrossentropy, train, Dense(3, Softmax))),
		mends.Of("end with nn.Dense(3)", fits(Hinge, train, Dense(1)), fits(Hinge, train, Dense(3))),
		mends.Of("end with nn.Dense(2, nn.Softmax)", fits(CategoricalCrossentropy, pairs, Dense(3, Softmax)), fits(CategoricalCrossentropy, pairs, Dense(2, Softmax))),
		mends.Of("end with nn.Dense(2, nn.Sigmoid)", fits(BinaryCrossentropy, pairs, Dense(1, Sigmoid)), fits(BinaryCrossentropy, pairs, Dense(2, Sigmoid))),
		mends.Of("end with nn.Dense(1)", fits(MSE, numbers, Dense(2)), fits(MSE, numbers, Dense(1))),
		mends.Of("if the data lack the last classes, write data.WithClasses(3); else end with nn.Dense(2, nn.Softmax)", fits(CategoricalCrossentropy, train, Dense(3, Softmax), Validation(few)),
			fits(CategoricalCrossentropy, train, Dense(3, Softmax), Validation(few.WithClasses(3))), fits(CategoricalCrossentropy, few, Dense(2, Softmax))),
		mends.Of("write data.WithClasses(3)", fits(CategoricalCrossentropy, only, Dense(3, Softmax)), fits(CategoricalCrossentropy, only.WithClasses(3), Dense(3, Softmax))),
		mends.Of("make the data with datasets.FromSlices, which takes labels", fits(SparseCategoricalCrossentropy, numbers, Dense(3, Softmax)), fits(SparseCategoricalCrossentropy, train, Dense(3, Softmax))),
		mends.Of("make the data with datasets.FromSlices, which takes labels", func() error {
			return mends.Failed(Confusion(Sequential(Input(1), Dense(1)).Compile(MSE, SGD(0.1)), numbers))
		}, func() error {
			return mends.Failed(Confusion(Sequential(Input(1), Dense(3)).Compile(MSE, SGD(0.1)), train))
		}),
		mends.Of("compile with nn.CategoricalCrossentropy or nn.MSE", fits(SparseCategoricalCrossentropy, pairs, Dense(2, Softmax)), fits(CategoricalCrossentropy, pairs, Dense(2, Softmax)), fits(MSE, pairs, Dense(2, Softmax))),
		mends.Of("number the classes from 0, and say how many there are", fits(MSE, label(3, 3), Dense(3)), fits(MSE, label(2, 3), Dense(3)), fits(MSE, label(3, 4), Dense(4))),
		mends.Of("write −1 for one class and 1 for the other, or compile with nn.MSE", fits(Hinge, targets(2), Dense(1)), fits(Hinge, targets(1), Dense(1)), fits(MSE, targets(2), Dense(1))),
		mends.Of("write 0 and 1 for no and yes, or compile with nn.MSE", fits(BinaryCrossentropy, targets(2), Dense(1, Sigmoid)), fits(BinaryCrossentropy, targets(1), Dense(1, Sigmoid)), fits(MSE, targets(2), Dense(1, Sigmoid))),
		mends.Of("divide each target by its sum; where several labels may be right end with nn.Sigmoid and compile with nn.BinaryCrossentropy", fits(CategoricalCrossentropy, targets(1, 1), Dense(2, Softmax)),
			fits(CategoricalCrossentropy, targets(0.5, 0.5), Dense(2, Softmax)), fits(BinaryCrossentropy, targets(1, 1), Dense(2, Sigmoid))),
		mends.Of("clean the data", fitted(nan), fitted(clouds(4, 6))),
		mends.Of("clean the data", func() error { return mends.Failed(small().Evaluate(nan)) }, func() error { return mends.Failed(small().Evaluate(clouds(4, 6))) }),
		mends.Of("clean the data", func() error {
			return mends.Failed(Sequential(Input(1), Dense(2)).Compile(MSE, SGD(0.1)).Evaluate(nanTarget))
		}, func() error {
			return mends.Failed(Sequential(Input(1), Dense(2)).Compile(MSE, SGD(0.1)).Evaluate(vectors(4, 1)))
		}),
		mends.Of("write nn.Multi{X: []nn.Data{left, right}, Y: []nn.Data{left}}", multi(Multi{}), multi(Multi{X: []Data{clouds(4, 6), clouds(4, 6)}, Y: []Data{clouds(4, 6)}})),
		mends.Of("write nn.Multi{X: []nn.Data{…}, Y: []nn.Data{…}}", multi(clouds(4, 6)), multi(Multi{X: []Data{clouds(4, 6), clouds(4, 6)}, Y: []Data{clouds(4, 6)}})),
		mends.Of("make all parts of the same examples in the same order; Take(2) shortens one", func() error {
			return mends.Failed(Sequential(Input(1), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1)).Fit(Multi{X: []Data{numbers}, Y: []Data{few.WithClasses(3)}}, Verbose(false)))
		}, func() error {
			return mends.Failed(Sequential(Input(1), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1)).Fit(Multi{X: []Data{numbers.Take(2)}, Y: []Data{few.WithClasses(3)}}, Verbose(false)))
		}),
		mends.Of("look at the Batch, or the Draw, of the data", fitted(speechless{clouds(4, 6)}), fitted(clouds(4, 6))),
		mends.Of("write nn.Augment(train, nn.RandomRotation(0.05))", Augment(nil).Open, Augment(images, RandomRotation(0.05)).Open),
		mends.Of("augment before the images are flattened", Augment(clouds(4, 6)).Open, Augment(images).Open),
		mends.Of("a factor is a fraction: nn.RandomTranslation(0.1, 0.1) moves by up to a tenth of the image", Augment(images, RandomTranslation(10, 10)).Open, Augment(images, RandomTranslation(0.1, 0.1)).Open),
		mends.Of("write 0 for the first example", func() error { return mends.Failed(small().Activations(clouds(4, 6), 4)) }, func() error { return mends.Failed(small().Activations(clouds(4, 6), 0)) }),
		mends.Of("write 0 for the first", func() error { return mends.Failed(small().Step(clouds(4, 6), nil)) }, func() error { return mends.Failed(small().Step(clouds(4, 6), []int{0})) }),
		mends.Of("write 0 for the first", func() error { return mends.Failed(small().InputGradient(clouds(4, 6), 4)) }, func() error { return mends.Failed(small().InputGradient(clouds(4, 6), 0)) }),
	}
}

// speechless are data that do not write what they are asked for.
type speechless struct{ *toy }

func (speechless) Batch([]int, []float32, []float32) { panic("no examples") }

// fitMends are what a training says, and what looks at a trained model.
func fitMends(t *testing.T) []mends.Row {
	d := clouds(8, 6)
	weights := func(o ...FitOption) func() error { return fitted(d, o...) }
	lossless := func(o ...FitOption) func() error {
		return func() error {
			return mends.Failed(Sequential(Input(6), Dense(3)).Compile(NoLoss, SGD(0.1)).Fit(d, append(o, Verbose(false))...))
		}
	}
	rate := func(r float64, scale float32) func() error {
		far := vectors(8, 2)
		for _, x := range far.x {
			x[0] *= scale
		}
		return func() error {
			return mends.Failed(Sequential(Input(2), Dense(8), Dense(2)).Compile(MSE, SGD(r)).Fit(far, Epochs(60), Verbose(false)))
		}
	}
	normalised := func(n BatchSize, l Layer) func() error {
		return func() error {
			return mends.Failed(Sequential(Input(6), Dense(4), l, Dense(3)).Compile(MSE, SGD(0.1)).Fit(d, n, Verbose(false)))
		}
	}
	far := Sequential(Input(2), BatchNorm(), Dense(2)).Compile(MSE, SGD(0.01))
	large := func(by float32) func() error {
		return func() error {
			d := vectors(8, 2)
			for _, x := range d.x {
				x[0] *= by
			}
			return cmp.Or(far.Reset(), mends.Failed(far.Fit(d, Verbose(false))))
		}
	}
	checks := func(loss Loss, init Initializer, o ...CompileOption) func() error {
		return func() error {
			m := Sequential(Input(2), Dense(2, ReLU, NoBias(), KernelInitializer(init))).Compile(loss, SGD(0.1), o...)
			return mends.Failed(GradCheck(m, vectors(4, 2)))
		}
	}
	backward := func(l Layer) func() error {
		return func() error {
			return mends.Failed(GradCheck(Sequential(Input(6), Dense(3), l, Dense(3)).Compile(MSE, SGD(0.1)), d))
		}
	}
	wide := func(units int) func() error {
		return fits(CategoricalCrossentropy, clouds(3, 1000), Block("wide", Chain(Dense(units, ReLU), Dense(3, Softmax))))
	}
	steep := func(o ...CompileOption) func() error {
		l := FuncLoss("steep", func(y, t []float64) float64 { return 1e30 * y[0] * y[0] }, func(y, t, dy []float64) { dy[0] = 2e30 * y[0] })
		return func() error {
			return mends.Failed(Sequential(Input(1), Dense(1)).Compile(l, RMSprop(0.001), o...).Fit(&toy{shape: []int{1}, x: [][]float32{{1}}, y: [][]float32{{1}}}, Verbose(false)))
		}
	}
	conv := Sequential(Input(16, 16, 3), Conv2D(64, 3, Same, ReLU), GlobalAveragePool(), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.01))
	training := pass{training: true, lodging: true}
	rows := conv.rowsIn((64<<20)/bytesEach, 500, conv.graph.layout(500, training), training)
	batches := func(n BatchSize) func() error {
		return func() error { return mends.Failed(conv.Fit(clouds(500, 16, 16, 3), n, Verbose(false))) }
	}
	dir := t.TempDir()
	return []mends.Row{
		mends.Of("write nn.Epochs(20), nn.BatchSize(128)", weights(Epochs(0)), fitted(clouds(128, 6), Epochs(20), BatchSize(128))),
		mends.Of("write nn.BatchSize(8), or take more examples", weights(BatchSize(9)), weights(BatchSize(8)), fitted(clouds(9, 6), BatchSize(9))),
		mends.Of("write nn.ValidationSplit(0.1)", weights(ValidationSplit(10)), fitted(clouds(20, 6), ValidationSplit(0.1))),
		mends.Of("leave out one: an observer sees what Recompute does not keep", weights(Recompute(), Observe(func(*Observation) {})), weights(Recompute()), weights(Observe(func(*Observation) {}))),
		mends.Of("write nn.Recompute(), which chooses the parts itself, or put layers in an nn.Block", weights(Recompute("deep")), weights(Recompute()),
			fits(CategoricalCrossentropy, d, Block("deep", Chain(Dense(4, Tanh), Dense(3, Softmax))), Recompute("deep"))),
		mends.Of("write a number for each, in the order of the examples", weights(SampleWeights([]float64{1})), weights(SampleWeights(make([]float64, 8)))),
		mends.Of("use nn.SampleWeights", fits(MSE, vectors(2, 2), Dense(2), ClassWeights(map[int]float64{0: 2})), fits(MSE, vectors(2, 2), Dense(2), SampleWeights([]float64{1, 2}))),
		mends.Of("write nn.ClassWeights(map[int]float64{2: 2})", weights(ClassWeights(map[int]float64{3: 2})), weights(ClassWeights(map[int]float64{2: 2}))),
		mends.Of("1 is the weight of an example that has none", weights(ClassWeights(map[int]float64{2: -1})), weights(ClassWeights(map[int]float64{2: 1}))),
		mends.Of("write nn.ExponentialDecay(0.9) for nine tenths of the last rate in each epoch", weights(LearningRateSchedule(func(int, float64) float64 { return -1 })), weights(ExponentialDecay(0.9))),
		mends.Of("leave the others out, or write their product as one LearningRateSchedule", weights(ExponentialDecay(0.9), LearningRateSchedule(func(_ int, r float64) float64 { return r / 2 })),
			weights(ExponentialDecay(0.9)), weights(LearningRateSchedule(func(_ int, r float64) float64 { return r / 2 * 0.9 }))),
		mends.Of("write nn.ReduceLROnPlateau(0.1, 10)", weights(ReduceLROnPlateau(2, 10)), weights(ReduceLROnPlateau(0.1, 10))),
		mends.Of("write nn.Cooldown(2), nn.MinLearningRate(1e-5), or leave them out", weights(ReduceLROnPlateau(0.1, 10, Cooldown(-1))), weights(ReduceLROnPlateau(0.1, 10, Cooldown(2), MinLearningRate(1e-5))), weights(ReduceLROnPlateau(0.1, 10))),
		mends.Of("write nn.StepDecay(0.5, 10), or nn.ExponentialDecay(0.9) for a step each epoch", weights(StepDecay(0.5, 0)), weights(StepDecay(0.5, 10)), weights(ExponentialDecay(0.9))),
		mends.Of("write nn.CosineDecay(20, 0)", weights(CosineDecay(0, 0)), weights(CosineDecay(20, 0))),
		mends.Of("leave it out, or write nn.ExponentialDecay(0.9)", weights(LearningRateSchedule(nil)), weights(), weights(ExponentialDecay(0.9))),
		mends.Of("write nn.EarlyStopping(3)", weights(EarlyStopping(-1)), weights(EarlyStopping(3))),
		mends.Of("write nn.Validation(test), or leave it out", weights(Validation(nil)), weights(Validation(d)), weights()),
		mends.Of("leave it out", weights(nil), weights()),
		mends.Of("leave it out", weights(Callbacks(nil)), weights()),
		mends.Of("leave one of them out", weights(Epochs(1), Epochs(2)), weights(Epochs(1)), weights(Epochs(2))),
		mends.Of("add nn.Validation(test) for the val_… quantities", weights(EarlyStopping(3, Monitor("val_loss"))), weights(EarlyStopping(3, Monitor("val_loss")), Validation(d))),
		mends.Of("add nn.EvaluateTraining() for the train_… quantities", weights(EarlyStopping(3, Monitor("train_loss"))), weights(EarlyStopping(3, Monitor("train_loss")), EvaluateTraining())),
		mends.Of(`write nn.Monitor("loss")`, weights(EarlyStopping(3, Monitor("lost"))), weights(EarlyStopping(3, Monitor("loss")))),
		mends.Of("a network without a loss measures nothing", lossless(EarlyStopping(3, Monitor("loss"))), lossless(), weights(EarlyStopping(3, Monitor("loss")))),
		mends.Of(`write nn.Checkpoint("`+dir+`/model.safetensors")`, weights(Checkpoint(dir)), weights(Checkpoint(dir+"/model.safetensors"))),
		mends.Of(`write nn.Checkpoint("`+dir+`/m", nn.SaveBestOnly(), …), or leave Monitor, ModeMin, ModeMax and MinDelta out`, weights(Checkpoint(dir+"/m", ModeMax)),
			weights(Checkpoint(dir+"/m", SaveBestOnly(), ModeMax)), weights(Checkpoint(dir+"/m"))),
		mends.Of("choose another path", weights(Checkpoint(os.DevNull+"/m")), weights(Checkpoint(dir+"/m"))),
		mends.Of("write nn.BatchSize(32), or nn.LayerNorm(), which takes the numbers of an example together", normalised(1, BatchNorm()), func() error {
			return mends.Failed(Sequential(Input(6), Dense(4), BatchNorm(), Dense(3)).Compile(MSE, SGD(0.1)).Fit(clouds(32, 6), BatchSize(32), Verbose(false)))
		}, normalised(1, LayerNorm())),
		mends.Of("lower the learning rate", rate(1e6, 1), rate(0.1, 1)),
		mends.Of("divide the examples by their largest number, so that their squares have a place in float32, and call Reset before the next Fit", large(1e25), large(1)),
		mends.Of("write nn.ClipNorm(1), or divide the examples and the targets by their largest number", steep(), steep(ClipNorm(1)), rate(0.001, 1)),
		mends.Of(fmt.Sprintf("write nn.BatchSize(%d)", rows), within(64<<20, batches(500)), within(64<<20, batches(BatchSize(rows)))),
		mends.Of("add a layer with weights, or compile without nn.Freeze", checks(MSE, GlorotUniform, Freeze("dense")), checks(MSE, GlorotUniform)),
		mends.Of("draw other weights: compile with nn.Seed(2), and no layer with nn.KernelInitializer(nn.Zeros)", checks(MSE, Zeros), checks(MSE, GlorotUniform, Seed(2))),
		mends.Of("the Backward of that layer or of one behind it is wrong", backward(opposite{}), backward(strange{})),
		mends.Of("layer 2 (Dense 60000) has 60 060 000 of them: give it fewer units, or pool more in front of it; Summary shows each layer's",
			within(100<<20, chain(Input(1000), Dense(60_000))), within(100<<20, chain(Input(1000), Dense(600)))),
		mends.Of("take a smaller input or narrower layers, or a machine with more memory", within(300<<20, wide(60_000)), within(300<<20, wide(600))),
		mends.Of("compile with nn.CategoricalCrossentropy, or look at the outputs by Predict or Activations", func() error {
			return mends.Failed(Sequential(Input(6), Dense(3)).Compile(NoLoss, SGD(0.1)).Evaluate(d))
		}, func() error { return mends.Failed(small().Evaluate(d)) }, func() error {
			return mends.Failed(Sequential(Input(6), Dense(3)).Compile(NoLoss, SGD(0.1)).Predict(d))
		}, func() error {
			return mends.Failed(Sequential(Input(6), Dense(3)).Compile(NoLoss, SGD(0.1)).Activations(d, 0))
		}),
	}
}

// strange is a layer of one's own that does not say what it was told, known one that does.
type strange struct{}

func (strange) String() string                                          { return "Strange" }
func (strange) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) { return in, nil }
func (strange) Forward(_ *Context, x, y *tensor.Tensor)                 { tensor.Copy(x, y) }
func (strange) Backward(_ *Context, _, _ *tensor.Tensor, dy, dx *tensor.Tensor) {
	if dx != nil {
		tensor.Copy(dy, dx)
	}
}

// opposite is a layer whose Backward has the wrong sign.
type opposite struct{ strange }

func (opposite) Backward(_ *Context, _, _ *tensor.Tensor, dy, dx *tensor.Tensor) {
	if dx != nil {
		tensor.Copy(dy, dx)
		tensor.Scale(-1, dx)
	}
}

type known struct{ strange }

func (known) String() string { return "Known" }
func (known) Config() Config { return Config{"kind": "Known"} }
