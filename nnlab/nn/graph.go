package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// graph is a network that has been built: nodes in an order in which each
// stands behind its input, with the memory of one batch.
type graph struct {
	backend  backend.Backend
	nodes    []*node
	params   []*Param
	capacity int // the rows that the nodes' tensors can hold
}

// node is a layer in its place.
type node struct {
	layer  Layer
	name   string // "dense_1"
	where  string // "layer 3 (Dense 512)", for messages
	in     *node  // nil for the first
	shape  tensor.Shape
	params []*Param
	// scratch is the layer's own memory for a batch.
	scratch []*tensor.Tensor
	view    bool // shares its input's memory
	learns  bool // has parameters, or its input learns: ∂E/∂y is needed

	y, dy *tensor.Tensor
}

// newGraph builds the layers one behind the other. The seed names the numbers
// that the parameters start with.
func newGraph(b backend.Backend, layers []Layer, seed uint64) (*graph, error) {
	g := &graph{backend: b}
	used := map[string]int{}
	var last *node
	for i, recipe := range layers {
		n := &node{layer: fresh(recipe), in: last, where: fmt.Sprintf("layer %d (%s)", i+1, title(recipe))}
		n.name = uniqueName(used, kind(recipe))
		if _, isInput := n.layer.(*input); isInput != (i == 0) {
			return nil, &Error{Where: n.where, Layer: i + 1, Expected: "nn.Input(shape…) as the first layer and nowhere else",
				Mend: "begin with nn.Input(28, 28, 1) for images of 28×28 pixels"}
		}
		if err := n.build(b, backend.Bits(seed, i)); err != nil {
			err.Where, err.Layer = n.where, i+1
			return nil, err
		}
		g.nodes = append(g.nodes, n)
		g.params = append(g.params, n.params...)
		last = n
	}
	return g, nil
}

func (n *node) build(b backend.Backend, seed uint64) *Error {
	var in tensor.Shape
	if n.in != nil {
		in = n.in.shape
	}
	builder := &Builder{backend: b, layer: n.name, seed: seed}
	out, err := n.layer.Build(builder, in)
	if err != nil {
		if e, ok := err.(*Error); ok {
			return e
		}
		return &Error{Err: err}
	}
	n.shape, n.params, n.scratch = out, builder.params, builder.scratch
	_, n.view = n.layer.(reshaper)
	n.learns = slices.ContainsFunc(n.params, (*Param).trainable) || n.in != nil && n.in.learns
	return nil
}

// reserve makes the memory for batches of up to rows examples, and with
// gradients that of the backward pass. Memory that is there already is kept.
func (g *graph) reserve(rows int, gradients bool) {
	if rows > g.capacity {
		for _, n := range g.nodes {
			n.y, n.dy = nil, nil
		}
		g.capacity = rows
	}
	for _, n := range g.nodes {
		for _, t := range n.scratch {
			if t.Buffer == nil || t.Buffer.Len() < g.capacity*t.Cols() {
				t.Buffer = g.backend.Alloc(g.capacity * t.Cols())
				t.SetRows(g.capacity)
			}
		}
		shape := func() []int { return append([]int{g.capacity}, n.shape...) }
		shared := n.view && n.in != nil
		if n.y == nil && shared {
			n.y = &tensor.Tensor{Backend: g.backend, Buffer: n.in.y.Buffer, Shape: shape()}
		} else if n.y == nil {
			n.y = tensor.New(g.backend, shape()...)
		}
		if n.dy != nil || !gradients || !n.learns {
			continue
		}
		if shared {
			n.dy = &tensor.Tensor{Backend: g.backend, Buffer: n.in.dy.Buffer, Shape: shape()}
		} else {
			n.dy = tensor.New(g.backend, shape()...)
		}
	}
}

// setRows makes all tensors those of a batch of n examples.
func (g *graph) setRows(n int) {
	for _, node := range g.nodes {
		node.y.SetRows(n)
		for _, t := range node.scratch {
			t.SetRows(n)
		}
		if node.dy != nil {
			node.dy.SetRows(n)
		}
	}
}

// input and output are the tensors at both ends.
func (g *graph) input() *tensor.Tensor  { return g.nodes[0].y }
func (g *graph) output() *tensor.Tensor { return g.last().y }
func (g *graph) last() *node            { return g.nodes[len(g.nodes)-1] }

// forward computes the output from the input (slide "Processo de aprendizado",
// fase 1: the data flow forwards).
func (g *graph) forward(c *Context) {
	for i, n := range g.nodes {
		if !n.view {
			c.layer = i
			n.layer.Forward(c, n.in.y, n.y)
		}
	}
}

// backward computes the gradient of every parameter from ∂E/∂y of the last node
// (slide "Processo de aprendizado", fase 2: the errors flow backwards).
func (g *graph) backward(c *Context) {
	for _, p := range g.params {
		p.written = false
	}
	for i := len(g.nodes) - 1; i > 0; i-- {
		n := g.nodes[i]
		if !n.learns {
			return
		}
		if n.view {
			continue
		}
		c.layer = i
		n.layer.Backward(c, n.in.y, n.y, n.dy, n.in.dy)
	}
}

// firstNonFinite names the first layer whose output holds a NaN or an infinity.
func (g *graph) firstNonFinite() *node {
	for _, n := range g.nodes {
		if g.backend.NonFinite(n.y.Size(), n.y.Buffer) > 0 {
			return n
		}
	}
	return nil
}

// describe is the architecture in a line a layer, input shapes included: two
// networks with the same description have the same parameters.
func (g *graph) describe() string {
	var b strings.Builder
	for _, n := range g.nodes {
		fmt.Fprintf(&b, "%v → %v\n", n.layer, n.shape)
	}
	return b.String()
}

// kind is "Dense" for the recipe "Dense(512, relu)".
func kind(l Layer) string {
	s := l.String()
	if i := strings.IndexAny(s, "(["); i >= 0 {
		return s[:i]
	}
	return s
}

// title is "Dense 512" for the recipe "Dense(512, relu)".
func title(l Layer) string {
	s, _, _ := strings.Cut(l.String(), ",")
	return strings.TrimSuffix(strings.Replace(s, "(", " ", 1), ")")
}

// uniqueName numbers the layers of a kind as Keras does: dense, dense_1, …
func uniqueName(used map[string]int, kind string) string {
	name := strings.ToLower(kind)
	n := used[name]
	used[name]++
	if n > 0 {
		name += fmt.Sprintf("_%d", n)
	}
	return name
}
