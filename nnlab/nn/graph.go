package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// graph is a network that has been built: nodes in an order in which each
// stands behind its inputs, with the memory of one batch.
type graph struct {
	backend         backend.Backend
	nodes           []*node
	inputs, outputs []*node
	params          []*Param
	capacity        int  // the rows that the nodes' tensors can hold
	gradients       bool // whether there is memory for the backward pass

	// spares hold the gradients on their way to an output that another node has
	// sent one to already.
	spares []backend.Buffer
}

// node is a layer in its place.
type node struct {
	layer  recipe // a Layer or a merger
	recipe string // what it says of itself, "Dense(512, relu)"
	name   string // "dense_1"
	where  string // "layer 3 (Dense 512)", for messages
	number int    // the 3 of it
	in     []*node
	uses   int // how many nodes take the output; the model's own outputs count
	shape  tensor.Shape
	params []*Param // without those of an earlier use of a shared layer,
	shares string   // the name of that use, "" where there is none
	// learning are those of params that learn by their gradient.
	learning []*Param
	// scratch is the layer's own memory for a batch.
	scratch []*tensor.Tensor
	view    bool // shares its input's memory
	learns  bool // has parameters, or an input learns: ∂E/∂y is needed
	// reach and apart are the receptive field along each axis of the input, and
	// how many cells of it two neighbours of this map lie apart; nil where
	// windows mean nothing.
	reach, apart []int

	y, dy *tensor.Tensor
	x     []*tensor.Tensor // the y of the inputs
	dx    []*tensor.Tensor // where the gradients with respect to the inputs go
	late  []bool           // which of them are added to the input's dy afterwards
}

// build puts a layer, or a merge, behind its inputs.
func (n *node) build(b *Builder) *Error {
	var out tensor.Shape
	var err error
	switch l := n.layer.(type) {
	case Layer:
		var in tensor.Shape
		if len(n.in) > 0 {
			in = n.in[0].shape
		}
		out, err = l.Build(b, in)
	case merger:
		shapes := make([]tensor.Shape, len(n.in))
		for i, in := range n.in {
			shapes[i] = in.shape
		}
		out, err = l.build(b, shapes)
	}
	if e, ok := err.(*Error); ok {
		return e
	} else if err != nil {
		return &Error{Err: err}
	} else if b.err != nil {
		return b.err
	}
	n.shape, n.params, n.scratch = out, b.made, b.scratch
	n.learning = slices.DeleteFunc(slices.Clone(n.params), func(p *Param) bool { return !p.trainable() })
	n.recipe = n.layer.String() // as it was written: a loss may take its activation function over
	_, n.view = n.layer.(reshaper)
	n.learns = slices.ContainsFunc(b.params, (*Param).trainable)
	for _, in := range n.in {
		n.learns = n.learns || in.learns
	}
	n.reach, n.apart = n.field()
	n.x, n.dx, n.late = make([]*tensor.Tensor, len(n.in)), make([]*tensor.Tensor, len(n.in)), make([]bool, len(n.in))
	return nil
}

// reserve makes the memory for batches of up to rows examples, and with
// gradients that of the backward pass. Memory that is there already is kept.
func (g *graph) reserve(rows int, gradients bool) {
	g.gradients = g.gradients || gradients
	if rows > g.capacity {
		for _, n := range g.nodes {
			n.y, n.dy = nil, nil
		}
		g.spares = nil
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
		if n.y == nil && n.view && len(n.in) > 0 {
			n.y = &tensor.Tensor{Backend: g.backend, Buffer: n.in[0].y.Buffer, Shape: shape()}
		} else if n.y == nil {
			n.y = tensor.New(g.backend, shape()...)
		}
		for i, in := range n.in {
			n.x[i] = in.y
		}
		if n.dy != nil || !g.gradients || !n.learns {
			continue
		}
		if n.sharesGradient() {
			n.dy = &tensor.Tensor{Backend: g.backend, Buffer: n.in[0].dy.Buffer, Shape: shape()}
		} else {
			n.dy = tensor.New(g.backend, shape()...)
		}
	}
	if g.gradients {
		g.plan()
	}
}

