package nn

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// gradientsAgree holds a model's gradients against finite differences.
func gradientsAgree(t *testing.T, m *Model, d Data) {
	t.Helper()
	report, err := GradCheck(m, d)
	if err != nil {
		t.Fatalf("%v\n%v", err, report)
	}
	for _, r := range report {
		if r.Checked == 0 || r.Kinks > r.Checked {
			t.Errorf("%s: only %d elements could be checked, %d kinks", r.Name, r.Checked, r.Kinks)
		}
	}
}

// Every merge joins two and three branches with weights, one of which the next
// layers use once more, and one that learns nothing.
func TestGradMerges(t *testing.T) {
	for name, merge := range map[string]func(a, b, c Source) *Node{
		"Add":          func(a, b, c Source) *Node { return Add(a, b, c) },
		"Subtract":     func(a, b, c Source) *Node { return Add(Subtract(a, b), Subtract(c, a)) },
		"Multiply":     func(a, b, c Source) *Node { return Multiply(a, b, c) },
		"Average":      func(a, b, c Source) *Node { return Average(a, b, c) },
		"Maximum":      func(a, b, c Source) *Node { return Maximum(a, b, c) },
		"Maximum of 2": func(a, b, c Source) *Node { return Add(Maximum(b, a), c) },
		"Concatenate":  func(a, b, c Source) *Node { return Concatenate(a, b, c) },
		"the same":     func(a, b, c Source) *Node { return Add(Multiply(a, a), Subtract(b, b), c) },
	} {
		t.Run(name, func(t *testing.T) {
			in := Input(6)
			a, b := in.Then(Dense(6, Tanh)), in.Then(Dense(6, Sigmoid))
			for what, c := range map[string]Source{"branch": a.Then(Dense(6, Tanh)), "input": in} {
				y := merge(a, b, c)
				y = Concatenate(y.Then(Dense(4, Tanh)), a).Then(Dense(3, Softmax))
				t.Run(what, func(t *testing.T) {
					gradientsAgree(t, Graph(Inputs(in), Outputs(y)).Compile(CategoricalCrossentropy, SGD(0.1), Seed(2)), clouds(8, 6))
				})
			}
		})
	}
}

// Branches of maps, a view of what another branch uses, too, and a shared layer
// that sees maps of two sizes.
func TestGradGraph(t *testing.T) {
	in := Input(6, 6, 2)
	conv := Shared(Conv2D(3, 3, Same, Tanh))
	a := in.Then(Conv2D(3, 1), BatchNorm())
	b := in.Then(Conv2D(2, 1, Sigmoid), conv)
	small := in.Then(AveragePool2D(2), Conv2D(2, 1), conv, UpSampling2D(2))
	meet := Concatenate(Add(a, b), small)
	flat := meet.Then(Flatten())
	main := Concatenate(flat, meet.Then(GlobalAveragePool())).Then(Dense(3, Softmax)).Named("main")
	aux := a.Then(GlobalMaxPool(), Named("aux", Dense(3, Softmax)))
	m := Graph(Inputs(in), Outputs(main, aux)).
		Compile(CategoricalCrossentropy, SGD(0.1), Losses(CategoricalCrossentropy, MSE), LossWeights(1, 0.3))
	gradientsAgree(t, m, clouds(8, 6, 6, 2))
	kernels := 0
	for _, p := range m.Params() {
		if p.Value.Shape.Equal(tensor.Shape{3, 3, 2, 3}) {
			kernels++
		}
	}
	if kernels != 1 {
		t.Errorf("the shared layer has %d kernels", kernels)
	}
	if !strings.Contains(m.String(), "0, those of conv2d_2") {
		t.Errorf("the summary does not say what is shared:\n%v", m)
	}
}

// An output that other layers use keeps its softmax, and its gradients add up.
func TestGradOutputInTheMiddle(t *testing.T) {
	in := Input(6)
	first := in.Then(Dense(3, Softmax))
	second := first.Then(Reshape(3, 1), Flatten(), Dense(3, Softmax))
	m := Graph(Inputs(in), Outputs(first, second)).Compile(CategoricalCrossentropy, SGD(0.1), LossWeights(0.5, 2))
	gradientsAgree(t, m, clouds(8, 6))
}

// Two inputs and two targets: the digit's cloud and how it was turned.
func TestSeveralInputsAndOutputs(t *testing.T) {
	left, right := clouds(60, 6), vectors(60, 4)
	a, b := Input(6), Input(4)
	class := a.Then(Dense(8, ReLU), Named("class", Dense(3, Softmax)))
	both := Concatenate(a, b).Then(Dense(8, Tanh), Named("place", Dense(2)))
	m := Graph(Inputs(a, b), Outputs(class, both)).
		Compile(MSE, Adam(0.02), Losses(CategoricalCrossentropy, MSE), LossWeights(1, 0.5), Accuracy)
	d := Multi{X: []Data{left, right}, Y: []Data{left, right}}
	gradientsAgree(t, m, d)
	h, err := m.Fit(d, Epochs(30), BatchSize(20), Validation(d), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"loss", "class_loss", "place_loss", "val_class_accuracy"} {
		if len(h.Get(name)) != 30 {
			t.Errorf("%s is missing", name)
		}
	}
	logs, err := m.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := logs.Get("class_accuracy"); got < 0.8 {
		t.Errorf("the accuracy is %v", got)
	}
	sum, _ := logs.Get("loss")
	c, _ := logs.Get("class_loss")
	p, _ := logs.Get("place_loss")
	if math.Abs(sum-(c+0.5*p)) > 1e-6 {
		t.Errorf("the loss is %v, its parts are %v and %v", sum, c, p)
	}
	all, err := m.PredictAll(d)
	if err != nil || len(all) != 2 || !all[1].Shape.Equal(tensor.Shape{60, 2}) {
		t.Errorf("got %v outputs, %v", len(all), err)
	}
	path := t.TempDir() + "/m.safetensors"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	hash := m.WeightHash()
	if err := m.Reset(); err != nil || m.WeightHash() == hash {
		t.Errorf("Reset left the weights: %v", err)
	}
	if err := m.Load(path); err != nil || m.WeightHash() != hash {
		t.Errorf("Load: %v", err)
	}
}

