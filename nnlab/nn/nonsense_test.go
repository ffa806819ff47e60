package nn

import (
	"math"
	"strings"
	"testing"
)

// What could never learn is refused when the model is compiled.
func TestNonsenseIsRefused(t *testing.T) {
	compile := func(loss Loss, layers ...Layer) error {
		return Sequential(layers...).Compile(loss, SGD(0.1)).Err()
	}
	image := Input(8, 8, 2)
	in := Input(2)
	hidden := in.Then(Dense(3, Tanh))
	half := Graph(Inputs(in), Outputs(hidden.Then(Dense(1, Sigmoid)), hidden.Then(Dense(4, Tanh), Dense(1, Step))))
	joint := Shared(Dense(2, Tanh))
	both := Graph(Inputs(in), Outputs(in.Then(joint, Activation(Step)), in.Then(joint, Dense(2))))
	const slope = "expects a finite slope α of 0 or more, since f' is told from the sign of the output, got "
	const leaky = "; write nn.LeakyReLUOf(0.1), or nn.PReLU() behind the layer, whose slopes may be any numbers"
	for _, c := range []struct {
		err  error
		want string // "" where it is no nonsense
	}{
		{compile(BinaryCrossentropy, Input(2), Dense(1, Softmax)),
			"layer 2 (Dense 1): expects a softmax over at least 2 units, got 1 unit, whose share is always 1; write nn.Sigmoid for one unit"},
		{compile(MSE, image, Conv2D(1, 3, Softmax), Flatten(), Dense(1)),
			"layer 2 (Conv2D 1): expects a softmax over at least 2 units, got 1 unit, whose share is always 1; write nn.Sigmoid for one unit"},
		{compile(MSE, Input(2), Dense(1), Activation(Softmax)),
			"layer 3 (Activation softmax): expects a softmax over at least 2 units, got 1 unit, whose share is always 1; write nn.Sigmoid for one unit"},
		{compile(CategoricalCrossentropy, Input(2), Dense(1, Sigmoid)),
			"Compile: the loss of layer 2 (Dense 1): expects at least 2 outputs, one a class, for CategoricalCrossentropy, got 1 output; compile with nn.BinaryCrossentropy behind nn.Dense(1, nn.Sigmoid)"},
		{compile(CategoricalCrossentropyFromLogits, image, GlobalAveragePool(), Dense(1), Reshape(1)),
			"Compile: the loss of layer 4 (Reshape[1]): expects at least 2 outputs, one a class, for CategoricalCrossentropyFromLogits, got 1 output; compile with nn.BinaryCrossentropy behind nn.Dense(1, nn.Sigmoid)"},
		{compile(MSE, Input(2), Dense(8, LeakyReLUOf(-0.5)), Dense(1)), "layer 2 (Dense 8): " + slope + "-0.5" + leaky},
		{compile(MSE, Input(2), Dense(8), Activation(LeakyReLUOf(math.NaN())), Dense(1)), "layer 3 (Activation leaky_relu NaN): " + slope + "NaN" + leaky},
		{compile(MSE, image, Subsampling(2, LeakyReLUOf(math.Inf(1))), Flatten(), Dense(1)), "layer 2 (Subsampling 2×2): " + slope + "+Inf" + leaky},
		{compile(MSE, Input(2), Dense(8, ELUOf(-1)), Dense(1)),
			"layer 2 (Dense 8): expects a finite α of 0 or more, since f' is told from the sign of the output, got -1; write nn.ELUOf(1)"},
		{compile(MSE, Input(2), Dense(8, LeakyReLUOf(0)), Dense(8, LeakyReLUOf(2)), Dense(8, ELUOf(0)), Dense(1)), ""},
		{compile(MSE, Input(2), Dense(1, Step)),
			"layer 2 (Dense 1): expects an activation function with a slope to learn by, got step, whose derivative is 0: no gradient reaches the weights of dense; compile with nn.PerceptronLoss, by whose rule a last step learns; or write nn.Sigmoid, a soft step"},
		{compile(PerceptronLoss, Input(2), Dense(1, Step)), ""},
		{compile(MSE, Input(2), Dense(3, Tanh), Flatten(), Activation(Step), Dense(1)),
			"layer 4 (Activation step): expects an activation function with a slope to learn by, got step, whose derivative is 0: no gradient reaches the weights of dense; write nn.Sigmoid, a soft step; for a rule that needs no gradient compile with nn.NoLoss"},
		{half.Compile(MSE, SGD(0.1)).Err(),
			"layer 5 (Dense 1): expects an activation function with a slope to learn by, got step, whose derivative is 0: no gradient reaches the weights of dense_2; compile with nn.PerceptronLoss, by whose rule a last step learns; or write nn.Sigmoid, a soft step"},
		{both.Compile(MSE, SGD(0.1)).Err(), ""}, // by its second use the shared layer learns
		{compile(NoLoss, Input(2), Dense(1, Step)), ""},
		{Sequential(Input(2), Named("fixed", Dense(3, Step)), Dense(1)).Compile(MSE, SGD(0.1), Freeze("fixed")).Err(), ""},
		{compile(MSE, image, MaxPool2D(3, Padding(2)), Flatten(), Dense(1)),
			"layer 2 (MaxPool2D 3×3): expects padding of at most half the window, 1 of 3 cells, got 2; write nn.Padding(1), or nn.Same"},
		{compile(MSE, image, AveragePool2D([2]int{4, 2}, Padding(2, 3)), Flatten(), Dense(1)),
			"layer 2 (AveragePool2D 4×2): expects padding of at most half the window, 1 of 2 cells, got 3; write nn.Padding(1), or nn.Same"},
		{compile(MSE, image, MaxPool2D(3, Padding(1)), MaxPool2D(3, Strides(1), Same), Conv2D(2, 3, Padding(4)), Flatten(), Dense(1)), ""},
		{compile(MSE, Input(2), Dense(1), LayerNorm()),
			"layer 3 (LayerNorm): expects at least 2 numbers to normalise together, got 1 of [1], which would always become β; write nn.BatchNorm(), which takes the numbers of a batch together"},
		{compile(MSE, Input(2), Dense(4), GroupNorm(4), Dense(1)),
			"layer 3 (GroupNorm 4): expects at least 2 numbers to normalise together, got 1 of [4], which would always become β; write nn.BatchNorm(), which takes the numbers of a batch together"},
		{compile(MSE, Input(2), Dense(1, KernelRegularizer(L2(-1)))),
			"layer 2 (Dense 1): expects finite factors of 0 or more for a regularizer, got l1 0 and l2 -1; Keras's default is nn.L2(0.01)"},
		{compile(MSE, image, Conv2D(1, 3, BiasRegularizer(L1(math.NaN()))), Flatten(), Dense(1)),
			"layer 2 (Conv2D 1): expects finite factors of 0 or more for a regularizer, got l1 NaN and l2 0; Keras's default is nn.L2(0.01)"},
		{compile(MSE, Input(2), Dense(1, KernelRegularizer(L1L2(0, 0.01)))), ""},
		{Sequential(Input(2), Dense(1)).Compile(MSE, SGD(0.1), LossWeights(0)).Err(),
			"Compile: LossWeights: expects finite numbers, one of them at least not 0, got [0]; 1 is the weight of a loss without it"},
	} {
		got := ""
		if c.err != nil {
			got = c.err.Error()
		}
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// Targets that a loss has no meaning for are refused with the example, before the step
// on them and wherever they are asked for.
func TestTargetsThatTheLossCannotTake(t *testing.T) {
	fit := func(l Loss, f ActivationFunction, last ...float32) error {
		d := &toy{shape: []int{2}}
		for range 3 {
			d.x, d.y = append(d.x, []float32{1, 2}), append(d.y, []float32{1, 0}[:len(last)])
		}
		d.y[2] = last
		_, err := Sequential(Input(2), Dense(len(last), f)).Compile(l, SGD(0.1)).Fit(d, BatchSize(2), Shuffle(false), Verbose(false))
		return err
	}
	nan := float32(math.NaN())
	for _, c := range []struct {
		err  error
		want string
	}{
		{fit(BinaryCrossentropy, Sigmoid, 2), "Fit: expects targets from 0 to 1 for BinaryCrossentropy, got 2 in example 2; write 0 and 1 for no and yes, or compile with nn.MSE"},
		{fit(BinaryCrossentropyFromLogits, Linear, -1), "Fit: expects targets from 0 to 1 for BinaryCrossentropyFromLogits, got -1 in example 2; write 0 and 1 for no and yes, or compile with nn.MSE"},
		{fit(CategoricalCrossentropy, Softmax, 1.5, -0.5), "Fit: expects targets from 0 to 1 for CategoricalCrossentropy, got 1.5 in example 2; write 0 and 1 for no and yes, or compile with nn.MSE"},
		{fit(CategoricalCrossentropy, Softmax, 1, 1), "Fit: expects targets with the sum 1 for CategoricalCrossentropy, got 2 in example 2; divide each target by its sum; where several labels may be right end with nn.Sigmoid and compile with nn.BinaryCrossentropy"},
		{fit(KLDivergence, Softmax, 0, 0), "Fit: expects targets with the sum 1 for KLDivergence, got 0 in example 2; divide each target by its sum; where several labels may be right end with nn.Sigmoid and compile with nn.BinaryCrossentropy"},
		{fit(Hinge, Linear, 2), "Fit: expects targets −1 and 1 for Hinge, got 2 in example 2; write −1 for one class and 1 for the other, or compile with nn.MSE"},
		{fit(BinaryCrossentropy, Sigmoid, 0.5), ""},
		{fit(BinaryCrossentropy, Sigmoid, 1, 1), ""},
		{fit(CategoricalCrossentropy, Softmax, 0.33, 0.66), ""},
		{fit(Hinge, Linear, -1), ""},
		{fit(Hinge, Linear, 0), ""},
		{fit(MSE, Linear, 7), ""},
		{fit(Hinge, Linear, nan), "Fit: epoch 1, batch 2: expects a finite loss, got NaN; the targets hold a NaN or an infinity; clean the data"},
	} {
		got := ""
		if c.err != nil {
			got = c.err.Error()
		}
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	d := vectors(4, 2)
	d.y[3][1] = 3
	_, err := Sequential(Input(2), Dense(2, Sigmoid)).Compile(BinaryCrossentropy, SGD(0.1)).Evaluate(d)
	if want := "Evaluate: expects targets from 0 to 1 for BinaryCrossentropy, got 3 in example 3; "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s…", err, want)
	}
}

// What is allowed and hardly meant is said once in a program.
func TestDoubts(t *testing.T) {
	compile := func(l Loss, units int, f ActivationFunction) func() {
		return func() { Sequential(Input(2), Dense(units, f)).Compile(l, SGD(0.1)) }
	}
	behind := func(l Loss, layers ...Layer) func() {
		return func() {
			Sequential(append([]Layer{Input(4, 4, 1)}, layers...)...).Compile(l, SGD(0.1))
		}
	}
	fit := func(f ActivationFunction, targets ...float32) func() {
		return func() {
			d := &toy{shape: []int{2}}
			for _, t := range targets {
				d.x, d.y = append(d.x, []float32{1, 2}), append(d.y, []float32{t})
			}
			Sequential(Input(2), Dense(1, f)).Compile(MSE, SGD(0.1)).Fit(d, BatchSize(2), Shuffle(false), Verbose(false))
		}
	}
	frozen := Sequential(Input(2), Dense(2)).Compile(MSE, SGD(0.1), Freeze("dense"))
	for _, c := range []struct {
		do   func()
		want string
	}{
		{compile(BinaryCrossentropy, 11, Linear), "Compile: the loss of layer 2 (Dense 11): expects probabilities for BinaryCrossentropy, got the outputs of linear; end with nn.Sigmoid, or compile with nn.BinaryCrossentropyFromLogits"},
		{compile(BinaryCrossentropy, 11, Tanh), "Compile: the loss of layer 2 (Dense 11): expects probabilities for BinaryCrossentropy, got the outputs of tanh; end with nn.Sigmoid"},
		{compile(SparseCategoricalCrossentropy, 11, Linear), "Compile: the loss of layer 2 (Dense 11): expects probabilities with the sum 1 for SparseCategoricalCrossentropy, got the outputs of linear; end with nn.Softmax, or compile with nn.CategoricalCrossentropyFromLogits"},
		{compile(CategoricalCrossentropy, 11, Sigmoid), "Compile: the loss of layer 2 (Dense 11): expects probabilities with the sum 1 for CategoricalCrossentropy, got the outputs of sigmoid; end with nn.Softmax"},
		{compile(KLDivergence, 11, Linear), "Compile: the loss of layer 2 (Dense 11): expects probabilities with the sum 1 for KLDivergence, got the outputs of linear; end with nn.Softmax"},
		{func() { frozen.Fit(vectors(4, 2), Verbose(false)) }, "Fit: expects a parameter that learns, got none; add a layer with weights, or compile without nn.Freeze"},
		{compile(BinaryCrossentropy, 11, Sigmoid), ""},
		{compile(BinaryCrossentropy, 11, Softmax), ""},
		{compile(BinaryCrossentropyFromLogits, 11, Linear), ""},
		{compile(CategoricalCrossentropy, 11, Softmax), ""},
		{compile(CategoricalCrossentropyFromLogits, 11, Linear), ""},
		{compile(MSE, 11, Linear), ""},
		{compile(Hinge, 11, Tanh), ""},
		{compile(PerceptronLoss, 11, ReLU), "Compile: the loss of layer 2 (Dense 11): expects outputs on both sides of 0 for PerceptronLoss, got the outputs of relu; end with nn.Step"},
		{compile(PerceptronLoss, 11, Step), ""},
		{compile(PerceptronLoss, 11, Tanh), ""},
		{compile(Hinge, 11, ReLU), "Compile: the loss of layer 2 (Dense 11): expects outputs on both sides of 0 for Hinge, got the outputs of relu; leave the relu away"},
		{compile(Hinge, 11, Sigmoid), "Compile: the loss of layer 2 (Dense 11): expects outputs on both sides of 0 for Hinge, got the outputs of sigmoid; leave the sigmoid away"},
		{compile(BinaryCrossentropyFromLogits, 11, ReLU), "Compile: the loss of layer 2 (Dense 11): expects outputs on both sides of 0 for BinaryCrossentropyFromLogits, got the outputs of relu; leave the relu away"},
		{compile(CategoricalCrossentropyFromLogits, 11, ReLU), "Compile: the loss of layer 2 (Dense 11): expects outputs on both sides of 0 for CategoricalCrossentropyFromLogits, got the outputs of relu; leave the relu away"},
		// Layers that move numbers, or take their mean, hide no function.
		{behind(CategoricalCrossentropy, Conv2D(2, 1), GlobalAveragePool()), "Compile: the loss of layer 3 (GlobalAveragePool): expects probabilities with the sum 1 for CategoricalCrossentropy, got the outputs of linear; end with nn.Softmax, or compile with nn.CategoricalCrossentropyFromLogits"},
		{behind(BinaryCrossentropy, Flatten(), Dense(4, Tanh), Reshape(2, 2), Flatten()), "Compile: the loss of layer 5 (Flatten): expects probabilities for BinaryCrossentropy, got the outputs of tanh; end with nn.Sigmoid"},
		{behind(CategoricalCrossentropyFromLogits, Conv2D(2, 1, Softmax), GlobalAveragePool()), "Compile: the loss of layer 3 (GlobalAveragePool): expects outputs on both sides of 0 for CategoricalCrossentropyFromLogits, got the outputs of softmax; leave the softmax away"},
		{behind(CategoricalCrossentropy, Conv2D(2, 1, Softmax), GlobalAveragePool()), ""},
		{behind(CategoricalCrossentropyFromLogits, Conv2D(2, 1), GlobalAveragePool()), ""},
		{behind(CategoricalCrossentropy, Flatten(), Dense(2), BatchNorm()), ""},
		// Targets that no output can reach.
		{fit(Sigmoid, 0, 1, 7, 9), "layer 2 (Dense 1): expects targets from 0 to 1, which is all that sigmoid gives, got 7 in example 2; end with nn.Dense(1)"},
		{fit(Tanh, 1, -1, -1.5), "layer 2 (Dense 1): expects targets from -1 to 1, which is all that tanh gives, got -1.5 in example 2; end with nn.Dense(1)"},
		{fit(ReLU, 9, -2), "layer 2 (Dense 1): expects targets of 0 or more, which is all that relu gives, got -2 in example 1; end with nn.Dense(1)"},
		{fit(ELUOf(0.5), -0.5, -2), "layer 2 (Dense 1): expects targets of -0.5 or more, which is all that elu 0.5 gives, got -2 in example 1; end with nn.Dense(1)"},
		{fit(ScaledTanh, 1.7159, -1.7159), ""},
		{fit(LeakyReLUOf(0.1), -9, 9), ""},
		{fit(Linear, -9, 9), ""},
	} {
		warned.Clear()
		want := ""
		if c.want != "" {
			want = "nnlab: warning: " + c.want + "\n"
		}
		if got := captureStderr(t, func() { c.do(); c.do() }); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// A single example has no others to be normalised with.
func TestBatchNormOfOneExample(t *testing.T) {
	m := Sequential(Input(2), Dense(3), BatchNorm(), Dense(2)).Compile(MSE, SGD(0.1))
	const want = "layer 3 (BatchNorm): expects a batch of at least 2 examples to normalise together, got 1, which would always become β; write nn.BatchSize(32), or nn.LayerNorm(), which takes the numbers of an example together"
	_, fitted := m.Fit(vectors(4, 2), BatchSize(1), Verbose(false))
	_, stepped := m.Step(vectors(4, 2), []int{3})
	for _, err := range []error{fitted, stepped} {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	image := Sequential(Input(3, 3, 1), BatchNorm(), Flatten(), Dense(2)).Compile(MSE, SGD(0.1))
	if _, err := image.Step(&toy{shape: []int{3, 3, 1}, x: [][]float32{{1, 2, 3, 4, 5, 6, 7, 8, 9}}, y: [][]float32{{1, 2}}}, []int{0}); err != nil {
		t.Error("an image has many numbers a channel:", err)
	}
}

// A check that compared nothing does not pass.
func TestGradCheckOfNothing(t *testing.T) {
	d := vectors(4, 2)
	for _, c := range []struct {
		m    *Model
		want string
	}{
		{Sequential(Input(2), Dense(2)).Compile(MSE, SGD(0.1), Freeze("dense")), "GradCheck: expects a parameter that learns, got none; add a layer with weights, or compile without nn.Freeze"},
		{Sequential(Input(2), Flatten()).Compile(MSE, SGD(0.1)), "GradCheck: expects a parameter that learns, got none; add a layer with weights, or compile without nn.Freeze"},
		{Sequential(Input(2), Dense(2, ReLU, NoBias(), KernelInitializer(Zeros))).Compile(MSE, SGD(0.1)),
			"GradCheck: expects an element at which the loss has a derivative, got a bend at each of 4; draw other weights: compile with nn.Seed(2), and no layer with nn.KernelInitializer(nn.Zeros)"},
		{Sequential(Input(2), Dense(2)).Compile(NoLoss, SGD(0.1)), "GradCheck: expects a model with a loss, got NoLoss; compile with nn.CategoricalCrossentropy, or look at the outputs by Predict or Activations"},
	} {
		if _, err := GradCheck(c.m, d); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// One name is one model's in a cell; the state of the first stays what it was.
func TestKeepOneNameForTwoModels(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	keep := func(name string) *Model {
		return Keep(name, func() *Model { return small() })
	}
	first, second, other := keep("mlp"), keep("mlp"), keep("mlp-2")
	train(t, first, 1)
	const want = `Keep: expects one model of a name in a cell, got a second of the name "mlp", which would write over the state of the first; write nn.Keep("mlp-2", …) for the other, or use the first one's variable`
	said := captureStderr(t, func() { second.Err() })
	if said != "nnlab: "+want+"\n" {
		t.Errorf("said %s\nwant %s", said, want)
	}
	train(t, first, 1)
	if err := other.Err(); err != nil || first.History().Epochs() != 2 {
		t.Errorf("the mend gives %v, the first has %d epochs", err, first.History().Epochs())
	}
}

// What is nil in the place of a layer is refused, and no panic, wherever it stands.
func TestNilIsNoLayer(t *testing.T) {
	x := Input(2)
	graph := func(y Source) *Model { return Graph(Inputs(x), Outputs(y)) }
	for want, m := range map[string]*Model{
		"layer 1: ":            Sequential(nil),
		"layer 2: ":            Sequential(Input(2), nil),
		"layer 3: ":            Sequential(Input(2), Dense(2), Named("x", nil), Dense(1)),
		"layer 2:  shared":     Sequential(Input(2), Shared(nil)),
		"layer 2:  behind":     graph(x.Then(nil)),
		"layer 2:  merge":      graph(Merge(nil, x, x)),
		"layer 2:  source":     graph(Add(x, nil)),
		"layer 2:  output":     graph(nil),
		"layer 2:  in a block": Sequential(Input(2), Block("b", Chain(nil, Dense(1)))),
	} {
		if _, err := m.KeepVariable(); err == nil {
			t.Errorf("%s is kept", want)
		}
		where, _, _ := strings.Cut(want, ": ")
		if err := m.Compile(MSE, SGD(0.1)).Err(); err == nil || !strings.HasPrefix(err.Error(), where+": ") || !strings.Contains(err.Error(), "expects a layer, got nil; leave it out") {
			t.Errorf("%s: got %v", want, err)
		}
	}
}
