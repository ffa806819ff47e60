package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// assembly makes a [graph] of a recipe's nodes.
type assembly struct {
	g        *graph
	frozen   []string        // see Freeze
	toInputs bool            // the gradient flows back to the inputs
	froze    map[string]bool // for which of them a layer was found
	built    map[*Node]*node
	taken    map[string]bool      // the names given
	count    map[string]int       // the last number of each kind
	first    map[*shared]*first   // what a shared layer's first use made
	blocks   map[string]*blockUse // by their path
}

type first struct {
	name   string
	params []*Param
	uses   int
}

// newGraph builds the layers from which the outputs come. The seed names the
// numbers that the parameters start with.
func newGraph(b backend.Backend, inputs, outputs []*Node, seed uint64, frozen []string, toInputs bool) (*graph, error) {
	a := &assembly{g: &graph{backend: b, seed: seed}, frozen: frozen, toInputs: toInputs, froze: map[string]bool{},
		built: map[*Node]*node{}, taken: map[string]bool{}, count: map[string]int{}, first: map[*shared]*first{}, blocks: map[string]*blockUse{}}
	for _, in := range inputs {
		n, err := a.add(in)
		if err != nil {
			return nil, err
		}
		a.g.inputs = append(a.g.inputs, n)
	}
	for _, out := range outputs {
		n, err := a.add(out)
		if err != nil {
			return nil, err
		}
		n.uses++
		a.g.outputs = append(a.g.outputs, n)
	}
	if err := a.checkFrozen(); err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	a.g.connect()
	return a.g, nil
}

// add builds a node behind those it comes from, depth first: the layers of a
// branch stand together.
func (a *assembly) add(r *Node) (*node, error) {
	if n := a.built[r]; n != nil {
		return n, nil
	}
	if r == nil {
		r = &Node{} // which make refuses
	}
	n := &node{}
	for _, f := range r.from {
		in, err := a.add(f)
		if err != nil {
			return nil, err
		}
		in.uses++
		n.in = append(n.in, in)
	}
	if err := a.make(n, r); err != nil {
		err.Where, err.Layer = n.where, n.number
		return nil, err
	}
	a.built[r] = n
	a.g.nodes = append(a.g.nodes, n)
	a.g.params = append(a.g.params, n.params...)
	return n, nil
}

// make builds the layer of a node.
func (a *assembly) make(n *node, r *Node) *Error {
	l, name, of := r.unwrap()
	i := len(a.g.nodes)
	n.number = i + 1
	if l == nil {
		n.where = fmt.Sprintf("layer %d", n.number)
		return noLayer()
	}
	n.layer = fresh(l)
	n.where = fmt.Sprintf("layer %d (%s)", n.number, title(l))
	block, err := a.blockOf(r)
	if err != nil {
		return err
	}
	n.block = block
	if place := strings.TrimSuffix(block+name, "."); place != "" {
		n.where = fmt.Sprintf("layer %d, %s (%s)", n.number, place, title(l))
	}
	if b, isBlock := l.(*namedBlock); isBlock {
		return b.misused(name, of)
	}
	if _, isInput := l.(*InputLayer); isInput != (len(r.from) == 0) {
		return &Error{Expected: "nn.Input(shape…) as the first layer and nowhere else",
			Mend: "begin with nn.Input(28, 28, 1) for images of 28×28 pixels"}
	}
	builder := &Builder{backend: a.g.backend, seed: backend.Bits(a.g.seed, i)}
	before := a.first[of]
	if before != nil {
		before.uses++
		n.name = fmt.Sprintf("%s:%d", before.name, before.uses)
		builder.again, n.shares = before.params, before.name
	} else {
		if n.name, err = a.nameOf(l, n.block, name); err != nil {
			return err
		}
	}
	builder.layer = n.name
	if n.frozen = a.freezes(n); n.frozen {
		builder.frozen = true
		if l, ok := n.layer.(freezer); ok {
			l.freeze()
		}
	}
	if err := n.build(builder); err != nil {
		return err
	}
	if len(n.in) == 0 && a.toInputs {
		n.learns = true
	}
	if of != nil && before == nil {
		a.first[of] = &first{n.name, builder.params, 1}
	}
	return nil
}

// blockOf is the name of the innermost block that a node stands in, "stage2.block1.", or "".
func (a *assembly) blockOf(r *Node) (string, *Error) {
	path := ""
	for _, use := range r.blocks {
		path += use.name + "."
		if other := a.blocks[path]; use.name == "" || strings.ContainsAny(use.name, "/:. ") || other != nil && other != use {
			return "", &Error{Expected: "a name that no other block has there, without '/', ':', '.' and blanks", Got: fmt.Sprintf("%q", use.name),
				Mend: `number the blocks: nn.Block(fmt.Sprintf("block%d", i), …)`}
		}
		a.blocks[path] = use
	}
	return path, nil
}

// nameOf numbers the layers of a kind as Keras does, dense, dense_1, …, unless
// the recipe names them. In a block they are numbered anew behind its name.
func (a *assembly) nameOf(l recipe, within, name string) (string, *Error) {
	if name == "" {
		kind := within + strings.ToLower(kind(l))
		for name = kind; a.taken[name]; name = fmt.Sprintf("%s_%d", kind, a.count[kind]) {
			a.count[kind]++
		}
	} else if name = within + name; strings.ContainsAny(name, "/: ") || a.taken[name] {
		return "", &Error{Expected: "a name that no other layer has, without '/', ':' and blanks", Got: fmt.Sprintf("%q", name),
			Mend: "give each layer a name of its own; nn.Shared makes one layer of several uses"}
	}
	a.taken[name] = true
	return name, nil
}

// check finds inputs that are not listed or lead nowhere, and outputs that are
// listed twice.
func (a *assembly) check() error {
	for _, n := range a.g.nodes {
		if _, isInput := n.layer.(*InputLayer); isInput && !slices.Contains(a.g.inputs, n) {
			return &Error{Where: n.where, Layer: n.number, Expected: "every input among those of the graph", Mend: "add it to nn.Inputs(…)"}
		} else if n.uses == 0 {
			return &Error{Where: n.where, Layer: n.number, Expected: "every input to lead to an output", Mend: "take it out of nn.Inputs(…), or use it"}
		}
	}
	seen := map[*node]bool{}
	for _, n := range a.g.outputs {
		if seen[n] {
			return &Error{Where: n.where, Layer: n.number, Expected: "each output once", Mend: "list it once in nn.Outputs(…)"}
		}
		seen[n] = true
	}
	return nil
}
