package nn

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/internal/nils"
)

// A nil in any place where the compiler allows one is refused in words, by the call or by
// what uses its result.
func TestNils(t *testing.T) {
	rows := map[string]nils.Row{}
	for _, more := range []map[string]nils.Row{layerNils(), graphNils(), trainingNils(), modelNils()} {
		maps.Copy(rows, more)
	}
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/nn", rows, map[string]string{
		"Context":                  "handed to layers by the model",
		"InputLayer.Build":         "called by the model",
		"InputLayer.Forward":       "called by the model",
		"InputLayer.Backward":      "called by the model",
		"Stop.e":                   "called by the model",
		"Setting.In.e":             "called with the event that the model hands out",
		"Event.Fail.err":           "no error ends nothing",
		"Model.LoadKeras.rename":   "nil leaves the names as they are",
		"Model.LoadPyTorch.rename": "nil leaves the names as they are",
		"Model.RestoreVariable":    "called with what KeepVariable returned",
	})
}

// layerNils are layers that are told nil.
func layerNils() map[string]nils.Row {
	rows := map[string]nils.Row{}
	for name, l := range map[string]func() Layer{
		"AveragePool1D":   func() Layer { return AveragePool1D(2, nil) },
		"AveragePool2D":   func() Layer { return AveragePool2D(2, nil) },
		"AveragePool3D":   func() Layer { return AveragePool3D(2, nil) },
		"BatchNorm":       func() Layer { return BatchNorm(nil) },
		"CCells":          func() Layer { return CCells(3, 0.5, nil) },
		"Conv1D":          func() Layer { return Conv1D(2, 3, nil) },
		"Conv2D":          func() Layer { return Conv2D(2, 3, Same, nil) },
		"Conv2DTranspose": func() Layer { return Conv2DTranspose(2, 3, nil) },
		"Conv3D":          func() Layer { return Conv3D(2, 3, nil) },
		"Dense":           func() Layer { return Dense(3, ReLU, nil) },
		"DepthwiseConv2D": func() Layer { return DepthwiseConv2D(3, nil) },
		"Func":            func() Layer { return Func(func(x, y []float64) {}, func(x, y, dy, dx []float64) {}, nil) },
		"GroupNorm":       func() Layer { return GroupNorm(1, nil) },
		"LayerNorm":       func() Layer { return LayerNorm(nil) },
		"MaxPool1D":       func() Layer { return MaxPool1D(2, nil) },
		"MaxPool2D":       func() Layer { return MaxPool2D(2, nil) },
		"MaxPool3D":       func() Layer { return MaxPool3D(2, nil) },
		"PReLU":           func() Layer { return PReLU(nil) },
		"PartialConv2D":   func() Layer { return PartialConv2D([][]int{{0}}, 3, nil) },
		"RBF":             func() Layer { return RBF(2, nil) },
		"SCells":          func() Layer { return SCells(2, 3, 4, nil) },
		"Slice":           func() Layer { return Slice(0, 1, nil) },
		"Subsampling":     func() Layer { return Subsampling(2, nil) },
	} {
		rows[name+".options"] = nils.Row{Says: "layer 2 (" + name, Call: func() error { return chain(Input(8, 8, 3), l())() }}
	}
	neither := "a forward and a backward"
	rows["Func.forward"] = nils.Row{Says: neither, Call: func() error { return chain(Input(4), Func(nil, func(x, y, dy, dx []float64) {}))() }}
	rows["Func.backward"] = nils.Row{Says: neither, Call: func() error { return chain(Input(4), Func(func(x, y []float64) {}, nil))() }}
	for _, place := range []string{"f", "derivative"} {
		given := map[string]func(float64) float64{"f": func(v float64) float64 { return v }, "derivative": func(float64) float64 { return 1 }}
		given[place] = nil
		rows["ActivationFunc."+place] = nils.Row{Says: "an activation function", Call: func() error {
			return chain(Input(4), Dense(2, ActivationFunc("mine", given["f"], given["derivative"])))()
		}}
	}
	rows["InitializerFunc.f"] = nils.Row{Says: "InitializerFunc", Call: func() error { return chain(Input(4), Dense(2, KernelInitializer(InitializerFunc("mine", nil))))() }}
	rows["RegisterLayer.make"] = nils.Row{Says: "RegisterLayer", Call: func() error { return mends.Panicked(func() { RegisterLayer("Nil", nil) }) }}
	rows["RegisterMerge.make"] = nils.Row{Says: "RegisterMerge", Call: func() error { return mends.Panicked(func() { RegisterMerge("Nil", nil) }) }}
	return rows
}

