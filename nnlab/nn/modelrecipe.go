package nn

import (
	"encoding/json"
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// modelRecipe is a model as data: its layers, how they are connected, and what Compile
// was told. It is the metadata entry "nnlab.model" of a saved model.
type modelRecipe struct {
	Name    string        `json:"name"`
	Layers  []layerRecipe `json:"layers"` // each behind those it comes from
	Inputs  []int         `json:"inputs"`
	Outputs []int         `json:"outputs"`

	Loss      Config    `json:"loss,omitempty"`
	Losses    []Config  `json:"losses,omitempty"`
	Weights   []float64 `json:"loss_weights,omitempty"`
	Optimizer Config    `json:"optimizer,omitempty"` // nil: not compiled
	Clip      Config    `json:"clip,omitempty"`
	Metrics   []string  `json:"metrics,omitempty"`
	Seed      uint64    `json:"seed,omitempty"`
	Frozen    []string  `json:"frozen,omitempty"`
	TF32      bool      `json:"tf32,omitempty"`

	backend backend.Backend // that it is made on; nil: the default, as of a file
}

// layerRecipe is a layer, or a merge, in its place.
type layerRecipe struct {
	Config Config   `json:"config"`
	Name   string   `json:"name,omitempty"` // that the user gave it
	Blocks []string `json:"blocks,omitempty"`
	From   []int    `json:"from,omitempty"`
	Shared int      `json:"shared,omitempty"` // those with one number share weights; 0: with no other
}

// MarshalJSON is the model as data: its layers with their configurations, how they are
// connected, and what Compile was told, without weights. A model that holds a Go function,
// as [Func] and [FuncLoss] do, or a layer that does not say what it was told (see
// [Configured]) is refused by name. [FromJSON] makes a model of it.
func (m *Model) MarshalJSON() ([]byte, error) {
	if err := m.built(); err != nil && (m == nil || m.optimizer != nil) {
		return nil, err
	}
	r, err := m.recipe()
	if err != nil {
		return nil, err
	}
	return json.Marshal(r)
}

// FromJSON makes a model of what [Model.MarshalJSON] wrote, with weights drawn from its seed.
// What is wrong is kept for [Model.Err].
func FromJSON(data []byte) *Model {
	var r modelRecipe
	if err := json.Unmarshal(data, &r); err != nil {
		return Refused("model", &Error{Where: "FromJSON", Expected: "a model as JSON", Err: err, Mend: "write one by json.Marshal(model)"})
	}
	m, err := r.model()
	if err != nil {
		return &Model{name: r.Name, err: err, refused: err}
	}
	return m
}

// recipe is the model as data, or why that cannot be.
func (m *Model) recipe() (*modelRecipe, error) {
	w := &recipeWriter{place: map[*Node]int{}, shared: map[*shared]int{}}
	r := &w.modelRecipe
	r.Name, r.Seed, r.Weights, r.Frozen, r.TF32 = m.name, m.seed, m.weights, m.frozen, m.tf32
	for _, n := range m.inputs {
		r.Inputs = append(r.Inputs, w.add(n))
	}
	for _, n := range m.outputs {
		r.Outputs = append(r.Outputs, w.add(n))
	}
	if m.optimizer != nil {
		r.Optimizer = m.optimizer.(Configured).Config()
		if m.losses == nil {
			r.Loss = w.data("the loss", m.loss.Config())
		}
		for _, l := range m.losses {
			r.Losses = append(r.Losses, w.data("a loss", l.Config()))
		}
		for _, c := range m.clips {
			r.Clip = c.Config()
		}
		for _, a := range m.metrics {
			if _, known := metricOf(a.name); !known && w.err == nil {
				w.err = notData("the metric "+a.name, a.name)
			}
			r.Metrics = append(r.Metrics, a.name)
		}
	}
	if w.err != nil {
		return nil, w.err
	}
	return r, nil
}

type recipeWriter struct {
	modelRecipe
	place  map[*Node]int
	shared map[*shared]int
	err    error
}

// add puts a node behind those it comes from and returns its number.
func (w *recipeWriter) add(n *Node) int {
	if i, done := w.place[n]; done {
		return i
	}
	var l layerRecipe
	for _, f := range n.from {
		l.From = append(l.From, w.add(f))
	}
	inner, name, of := n.unwrap()
	if inner == nil {
		w.err = noLayer()
		return 0
	}
	l.Name = name
	if of != nil {
		if w.shared[of] == 0 {
			w.shared[of] = len(w.shared) + 1
		}
		l.Shared = w.shared[of]
	}
	for _, b := range n.blocks {
		l.Blocks = append(l.Blocks, b.name)
	}
	where := fmt.Sprintf("layer %d (%s)", len(w.Layers)+1, title(inner))
	if c, ok := inner.(Configured); ok {
		l.Config = w.data(where, c.Config())
	} else if w.err == nil {
		register := "nn.RegisterLayer"
		if _, merges := inner.(Merger); merges {
			register = "nn.RegisterMerge"
		}
		w.err = &Error{Where: where, Expected: "a layer that says what it was told", Got: inner.String(),
			Mend: "give it a method Config and make it known by " + register + ", or keep the model by nn.Keep"}
	}
	w.Layers = append(w.Layers, l)
	w.place[n] = len(w.Layers) - 1
	return w.place[n]
}

// data notes a Go function in a configuration.
func (w *recipeWriter) data(where string, c Config) Config {
	if f := c.function(); f != "" && w.err == nil {
		w.err = notData(where, f)
	}
	return c
}

func notData(where, function string) error {
	return &Error{Where: where, Expected: "what can be written to a file", Got: "the Go function " + function,
		Mend: "keep the model by nn.Keep, whose second argument makes it anew"}
}

// model makes the model.
func (r *modelRecipe) model() (*Model, error) {
	m := &Model{name: r.Name, backend: r.backend}
	nodes, sharers, blocks := make([]*Node, len(r.Layers)), map[int]*shared{}, map[string]*blockUse{}
	at := func(i, before int) (*Node, error) {
		if i < 0 || i >= before {
			return nil, &Error{Where: "FromJSON", Expected: fmt.Sprintf("the number of a layer below %d", before), Got: fmt.Sprint(i), Mend: mendModel}
		}
		return nodes[i], nil
	}
	for i, l := range r.Layers {
		n := &Node{name: l.Name}
		for _, f := range l.From {
			from, err := at(f, i)
			if err != nil {
				return nil, err
			}
			n.from = append(n.from, from)
		}
		path := ""
		for _, b := range l.Blocks {
			path += b + "."
			if blocks[path] == nil {
				blocks[path] = &blockUse{b}
			}
			n.blocks = append(n.blocks, blocks[path])
		}
		if err := l.layer(n, sharers); err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	for _, list := range []struct {
		from []int
		to   *[]*Node
	}{{r.Inputs, &m.inputs}, {r.Outputs, &m.outputs}} {
		for _, i := range list.from {
			n, err := at(i, len(nodes))
			if err != nil {
				return nil, err
			}
			*list.to = append(*list.to, n)
		}
	}
	return m, r.compile(m)
}

const mendModel = "take a file that the lab wrote, unchanged"

// layer gives a node its layer or its merge.
func (l *layerRecipe) layer(n *Node, sharers map[int]*shared) error {
	c := read(l.Config)
	if m := mergerOf(c); m != nil {
		n.layer = m
		return c.err("FromJSON")
	} else if make := ownMerges[c.Kind()]; make != nil {
		n.layer = make(l.Config)
		return nil
	}
	made, err := NewLayer(l.Config)
	if err != nil {
		return err
	}
	if l.Shared == 0 {
		n.layer = made
		return nil
	}
	if sharers[l.Shared] == nil {
		sharers[l.Shared] = &shared{made}
	}
	n.layer = sharers[l.Shared]
	return nil
}

// compile compiles the model as it was.
func (r *modelRecipe) compile(m *Model) error {
	if r.Optimizer == nil {
		return nil
	}
	told := read(r.Optimizer)
	o := optimizerOf(told)
	if o == nil {
		return &Error{Where: "FromJSON", Expected: "an optimizer that is known", Got: r.Optimizer.String(), Mend: mendModel}
	} else if err := told.err("FromJSON"); err != nil {
		return err
	}
	options := []CompileOption{Seed(r.Seed), freeze(r.Frozen)}
	if r.TF32 {
		options = append(options, TF32)
	}
	var loss Loss
	configs := r.Losses
	if configs == nil {
		configs = []Config{r.Loss}
	}
	for _, c := range configs {
		told := read(c)
		l, known := lossOf(told)
		if !known {
			return &Error{Where: "FromJSON", Expected: "a loss that is known", Got: c.String(), Mend: mendModel}
		} else if err := told.err("FromJSON"); err != nil {
			return err
		}
		loss = l
		if r.Losses != nil {
			m.losses = append(m.losses, l)
		}
	}
	if r.Losses != nil {
		options = append(options, losses(m.losses))
	}
	if r.Weights != nil {
		options = append(options, lossWeights(r.Weights))
	}
	if r.Clip != nil {
		told := read(r.Clip)
		options = append(options, clipOf(told))
		if err := told.err("FromJSON"); err != nil {
			return err
		}
	}
	for _, name := range r.Metrics {
		a, known := metricOf(name)
		if !known {
			return &Error{Where: "FromJSON", Expected: "a metric that is known", Got: name, Mend: mendModel}
		}
		options = append(options, a)
	}
	return m.Compile(loss, o, options...).err
}
