package nn

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// throughJSON is a configuration as a file gives it back.
func throughJSON(t *testing.T, c Config) Config {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back Config
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// A layer that is made of its configuration is the layer: in all it was told, for
// every layer that stands beside Keras, and with every option.
func TestConfig(t *testing.T) {
	layers := map[string]Layer{
		"regularizers": Dense(3, KernelRegularizer(L1L2(0.25, 1e-7)), BiasRegularizer(L1(0.1))),
		"initializers": Dense(3, KernelInitializer(HeNormal), BiasInitializer(Constant(-0.5))),
		"normal":       Conv2D(3, 3, KernelInitializer(RandomNormal(0.03)), BiasInitializer(RandomUniform(0.07))),
		"noise":        GaussianNoise(0.1), "drop": Dropout(0.3), "spatial": SpatialDropout(0.2), "input": Input(28, 28, 1),
		"subsampling": Subsampling(2, NoBias(), KernelInitializer(GlorotUniform)),
		"prelu":       PReLU(AlphaInitializer(Constant(0.25))),
		"padding":     MaxPool2D(3, Padding(1), Strides(1, 2)),
		"step":        Activation(Step),
	}
	for name, l := range goldenLayers {
		layers[name] = l
	}
	for name, l := range layers {
		c := l.(Configured).Config()
		if c.Kind() != kind(l) {
			t.Errorf("%s: kind %q of a %s", name, c.Kind(), kind(l))
		}
		again, err := NewLayer(throughJSON(t, c))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		in, isInput := l.(*InputLayer)
		if isInput { // each begins a graph of its own
			if !in.shape.Equal(again.(*InputLayer).shape) {
				t.Errorf("%s: %v", name, again)
			}
		} else if !reflect.DeepEqual(again, l) {
			t.Errorf("%s: %+v became %+v, by %v", name, l, again, c)
		}
		if again.String() != l.String() {
			t.Errorf("%s: %v became %v", name, l, again)
		}
	}
}

// A layer of a graph says the geometry that it was built with.
func TestConfigOfBuiltLayers(t *testing.T) {
	m := Sequential(Input(8, 8, 2), Conv2D(4, 3, Same, ReLU), MaxPool2D(2), Flatten(), Dense(3, Softmax)).
		Compile(CategoricalCrossentropy, SGD(0.1))
	var texts []string
	for _, l := range m.Layers() {
		texts = append(texts, l.Config.String())
	}
	want := []string{
		`{"kind":"Input","shape":[8,8,2]}`,
		`{"activation":{"kind":"relu"},"dilation_rate":[1,1],"filters":4,"kernel_size":[3,3],"kind":"Conv2D","padding":"same","strides":[1,1]}`,
		`{"dilation_rate":[1,1],"kind":"MaxPool2D","padding":[0,0],"pool_size":[2,2],"strides":[2,2]}`,
		`{"kind":"Flatten"}`,
		// The loss computes with the softmax's net input; the layer is still told to have one.
		`{"activation":{"kind":"softmax"},"kind":"Dense","units":3}`,
	}
	if !reflect.DeepEqual(texts, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(texts, "\n"), strings.Join(want, "\n"))
	}
}

func TestMergeConfig(t *testing.T) {
	a, b := Input(3), Input(3)
	for _, n := range []*Node{Add(a, b), Subtract(a, b), Multiply(a, b), Average(a, b), Maximum(a, b), Concatenate(a, b)} {
		m := n.layer.(Merger)
		again := mergerOf(read(throughJSON(t, m.(Configured).Config())))
		if again == nil || !reflect.DeepEqual(again, m) {
			t.Errorf("%v became %v", m, again)
		}
	}
}