// graphNils are networks with nil in the place of a layer or a node.
func graphNils() map[string]nils.Row {
	const noLayer = "a layer"
	ends := func(make func(in *InputLayer) Source) nils.Row {
		return nils.Row{Says: noLayer, Call: branches([]int{4}, func(in *InputLayer) []Source { return []Source{make(in)} })}
	}
	var none *Node
	return map[string]nils.Row{
		"Add.of":                 ends(func(in *InputLayer) Source { return Add(in, nil) }),
		"Average.of":             ends(func(in *InputLayer) Source { return Average(in, none) }),
		"Block.body":             {Says: "Block", Call: chain(Input(4), Block("b", nil))},
		"Chain.layers":           {Says: noLayer, Call: chain(Input(4), Block("b", Chain(Dense(2), nil)))},
		"Concatenate.of":         ends(func(in *InputLayer) Source { return Concatenate(none, in) }),
		"InputLayer.Then.layers": ends(func(in *InputLayer) Source { return in.Then(nil) }),
		"Inputs.inputs":          {Says: noLayer, Call: func() error { return Graph(Inputs(nil), Outputs(Input(4).Then(Dense(1)))).Compile(MSE, SGD(0.1)).Err() }},
		"Maximum.of":             ends(func(in *InputLayer) Source { return Maximum(in, (*InputLayer)(nil)) }),
		"Merge.m":                ends(func(in *InputLayer) Source { return Merge(nil, in, in) }),
		"Merge.of":               ends(func(in *InputLayer) Source { return Merge(&add{alike{"Add"}}, in, nil) }),
		"Multiply.of":            ends(func(in *InputLayer) Source { return Multiply(in, nil) }),
		"Named.layer":            {Says: noLayer, Call: chain(Input(4), Named("a", nil))},
		"Node.Then.layers":       ends(func(in *InputLayer) Source { return in.Then(Dense(1)).Then(nil, Dense(2)) }),
		"Outputs.outputs":        ends(func(in *InputLayer) Source { return nil }),
		"Sequential.layers":      {Says: noLayer, Call: chain(nil, Dense(1))},
		"Shared.layer":           {Says: noLayer, Call: chain(Input(4), Shared(nil))},
		"Split.of":               ends(func(in *InputLayer) Source { return Split(none, []int{2})[0] }),
		"Split.options":          {Says: "Slice", Call: branches([]int{4}, func(in *InputLayer) []Source { return []Source{Split(in, []int{2}, nil)[0]} })},
		"Subtract.a":             ends(func(in *InputLayer) Source { return Subtract(nil, in) }),
		"Subtract.b":             ends(func(in *InputLayer) Source { return Subtract(in, nil) }),
	}
}

// trainingNils are nils in what a training is told.
func trainingNils() map[string]nils.Row {
	rows := map[string]nils.Row{}
	for name, o := range map[string]func() Optimizer{
		"Adadelta": func() Optimizer { return Adadelta(1, nil) },
		"Adagrad":  func() Optimizer { return Adagrad(1, nil) },
		"Adam":     func() Optimizer { return Adam(0.1, nil) },
		"AdamW":    func() Optimizer { return AdamW(0.1, WeightDecay(0.1), nil) },
		"Nadam":    func() Optimizer { return Nadam(0.1, nil) },
		"RMSprop":  func() Optimizer { return RMSprop(0.1, nil) },
		"SGD":      func() Optimizer { return SGD(0.1, nil) },
	} {
		rows[name+".options"] = nils.Row{Says: name + "(", Call: func() error { return Sequential(Input(4), Dense(2)).Compile(MSE, o()).Err() }}
	}
	for name, o := range map[string]func() FitOption{
		"Callbacks.cb":              func() FitOption { return Callbacks(nil) },
		"Checkpoint.options":        func() FitOption { return Checkpoint("a", nil) },
		"EarlyStopping.options":     func() FitOption { return EarlyStopping(3, nil) },
		"LearningRateSchedule.f":    func() FitOption { return LearningRateSchedule(nil) },
		"Observe.f":                 func() FitOption { return Observe(nil) },
		"ReduceLROnPlateau.options": func() FitOption { return ReduceLROnPlateau(0.5, 3, nil) },
		"Validation.d":              func() FitOption { return Validation(nil) },
		"Model.Fit.options":         func() FitOption { return nil },
	} {
		rows[name] = nils.Row{Call: func() error { return mends.Failed(small().Fit(clouds(4, 6), o())) }}
	}
	loss := func(y, t []float64) float64 { return 0 }
	slope := func(y, t, dy []float64) {}
	rows["FuncLoss.f"] = nils.Row{Says: "a function and its gradient", Call: trained(FuncLoss("mine", nil, slope), Input(4), Dense(2))}
	rows["FuncLoss.gradient"] = nils.Row{Says: "gradient", Call: trained(FuncLoss("mine", loss, nil), Input(4), Dense(2))}
	rows["On.b"] = nils.Row{Says: "Compile", Call: func() error { return small(On(nil)).Err() }}
	rows["Augment.d"] = nils.Row{Says: "Augment", Call: func() error { return Augment(nil).Open() }}
	rows["Augment.options"] = nils.Row{Says: "Augment", Call: func() error { return Augment(digits(2), RandomRotation(0.1), nil).Open() }}
	return rows
}

