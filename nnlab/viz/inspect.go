package viz

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// What Inspect has room for.
const (
	inspectLayers   = 4 // with weights
	inspectUnits    = 6 // of a layer, or inputs
	inspectWeights  = 60
	inspectExamples = 8
)

// Inspect goes through back-propagation on the first n examples of d, one after the other
// (slide "Processo de aprendizado"). Phase 1, the data flow: at each neuron net = Σ w·out + b
// and out = f(net). Phase 2, the error flow: at each neuron δ = ∂E/∂net, at each weight
// ∂E/∂w = δ·out, beside it the same by differences of the loss ([nn.Differences]), and Δw,
// which with SGD is −η·δ·out; every formula with its numbers put in. In a notebook buttons
// and the arrow keys go step by step and example by example, also in one that was saved.
// Without scripts there is the whole first example.
//
// The numbers are those of [nn.Model.Step] on a copy: the model itself does not learn. It
// is a small MLP, an Input and up to 4 Dense layers of up to 6 units, with at most 60 weights;
// n is at most 8.
func Inspect(m *nn.Model, d nn.Data, n int, options ...Option) (*Figure, error) {
	s := newSettings(options)
	examples, err := inspect(m, d, n)
	if err != nil {
		return nil, err
	}
	return drawInspection(examples, s.words).show()
}

// inspection is one step on one example.
type inspection struct {
	example       int
	x, target     []float64 // the target of each output
	layers        []inspectedLayer
	before, after float64 // the loss
	rule          updateRule
}

// inspectedLayer is what a step has made of a Dense layer.
type inspectedLayer struct {
	name, function      string
	in, net, out, delta []float64
	kernel, bias        inspectedParam
	weightsOf, letter   string // of the layer before and its own
	output              bool
}

// inspectedParam are the numbers of a parameter's elements; none where the layer has no bias.
type inspectedParam struct{ value, gradient, slope, change, last []float64 }

// updateRule is what the optimizer says of itself.
type updateRule struct {
	Kind         string
	LearningRate float64 `json:"learning_rate"`
	Momentum     float64
	Nesterov     bool
}

// inspect does the steps on a copy of the model.
func inspect(m *nn.Model, d nn.Data, n int) ([]inspection, error) {
	recipe, err := m.MarshalJSON()
	if err == nil {
		err = m.Err()
	}
	if err != nil {
		return nil, err
	}
	var told struct{ Optimizer updateRule }
	if err := json.Unmarshal(recipe, &told); err != nil {
		return nil, err
	}
	c := nn.FromJSON(recipe)
	if err := c.Err(); err != nil {
		return nil, err
	}
	for i, p := range c.Params() {
		p.Value.Set(m.Params()[i].Value.Values())
	}
	if err := inspectable(c, d, n); err != nil {
		return nil, err
	}
	var all []inspection
	for i := range n {
		e := inspection{example: i, rule: told.Optimizer}
		if err := e.step(c, d); err != nil {
			return nil, err
		}
		if i > 0 { // what the momentum remembers
			for j, l := range all[i-1].layers {
				e.layers[j].kernel.last, e.layers[j].bias.last = l.kernel.change, l.bias.change
			}
		}
		all = append(all, e)
	}
	return all, nil
}

// inspectable tells what is wrong with a model or its data, if anything.
func inspectable(m *nn.Model, d nn.Data, n int) error {
	small := &nn.Error{Where: "viz.Inspect", Expected: fmt.Sprintf("a small MLP: up to %d Dense layers of up to %d units, %d weights at most", inspectLayers, inspectUnits, inspectWeights),
		Mend: "write nn.Sequential(nn.Input(2), nn.Dense(3, nn.Sigmoid), nn.Dense(1, nn.Sigmoid))"}
	weights := 0
	for i, l := range m.Layers() {
		weights += l.Parameters
		kind := "Dense"
		if i == 0 {
			kind = "Input"
		}
		if l.Kind != kind || len(l.Shape) != 1 || l.Shape.Size() > inspectUnits || i > inspectLayers || l.Shares != "" || i > 0 && len(l.Params()) == 0 {
			small.Got = l.String()
			return small
		}
	}
	if weights > inspectWeights {
		small.Got = fmt.Sprintf("%d weights", weights)
		return small
	}
	if d != nil {
		if err := d.Open(); err != nil {
			return &nn.Error{Where: "viz.Inspect", Err: err}
		}
		if most := min(inspectExamples, d.Len()); n < 1 || n > most {
			return &nn.Error{Where: "viz.Inspect", Expected: fmt.Sprintf("1 to %d examples", most), Got: fmt.Sprint(n), Mend: "write viz.Inspect(model, train, 1)"}
		}
	}
	return nil
}