// What a configuration says that the lab does not know is refused by name, and what it lacks
// is not guessed: the layer would be another one, in silence.
func TestConfigRefuses(t *testing.T) {
	told := func(name string, v any) Config { return Config{"kind": "Dense", "units": 3, name: v} }
	for want, c := range map[string]Config{
		`Dense, activation with the kind "relux"`:                                told("activation", Config{"kind": "relux"}),
		`Dense, activation with no alpha`:                                        told("activation", Config{"kind": "leaky_relu"}),
		`Dense with activation that is relu instead of a configuration`:          told("activation", "relu"),
		`Dense, kernel_initializer with no distribution`:                         told("kernel_initializer", Config{"kind": "HeNormall", "scale": 2, "mode": "fan_in"}),
		`Dense, kernel_initializer with the mode "fan_up"`:                       told("kernel_initializer", Config{"kind": "Mine", "distribution": "uniform", "scale": 2, "mode": "fan_up"}),
		`Dense, bias_initializer with no scale`:                                  told("bias_initializer", Config{"kind": "Mine", "distribution": "constant", "mode": "fan_in"}),
		`Dense, kernel_regularizer with l2 that is much instead of a number`:     told("kernel_regularizer", Config{"l2": "much"}),
		`Dense with use_bias that is no instead of true or false`:                told("use_bias", "no"),
		`Dense with unit, which says nothing there`:                              told("unit", 4),
		`Dense with no units`:                                                    {"kind": "Dense"},
		`Dense with units that is 2.5 instead of a whole number`:                 {"kind": "Dense", "units": 2.5},
		`MaxPool2D with the padding "smae"`:                                      {"kind": "MaxPool2D", "pool_size": []int{2, 2}, "padding": "smae"},
		`Conv2D with strides that is [1 two] instead of a list of whole numbers`: {"kind": "Conv2D", "filters": 2, "kernel_size": []int{3, 3}, "strides": []any{1, "two"}},
		`BatchNorm with no momentum`:                                             {"kind": "BatchNorm", "epsilon": 1e-3},
		`Activation with no activation`:                                          {"kind": "Activation"},
		`Flatten with data_format, which says nothing there`:                     {"kind": "Flatten", "data_format": "channels_first"},
		`PReLU, alpha_initializer with the distribution "even"`:                  {"kind": "PReLU", "alpha_initializer": Config{"distribution": "even"}},
		`Slice with no to`:                                                       {"kind": "Slice", "from": 1},
	} {
		for _, c := range []Config{c, throughJSON(t, c)} {
			if l, err := NewLayer(c); err == nil || !strings.Contains(err.Error(), "got "+want+";") {
				t.Errorf("%s: got %v and %v", want, l, err)
			}
		}
	}
	for _, c := range []Config{ // defaults, and an initializer by its name alone
		{"kind": "Dense", "units": 3, "use_bias": true, "activation": nil, "kernel_initializer": Config{"kind": "HeNormal"}},
		{"kind": "Conv2D", "filters": 2, "kernel_size": []int{3, 3}, "padding": "same", "kernel_regularizer": Config{"l2": 1}},
	} {
		l, err := NewLayer(c)
		if err != nil {
			t.Error(err)
		} else if d, ok := l.(*dense); ok && (d.kernelInit != HeNormal || d.f != Linear || d.withoutBias) {
			t.Errorf("%v became %+v", c, d)
		}
	}
}

// doubler is a layer of another package.
type doubler struct{ by float64 }

func (l *doubler) String() string { return "Doubler" }
func (l *doubler) Config() Config { return Config{"kind": "Doubler", "by": l.by} }
func (l *doubler) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	return in, nil
}
func (l *doubler) Forward(_ *Context, x, y *tensor.Tensor) {
	tensor.Copy(x, y)
	tensor.Scale(l.by, y)
}
func (l *doubler) Backward(_ *Context, x, y, dy, dx *tensor.Tensor) {
	if dx != nil {
		tensor.Copy(dy, dx)
		tensor.Scale(l.by, dx)
	}
}

func TestRegisterLayer(t *testing.T) {
	c := (&doubler{2}).Config()
	if _, err := NewLayer(c); err == nil || !strings.Contains(err.Error(), `a kind of layer that is known, got "Doubler"; a layer of your own is made known by nn.RegisterLayer, a merge by nn.RegisterMerge`) {
		t.Errorf("got %v", err)
	}
	RegisterLayer("Doubler", func(c Config) Layer { return &doubler{c.Float("by")} })
	defer delete(ownLayers, "Doubler")
	l, err := NewLayer(throughJSON(t, c))
	if err != nil || *l.(*doubler) != (doubler{2}) {
		t.Errorf("%v, %v", l, err)
	}
	defer func() {
		if e, ok := recover().(*Error); !ok || !strings.Contains(e.Error(), "a kind that nn has not, got Dense") {
			t.Errorf("a kind of nn was taken: %v", e)
		}
	}()
	RegisterLayer("Dense", func(c Config) Layer { return nil })
}

