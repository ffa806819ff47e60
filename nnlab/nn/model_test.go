package nn

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Each mistake has an error of its own that says how to mend it.
func TestMistakes(t *testing.T) {
	d := clouds(10, 6)
	compiled := func(layers ...Layer) *Model {
		return Sequential(layers...).Compile(CategoricalCrossentropy, SGD(0.1))
	}
	fitted := func(d Data, layers ...Layer) error {
		_, err := compiled(layers...).Fit(d, Verbose(false))
		return err
	}
	for want, err := range map[string]error{
		"layer 3 (Dense 512): expects [features], got [28 28 1]; put nn.Flatten() before it":       compiled(Input(28, 28, 1), Dropout(0.2), Dense(512, ReLU)).Err(),
		"layer 1 (Dense 3): expects nn.Input(shape…) as the first layer":                           compiled(Dense(3)).Err(),
		"layer 2 (Input[6]): expects nn.Input(shape…) as the first layer and nowhere else":         compiled(Input(6), Input(6)).Err(),
		"layer 1 (Input[28 0]): expects at least one axis, each of length 1 or more":               compiled(Input(28, 0)).Err(),
		"layer 2 (Dense 0): expects at least 1 unit, got 0":                                        compiled(Input(6), Dense(0)).Err(),
		"layer 2 (Dropout 1): expects a rate of 0 or more and below 1":                             compiled(Input(6), Dropout(1)).Err(),
		"layer 2 (Dropout NaN): expects a rate of 0 or more and below 1":                           compiled(Input(6), Dropout(math.NaN())).Err(),
		"Sequential: expects at least an Input and one layer, got none":                            compiled().Err(),
		"model: expects to be compiled first":                                                      Sequential(Input(6), Dense(3)).Err(),
		"SGD(-1): expects learning rate above 0":                                                   Sequential(Input(6), Dense(3)).Compile(MSE, SGD(-1)).Err(),
		"SGD(0.1, momentum 1): expects momentum of 0 or more and below 1":                          Sequential(Input(6), Dense(3)).Compile(MSE, SGD(0.1, Momentum(1))).Err(),
		"SGD(0.1, Nesterov): expects a momentum when it is to look ahead":                          Sequential(Input(6), Dense(3)).Compile(MSE, SGD(0.1, Nesterov())).Err(),
		"Compile: expects an optimizer, got nil":                                                   Sequential(Input(6), Dense(3)).Compile(MSE, nil).Err(),
		"Fit: expects examples of the shape of the model's Input, [5], got [6]; write nn.Input(6)": fitted(d, Input(5), Dense(3, Softmax)),
		"Fit: expects 3 outputs, one for each class of the data, got layer 2 (Dense 4) with 4":     fitted(d, Input(6), Dense(4, Softmax)),
		"Fit: expects 2 outputs, as many as a target of the data, got layer 2 (Dense 3) with 3":    fitted(vectors(4, 6), Input(6), Dense(3)),
		"Fit: expects a last layer with one axis, got layer 1 (Input[6 1 1]) with [6 1 1]":         fitted(clouds(4, 6, 1, 1), Input(6, 1, 1)),
		"Fit: expects at least one example, got empty data":                                        fitted(&toy{shape: tensor.Shape{6}, classes: 3}, Input(6), Dense(3)),
		"Fit: expects data, got nil":                                                               fitted(nil, Input(6), Dense(3)),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestNamed(t *testing.T) {
	m := Sequential(Input(2), Dense(1)).Named("small").Compile(MSE, SGD(0.1))
	if err := m.Reset(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]string{"the model": m.Name(), "that from its JSON": FromJSON(text).Name()} {
		if got != "small" {
			t.Errorf("%s is named %q", what, got)
		}
	}
	if got, _, _ := strings.Cut(m.String(), " · "); got != "Model small" {
		t.Errorf("the summary begins with %q", got)
	}
	kept := Keep("kept", func() *Model { return m }).Named("other")
	if kept.Err(); kept.Name() != "kept" {
		t.Errorf("a kept model is named %q", kept.Name())
	}
}

func TestBatchesOfAllSizesAgree(t *testing.T) {
	m, d := small(), clouds(37, 6)
	all, err := m.Predict(d)
	if err != nil {
		t.Fatal(err)
	}
	if !all.Shape.Equal(tensor.Shape{37, 3}) {
		t.Fatalf("shape %v", all.Shape)
	}
	want := all.Values()
	for i := range 37 {
		one, err := m.Predict(&toy{shape: d.shape, classes: 3, x: d.x[i : i+1], y: d.y[i : i+1]})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for j, p := range one.Values() {
			sum += float64(p)
			if math.Abs(float64(p-want[3*i+j])) > 1e-6 {
				t.Errorf("example %d alone gives %v, among others %v", i, p, want[3*i+j])
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("probabilities of example %d sum to %v", i, sum)
		}
	}
}

// One layer value in two models, or twice in one, is two layers.
func TestLayersAreRecipes(t *testing.T) {
	hidden := Dense(6, ReLU)
	m := Sequential(Input(6), hidden, hidden, Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	n := Sequential(Input(6), hidden, Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	if len(m.Params()) != 6 || len(n.Params()) != 4 {
		t.Fatalf("%d and %d parameters", len(m.Params()), len(n.Params()))
	}
	before := n.WeightHash()
	train(t, m, 1)
	if n.WeightHash() != before {
		t.Error("training one model changed the other")
	}
}

// Variances by the formulas of the papers; a uniform distribution's limits are
// its hard ends, the truncated normal's lie at two deviations.
func TestInitializers(t *testing.T) {
	const in, out = 300, 200
	for _, c := range []struct {
		init            Initializer
		variance, limit float64
	}{
		{GlorotUniform, 2.0 / (in + out), math.Sqrt(6.0 / (in + out))},
		{GlorotNormal, 2.0 / (in + out), 2 * math.Sqrt(2.0/(in+out)) / truncatedDeviation},
		{HeUniform, 2.0 / in, math.Sqrt(6.0 / in)},
		{HeNormal, 2.0 / in, 2 * math.Sqrt(2.0/in) / truncatedDeviation},
		{LecunUniform, 1.0 / in, math.Sqrt(3.0 / in)},
		{LecunNormal, 1.0 / in, 2 * math.Sqrt(1.0/in) / truncatedDeviation},
		{RandomUniform(0.05), 0.05 * 0.05 / 3, 0.05},
		{RandomNormal(0.05), 0.05 * 0.05, math.Inf(1)},
	} {
		m := Sequential(Input(in), Dense(out, KernelInitializer(c.init))).Compile(MSE, SGD(0.1))
		var sum, squares, largest float64
		values := m.Params()[0].Value.Values()
		for _, v := range values {
			sum += float64(v)
			squares += float64(v) * float64(v)
			largest = math.Max(largest, math.Abs(float64(v)))
		}
		n := float64(len(values))
		// 60 000 draws: the mean's deviation is σ/245, the variance's about 0.6 %.
		if mean := sum / n; math.Abs(mean) > 5*math.Sqrt(c.variance/n) {
			t.Errorf("%v: mean %v", c.init, mean)
		}
		if v := squares / n; math.Abs(v/c.variance-1) > 0.03 {
			t.Errorf("%v: variance %v, want %v", c.init, v, c.variance)
		}
		if math.IsInf(c.limit, 1) {
			if largest < 0.05*3.5 { // of 60 000, 28 lie beyond 3.5 deviations
				t.Errorf("%v: the largest is %v", c.init, largest)
			}
		} else if largest > c.limit*1.000001 || largest < c.limit*0.98 {
			t.Errorf("%v: the largest is %v, the limit %v", c.init, largest, c.limit)
		}
	}
}

// A value for all, and a value for each element.
func TestOwnInitializers(t *testing.T) {
	identity := InitializerFunc("identity", func(s tensor.Shape, i int) float64 {
		if i/s[1] == i%s[1] {
			return 1
		}
		return 0
	})
	m := Sequential(Input(2), Dense(3, KernelInitializer(identity), BiasInitializer(Constant(0.5)))).Compile(MSE, SGD(0.1))
	if w, b := m.Params()[0].Value.Values(), m.Params()[1].Value.Values(); !slices.Equal(w, []float32{1, 0, 0, 0, 1, 0}) || !slices.Equal(b, []float32{0.5, 0.5, 0.5}) {
		t.Errorf("W %v, b %v", w, b)
	}
}