// step does one step of the model and notes its numbers.
func (e *inspection) step(m *nn.Model, d nn.Data) error {
	slopes, err := nn.Differences(m, d, e.example)
	if err != nil {
		return err
	}
	x, target := example(d, e.example)
	e.x = wide(x)
	at := map[string]int{} // the layers in the order of the data flow
	logs, err := m.Step(d, []int{e.example}, nn.Observe(func(o *nn.Observation) {
		if o.Layer.Kind != "Dense" {
			return
		}
		if o.Phase == nn.FeedForward {
			at[o.Layer.Name] = len(e.layers)
			e.layers = append(e.layers, newInspectedLayer(o))
			return
		}
		l := &e.layers[at[o.Layer.Name]]
		if o.Phase == nn.FeedBackward {
			l.delta = wide(o.Delta.Values())
		} else {
			for i, p := range o.Params {
				if o.Change[i] != nil {
					l.param(i).gradient, l.param(i).change = wide(p.Grad.Values()), wide(o.Change[i].Values())
				}
			}
		}
	}))
	if err != nil {
		return err
	}
	e.before, _ = logs.Get("loss")
	if logs, err = m.Evaluate(some{d, []int{e.example}}); err != nil {
		return err
	}
	e.after, _ = logs.Get("loss")
	letters := []string{"h", "k", "m"}
	before := "x"
	for i := range e.layers {
		l := &e.layers[i]
		l.output = i == len(e.layers)-1
		l.weightsOf, l.letter = before, "o"
		if !l.output {
			l.letter = letters[i]
		}
		before = l.letter
		for j := range 2 {
			if p := l.param(j); p.value != nil {
				p.slope, slopes = slopes[0], slopes[1:]
			}
		}
	}
	e.target = wide(target)
	if outputs := len(e.layers[len(e.layers)-1].out); d.Classes() > 0 && outputs > 1 {
		e.target = make([]float64, outputs)
		e.target[int(target[0])] = 1
	}
	return nil
}

// newInspectedLayer is a layer in the data flow.
func newInspectedLayer(o *nn.Observation) inspectedLayer {
	l := inspectedLayer{name: o.Layer.Name, function: "linear", in: wide(o.X[0].Values()), out: wide(o.Out.Values())}
	if f, ok := o.Layer.Config["activation"].(nn.Config); ok {
		l.function = f.Kind()
	}
	l.net = l.out
	if o.Net != nil {
		l.net = wide(o.Net.Values())
	}
	for i, p := range o.Params {
		l.param(i).value = wide(p.Value.Values())
	}
	return l
}

// param is the layer's kernel, 0, or its bias, 1.
func (l *inspectedLayer) param(i int) *inspectedParam {
	if i == 0 {
		return &l.kernel
	}
	return &l.bias
}

// weight is w from neuron k of the layer before to neuron j.
func (l *inspectedLayer) weight(k, j int) float64 { return l.kernel.value[k*len(l.out)+j] }

// slope is f′(net) of neuron j, and whether it is known for that function.
func (l *inspectedLayer) slope(j int) (v float64, known bool) {
	switch out := l.out[j]; l.function {
	case "linear":
		return 1, true
	case "sigmoid":
		return out * (1 - out), true
	case "tanh":
		return 1 - out*out, true
	case "relu":
		if l.net[j] > 0 {
			return 1, true
		}
		return 0, true
	}
	return math.NaN(), false
}

// wide makes numbers of the model ones to reckon with.
func wide(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}