// weighed is a merge of another package: a·x₀ + x₁.
type weighed struct{ a float64 }

func (l *weighed) String() string { return fmt.Sprintf("Weighed(%v)", l.a) }
func (l *weighed) Build(_ *Builder, in []tensor.Shape) (tensor.Shape, error) {
	return in[0], nil
}
func (l *weighed) Forward(_ *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	tensor.Copy(x[1], y)
	tensor.AddScaled(l.a, x[0], y)
}
func (l *weighed) Backward(_ *Context, _ []*tensor.Tensor, _, dy *tensor.Tensor, dx []*tensor.Tensor) {
	for i, d := range dx {
		if d != nil {
			tensor.Copy(dy, d)
			tensor.Scale([]float64{l.a, 1}[i], d)
		}
	}
}

// saying is one that says what it was told.
type saying struct{ weighed }

func (l *saying) String() string { return "Saying" }
func (l *saying) Config() Config { return Config{"kind": "Saying", "a": l.a} }

// A merge of another package is checked, learns, and stands in files once it is known.
func TestRegisterMerge(t *testing.T) {
	make := func(m Merger) *Model {
		x := Input(6)
		return Graph(Inputs(x), Outputs(Merge(m, x.Then(Dense(4)), x.Then(Dense(4, Tanh))).Then(Dense(3, Softmax)))).Compile(CategoricalCrossentropy, SGD(0.1))
	}
	m := make(&saying{weighed{0.5}})
	if _, err := GradCheck(m, clouds(8, 6)); err != nil {
		t.Error(err)
	}
	if _, err := json.Marshal(make(&weighed{0.5})); err == nil || !strings.Contains(err.Error(), "give it a method Config and make it known by nn.RegisterMerge, or keep") {
		t.Errorf("got %v", err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := FromJSON(text).Err(); err == nil || !strings.Contains(err.Error(), `got "Saying"; a layer of your own is made known by nn.RegisterLayer, a merge by nn.RegisterMerge`) {
		t.Errorf("got %v", err)
	}
	RegisterMerge("Saying", func(c Config) Merger { return &saying{weighed{c.Float("a")}} })
	defer delete(ownMerges, "Saying")
	other := again(t, m)
	for _, m := range []*Model{m, other} {
		train(t, m, 2)
	}
	if m.WeightHash() != other.WeightHash() {
		t.Error("the model that was made of JSON learns something else")
	}
	if err := mends.Panicked(func() { RegisterMerge("Add", nil) }); err == nil || !strings.Contains(err.Error(), "RegisterMerge: expects a kind that nn has not, got Add") {
		t.Errorf("got %v", err)
	}
}

// What a Go function does is no data, and the layer that has one is named.
func TestConfigWithFunctions(t *testing.T) {
	identity := InitializerFunc("identity", func(tensor.Shape, int) float64 { return 1 })
	for want, l := range map[string]Layer{
		"Func with the Go function Func":      pairs(),
		"Dense with the Go function identity": Dense(3, KernelInitializer(identity)),
	} {
		_, err := NewLayer(throughJSON(t, l.(Configured).Config()))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

// mean is a merge of another package.
type mean struct{}

func (*mean) String() string { return "Mean" }
func (*mean) Build(_ *Builder, in []tensor.Shape) (tensor.Shape, error) {
	return in[0], nil
}
func (*mean) Forward(_ *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	tensor.Fill(0, y)
	for _, xi := range x {
		tensor.AddScaled(1/float64(len(x)), xi, y)
	}
}
func (*mean) Backward(_ *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	tensor.Scale(1/float64(len(x)), dy)
	send(dy, dx)
}

func TestOwnMerge(t *testing.T) {
	in := Input(4)
	m := Graph(Inputs(in), Outputs(Merge(&mean{}, in.Then(Dense(3, Tanh)), in.Then(Dense(3, Sigmoid))).Then(Dense(2)))).
		Compile(MSE, SGD(0.1), On(ref.New()))
	if _, err := GradCheck(m, vectors(6, 4)); err != nil {
		t.Error(err)
	}
}