// modelNils are nils in what a model is asked, and models that are nil.
func modelNils() map[string]nils.Row {
	const data, model = "data", "a model"
	c := clouds(4, 6)
	return map[string]nils.Row{
		"Confusion.m":             {Says: model, Call: func() error { return mends.Failed(Confusion(nil, c)) }},
		"Confusion.d":             {Says: data, Call: func() error { return mends.Failed(Confusion(small(), nil)) }},
		"Differences.m":           {Says: model, Call: func() error { return mends.Failed(Differences(nil, c, 0)) }},
		"Differences.d":           {Says: data, Call: func() error { return mends.Failed(Differences(small(), nil, 0)) }},
		"GradCheck.m":             {Says: model, Call: func() error { return mends.Failed(GradCheck(nil, c)) }},
		"GradCheck.d":             {Says: data, Call: func() error { return mends.Failed(GradCheck(small(), nil)) }},
		"Keep.build":              {Says: "Keep", Call: func() error { return Keep("nothing", nil).Err() }},
		"Model.Activations.d":     {Says: data, Call: func() error { return mends.Failed(small().Activations(nil, 0)) }},
		"Model.Classify.d":        {Says: data, Call: func() error { return mends.Failed(small().Classify(nil)) }},
		"Model.Compile.optimizer": {Says: "an optimizer", Call: func() error { return Sequential(Input(4), Dense(2)).Compile(MSE, nil).Err() }},
		"Model.Compile.options":   {Says: "Compile", Call: func() error { return small(nil).Err() }},
		"Model.Evaluate.d":        {Says: data, Call: func() error { return mends.Failed(small().Evaluate(nil)) }},
		"Model.Fit.train":         {Says: data, Call: func() error { return mends.Failed(small().Fit(nil)) }},
		"Model.InputGradient.d":   {Says: data, Call: func() error { return mends.Failed(small().InputGradient(nil, 0)) }},
		"Model.Predict.d":         {Says: data, Call: func() error { return mends.Failed(small().Predict(nil)) }},
		"Model.PredictAll.d":      {Says: data, Call: func() error { return mends.Failed(small().PredictAll(nil)) }},
		"Model.Pretrained.load":   {Says: "Pretrained", Call: func() error { return small().Pretrained(nil).Err() }},
		"Model.Step.d":            {Says: data, Call: func() error { return mends.Failed(small().Step(nil, []int{0})) }},
		"Model.Step.options":      {Says: "Step", Call: func() error { return mends.Failed(small().Step(c, []int{0}, nil)) }},
		"Refused.err":             {Says: "Refused", Call: func() error { return Refused("mine", nil).Err() }},
		"Time.m":                  {Says: model, Call: func() error { return mends.Failed(Time(nil, c)) }},
		"Time.d":                  {Says: data, Call: func() error { return mends.Failed(Time(small(), nil)) }},
	}
}

// Keep's build may return nil, and a variable may hold no model: each of its methods says so
// by an error, where it has one, and none panics.
func TestNoModel(t *testing.T) {
	if err := Keep("returns", func() *Model { return nil }).Err(); err == nil || !strings.Contains(err.Error(), "nil") {
		t.Error(err)
	}
	var none *Model
	v := reflect.ValueOf(none)
	for i := range v.NumMethod() {
		name, m := v.Type().Method(i).Name, v.Method(i)
		if name == "RestoreVariable" { // writes to the model, which is there
			continue
		}
		t.Run(name, func(t *testing.T) {
			var in []reflect.Value
			for j := range m.Type().NumIn() {
				if !m.Type().IsVariadic() || j < m.Type().NumIn()-1 {
					in = append(in, reflect.Zero(m.Type().In(j)))
				}
			}
			for _, out := range m.Call(in) {
				if err, ok := out.Interface().(error); ok && !strings.Contains(err.Error(), "expects a model, got nil") {
					t.Error(err)
				}
			}
		})
	}
}