// sharesGradient tells whether dy is the memory of the input's dy: it can be
// where nothing else adds to that.
func (n *node) sharesGradient() bool { return n.view && len(n.in) > 0 && n.in[0].uses == 1 }

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

// forward computes the outputs from the inputs (slide "Processo de
// aprendizado", fase 1: the data flow forwards).
func (g *graph) forward(c *Context) {
	for i, n := range g.nodes {
		if n.view {
			continue
		}
		c.layer = i
		switch l := n.layer.(type) {
		case Layer:
			l.Forward(c, n.x[0], n.y)
		case merger:
			l.forward(n.x, n.y)
		}
	}
}

// backward computes the gradient of every parameter from ∂E/∂y of the outputs
// (slide "Processo de aprendizado", fase 2: the errors flow backwards). Where
// an output is used more than once, its ∂E/∂y is the sum of what the uses send.
// Unless u is nil, each layer's parameters are changed as soon as their gradients
// are complete, behind the layer's Backward: no other reads them any more.
func (g *graph) backward(c *Context, u *update) {
	for _, p := range g.params {
		p.written = false
	}
	for i := len(g.nodes) - 1; i >= 0; i-- {
		n := g.nodes[i]
		if !n.learns || len(n.in) == 0 {
			continue
		}
		c.layer = i
		switch l := n.layer.(type) {
		case reshaper:
			if !n.sharesGradient() {
				tensor.Copy(n.dy, n.dx[0])
			}
		case Layer:
			l.Backward(c, n.x[0], n.y, n.dy, n.dx[0])
		case merger:
			l.backward(n.x, n.dy, n.dx)
		}
		if u != nil {
			u.of(n.learning)
		}
		for j, late := range n.late {
			if late {
				tensor.Add(n.dx[j], n.in[j].dy)
			}
		}
	}
}

// plan tells where the gradient with respect to each input of a node goes:
// nowhere when nothing needs it, to the input's dy when it is the first that
// arrives there, else to spare memory, from which it is added late.
func (g *graph) plan() {
	filled := map[*node]bool{} // which dy has a gradient already
	for _, n := range g.outputs {
		filled[n] = true
	}
	for _, n := range slices.Backward(g.nodes) {
		spare := 0
		for j, in := range n.in {
			n.dx[j], n.late[j] = nil, false
			switch {
			case !n.learns || !in.learns:
			case filled[in]:
				n.dx[j], n.late[j] = g.spare(spare, in.dy.Shape), true
				spare++
			default:
				n.dx[j], filled[in] = in.dy, true
			}
		}
	}
}

// spare is the i-th spare memory as a tensor of a shape, whose rows change with it.
func (g *graph) spare(i int, shape tensor.Shape) *tensor.Tensor {
	for len(g.spares) <= i {
		largest := 0
		for _, n := range g.nodes {
			if n.uses > 1 {
				largest = max(largest, n.shape.Size())
			}
		}
		g.spares = append(g.spares, g.backend.Alloc(g.capacity*largest))
	}
	return &tensor.Tensor{Backend: g.backend, Buffer: g.spares[i], Shape: shape}
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
		fmt.Fprintf(&b, "%s → %v", n.recipe, n.shape)
		if n.branches() {
			fmt.Fprintf(&b, " ← %s", strings.Join(n.from(), ", "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// branches tells whether the node is not simply behind the one before it.
func (n *node) branches() bool {
	chained := len(n.in) == 0 && n.number == 1 || len(n.in) == 1 && n.in[0].number == n.number-1
	return !chained
}

// from names the layers that the node is connected to.
func (n *node) from() []string {
	var names []string
	for _, in := range n.in {
		names = append(names, in.name)
	}
	return names
}

// kind is "Dense" for the recipe "Dense(512, relu)".
func kind(l recipe) string {
	s := l.String()
	if i := strings.IndexAny(s, "(["); i >= 0 {
		return s[:i]
	}
	return s
}

// title is "Dense 512" for the recipe "Dense(512, relu)".
func title(l recipe) string {
	s, _, _ := strings.Cut(l.String(), ",")
	return strings.TrimSuffix(strings.Replace(s, "(", " ", 1), ")")
}
