package nn

// Node is the output of a layer in a network that is not a plain chain. It is a
// recipe like a [Layer]: a [Graph] builds its own layers from it.
type Node struct {
	layer  recipe
	name   string // "" for the name that Keras would give it
	from   []*Node
	blocks []*blockUse // in which it stands, the outermost first
}

// A recipe is a [Layer], or a [Merger] of several inputs.
type recipe interface{ String() string }

// Source is what layers and merges can stand behind: an [Input] or a [Node].
type Source interface {
	// Then puts layers behind it, one behind the other, and returns the last.
	// Branches begin where Then is called twice on one Source.
	Then(layers ...Layer) *Node

	node() *Node
}

// Then puts layers behind the node, one behind the other.
func (n *Node) Then(layers ...Layer) *Node {
	for _, l := range layers {
		n = n.behind(l)
	}
	return n
}

// Named gives the node a name, under which the summary, saved files and, for an
// output, the history know it.
func (n *Node) Named(name string) *Node {
	n.name = name
	return n
}

func (n *Node) node() *Node { return n }

// GraphInputs is a list of inputs for [Graph].
type GraphInputs []*InputLayer

// GraphOutputs is a list of outputs for [Graph].
type GraphOutputs []Source

// Inputs lists where examples enter a [Graph].
func Inputs(inputs ...*InputLayer) GraphInputs { return inputs }

// Outputs lists what a [Graph] computes; the first is what Predict returns. An
// auxiliary head (slide "GoogLeNet") is an output in the middle.
func Outputs(outputs ...Source) GraphOutputs { return outputs }

// Graph is a network whose layers branch and meet again, with as many inputs and
// outputs as it needs. It is compiled, trained, evaluated and saved as a
// [Sequential] is:
//
//	in := nn.Input(32, 32, 3)
//	a := in.Then(nn.Conv2D(16, 3, nn.Same, nn.ReLU))
//	b := a.Then(nn.Conv2D(16, 3, nn.Same))
//	y := nn.Add(a, b).Then(nn.GlobalAveragePool(), nn.Dense(10, nn.Softmax))
//	m := nn.Graph(nn.Inputs(in), nn.Outputs(y))
//
// Each output has a loss, see [Losses] and [LossWeights]. Data with one target
// give it to every output; [Multi] has a target for each.
func Graph(inputs GraphInputs, outputs GraphOutputs) *Model {
	m := &Model{name: "graph"}
	for _, in := range inputs {
		m.inputs = append(m.inputs, nodeOf(in))
	}
	for _, out := range outputs {
		m.outputs = append(m.outputs, nodeOf(out))
	}
	return m
}

// Sequential is a network of layers one behind the other; the first is an
// [Input]. It must be compiled before it can do anything.
func Sequential(layers ...Layer) *Model {
	m := &Model{name: "sequential"}
	for i, l := range layers {
		if i == 0 {
			m.inputs = []*Node{{layer: l}}
			m.outputs = m.inputs
			continue
		}
		m.outputs = []*Node{m.outputs[0].behind(l)}
	}
	return m
}

// Refused is a model that cannot be made, for functions that return one and have been told
// what cannot be. err says why: it is the error of [Model.Err], and of all that is called,
// also behind Compile.
func Refused(name string, err *Error) *Model {
	if err == nil {
		err = &Error{Where: "Refused", Expected: "why the model cannot be made", Got: "nil", Mend: "return the model itself where nothing is wrong"}
	}
	return &Model{name: name, err: err, refused: err}
}

type named struct {
	Layer
	name string
}

// Named gives a layer a name, under which the summary and saved files know it:
// Named("conv1", Conv2D(96, 11)).
func Named(name string, layer Layer) Layer { return &named{layer, name} }

type shared struct{ Layer }

// Shared is a layer that may stand in several places of a [Graph] with one set
// of weights: every use of the value that Shared returns adds to the same
// gradients. Any other layer value has weights of its own wherever it stands. The uses of
// a shared [BatchNorm] are added to its one pair of running means in the order in which the
// graph computes them, that of [Outputs] and of what leads to each: the last counts most.
func Shared(layer Layer) Layer { return &shared{layer} }

// nodeOf is the node of a source; that of nil is refused when the model is built.
func nodeOf(s Source) *Node {
	if s != nil {
		if n := s.node(); n != nil {
			return n
		}
	}
	return &Node{}
}

func noLayer() *Error {
	return &Error{Expected: "a layer", Got: "nil", Mend: "leave it out, or put a layer there"}
}

// unwrap returns the layer that does the work, with what Named and Shared say.
func (n *Node) unwrap() (inner recipe, name string, of *shared) {
	inner, name = n.layer, n.name
	for {
		switch l := inner.(type) {
		case *named:
			if inner = l.Layer; name == "" {
				name = l.name
			}
		case *shared:
			inner, of = l.Layer, l
		default:
			return inner, name, of
		}
	}
}