// A chain is the same network whether it is written as Sequential or as Graph.
func TestGraphIsSequential(t *testing.T) {
	in := Input(6)
	g := Graph(Inputs(in), Outputs(in.Then(Dense(8, ReLU), Dense(3, Softmax)))).
		Compile(CategoricalCrossentropy, SGD(0.1, Momentum(0.9)), Accuracy)
	s := small()
	for _, m := range []*Model{g, s} {
		train(t, m, 2)
	}
	if g.WeightHash() != s.WeightHash() {
		t.Error("the weights differ")
	}
}

func TestGraphMistakes(t *testing.T) {
	in, other := Input(4, 4, 2), Input(6)
	x := in.Then(Conv2D(3, 1))
	dense := Shared(Dense(3))
	for want, outputs := range map[string]GraphOutputs{
		"layer 3 (Add): expects inputs of one shape, got [[4 4 3] [4 4 2]]":                            {Add(x, in)},
		"layer 2 (Add): expects at least 2 inputs, got 1":                                              {Add(in)},
		"layer 4 (Concatenate): expects inputs that differ in their channels only":                     {Concatenate(x, x.Then(MaxPool2D(2)))},
		"layer 3 (Input[6]): expects every input among those of the graph; add it to nn.Inputs(…)":     {x, other},
		"layer 2 (Conv2D 3): expects each output once":                                                 {x, x},
		"layer 6 (Dense 3): expects an input that fits the weights dense/kernel [32 3], which":         {in.Then(Flatten(), dense), x.Then(Flatten(), dense)},
		`layer 3, a (Dense 1): expects a name that no other layer has`:                                 {in.Then(Named("a", Flatten()), Named("a", Dense(1)))},
		"layer 2 (Input[6]): expects nn.Input(shape…) as the first layer and nowhere else; begin with": {in.Then(other)},
		"Sequential: expects at least an Input and one layer":                                          {},
	} {
		m := Graph(Inputs(in), outputs).Compile(MSE, SGD(0.1))
		if err := m.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	two := func(options ...CompileOption) error {
		return Graph(Inputs(in), Outputs(x.Then(Flatten(), Dense(3)), x.Then(GlobalMaxPool()))).Compile(MSE, SGD(0.1), options...).Err()
	}
	if err := two(LossWeights(1)); err == nil || !strings.Contains(err.Error(), "LossWeights: expects 2, one for each output, got 1") {
		t.Errorf("got %v", err)
	}
	if err := Graph(Inputs(in, other), Outputs(x)).Compile(MSE, SGD(0.1)).Err(); err == nil || !strings.Contains(err.Error(), "every input to lead to an output") {
		t.Errorf("got %v", err)
	}
	m := Graph(Inputs(other), Outputs(other.Then(Dense(3, Softmax)))).Compile(CategoricalCrossentropy, SGD(0.1))
	for want, d := range map[string]Data{
		"Fit: expects data for 1 inputs and 1 outputs, got 2 and 1":            Multi{X: []Data{clouds(4, 6), clouds(4, 6)}, Y: []Data{clouds(4, 6)}},
		"as many examples in every part of the data as in the first, 4, got 5": Multi{X: []Data{clouds(4, 6)}, Y: []Data{clouds(5, 6)}},
		"Multi: expects data for at least one input and one target":            Multi{},
	} {
		if _, err := m.Fit(d, Verbose(false)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func ExampleGraph() {
	// Slide "ResNet": two convolutions learn what is to be added to their input.
	in := Input(8, 8, 16)
	f := in.Then(Conv2D(16, 3, Same, ReLU), Conv2D(16, 3, Same))
	y := Add(f, in).Then(Activation(ReLU), GlobalAveragePool(), Dense(10, Softmax))
	m := Graph(Inputs(in), Outputs(y)).Compile(CategoricalCrossentropy, SGD(0.1))
	for _, l := range m.Layers() {
		fmt.Println(l.Name, l.Shape, l.Formula, l.From)
	}
	// Output:
	// input [8 8 16] 0 []
	// conv2d [8 8 16] [(3·3·16) + 1]·16 = 2 320 [input]
	// conv2d_1 [8 8 16] [(3·3·16) + 1]·16 = 2 320 [conv2d]
	// add [8 8 16] 0 [conv2d_1 input]
	// activation [8 8 16] 0 [add]
	// globalaveragepool [16] 0 [activation]
	// dense [10] 16·10 + 10 = 170 [globalaveragepool]
}
