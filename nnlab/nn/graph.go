package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// graph is a network that has been built: nodes in an order in which each
// stands behind its inputs, with the tensors of one batch.
type graph struct {
	backend         backend.Backend
	nodes           []*node
	inputs, outputs []*node
	params          []*Param
	seed            uint64 // from which they are drawn
	tooLarge        error  // why the weights find no memory

	memory backend.Buffer // of all tensors between the nodes
	used   *layout        // where they stand in it
	watch  *watch         // who is told of the present step, nil for nobody

	answering *course // how it is gone through while it answers; nil: not planned yet

	lap func(i int, backward bool) // is called behind each layer, nil for nobody; see Time
}

// node is a layer in its place.
type node struct {
	layer  recipe // a Layer or a Merger
	recipe string // what it says of itself, "Dense(512, relu)"
	config Config // the same as data, nil where it cannot be said
	name   string // "dense_1", in a block "conv2_1.dense_1"
	block  string // in which it stands, "stage2.block1."; "" for none
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
	scales  *scaled // what it is as a factor and a summand
	view    bool    // shares its input's memory
	frozen  bool    // its parameters do not learn
	learns  bool    // has parameters, or an input learns: ∂E/∂y is needed
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
	case Merger:
		shapes := make([]tensor.Shape, len(n.in))
		for i, in := range n.in {
			shapes[i] = in.shape
		}
		out, err = l.Build(b, shapes)
	}
	if e, ok := err.(*Error); ok {
		return e
	} else if err != nil {
		return &Error{Err: err}
	} else if b.err != nil {
		return b.err
	}
	if l, ok := n.layer.(activated); ok {
		f := l.function()
		if err := f.check(out); err != nil {
			return err
		}
		if f.own != nil {
			f.own = f.own.in(b.Scratch(out...))
		}
	}
	n.shape, n.params, n.scratch = out, b.made, b.scratch
	n.learning = slices.DeleteFunc(slices.Clone(n.params), func(p *Param) bool { return !p.trainable() })
	n.recipe = n.layer.String() // as it was written: a loss may take its activation function over
	if c, ok := n.layer.(Configured); ok {
		n.config = c.Config()
	}
	_, n.view = n.layer.(reshaper)
	n.learns = slices.ContainsFunc(b.params, (*Param).trainable)
	for _, in := range n.in {
		n.learns = n.learns || in.learns
	}
	n.reach, n.apart = n.field()
	return nil
}

// connect makes the tensors between the nodes, yet without memory, see [layout]. It
// tells where the gradient with respect to each input of a node goes: nowhere when
// nothing needs it, to the input's dy when it is the first that arrives there, else
// to memory of its own, from which it is added late.
func (g *graph) connect() {
	blank := func(n *node) *tensor.Tensor {
		return &tensor.Tensor{Backend: g.backend, Shape: append(tensor.Shape{1}, n.shape...)}
	}
	for _, n := range g.nodes {
		n.y = blank(n)
		if n.learns {
			n.dy = blank(n)
		}
	}
	filled := map[*node]bool{} // which dy has a gradient already
	for _, n := range g.outputs {
		filled[n] = true
	}
	for _, n := range slices.Backward(g.nodes) {
		n.x, n.dx, n.late = make([]*tensor.Tensor, len(n.in)), make([]*tensor.Tensor, len(n.in)), make([]bool, len(n.in))
		for j, in := range n.in {
			n.x[j] = in.y
			switch {
			case !n.learns || !in.learns:
			case filled[in]:
				n.dx[j], n.late[j] = blank(in), true
			default:
				n.dx[j], filled[in] = in.dy, true
				n.send(in)
			}
		}
	}
}

// send lets a layer that alone sends a gradient to a layer of neurons multiply it by
// f'(net) of that layer at once: while its sum is still in a register or a cache, not
// in a pass of its own.
func (n *node) send(in *node) {
	to := in // flattening in between changes nothing
	for to.view && to.uses == 1 && len(to.in) == 1 {
		to = to.in[0]
	}
	s, sends := n.layer.(sender)
	l, takes := to.layer.(neural)
	if !sends || !s.sends() || !takes || to.uses != 1 || in.uses != 1 {
		return
	}
	if f := l.function(); f.fuses() && *f != Linear {
		in.dy.Factor = &tensor.Factor{Of: f.elementwise, Output: to.y}
		to.dy.Factor = in.dy.Factor
	}
}

// forward computes the outputs from the inputs (slide "Processo de
// aprendizado", fase 1: the data flow forwards).
func (g *graph) forward(c *Context) {
	for i := range g.nodes {
		g.compute(c, i)
	}
}

// compute computes the output of one node.
func (g *graph) compute(c *Context, i int) {
	n := g.nodes[i]
	c.layer = i
	if !g.used.course.compute(n) {
		switch l := n.layer.(type) {
		case reshaper: // shares its input's memory
		case Layer:
			l.Forward(c, n.x[0], n.y)
		case Merger:
			l.Forward(c, n.x, n.y)
		}
	}
	if g.watch != nil && len(n.in) > 0 {
		g.watch.forward(c, n, i)
	}
	if g.lap != nil {
		g.lap(i, false)
	}
}

// settle has the layers change what they keep by what the forward pass of a training
// found.
func (g *graph) settle(c *Context) {
	for _, n := range g.nodes {
		if l, ok := n.layer.(settler); ok {
			l.Settle(c)
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
	for _, a := range g.used.acts {
		n, i := a.node, a.node.number-1
		if a.again {
			g.compute(c, i)
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
		case Merger:
			l.Backward(c, n.x, n.y, n.dy, n.dx)
		}
		if g.watch != nil {
			g.watch.backward(n, i)
		}
		if u != nil {
			u.layer(n)
		}
		for j, late := range n.late {
			if late {
				tensor.Add(n.dx[j], n.in[j].dy)
			}
		}
		if g.lap != nil {
			g.lap(i, true)
		}
	}
}

// firstNonFinite names the first layer whose output holds a NaN or an infinity, of
// a training step before its backward pass. Most outputs are forgotten by then: they are
// computed again.
func (g *graph) firstNonFinite(c *Context) *node {
	g.unwatch() // who has been told
	for i, n := range g.nodes {
		if g.compute(c, i); g.backend.NonFinite(n.y.Size(), n.y.Buffer) > 0 {
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
func (n *node) from() []string { return namesOf(n.in) }

func namesOf(nodes []*node) (names []string) {
	for _, n := range nodes {
		names = append(names, n.name)
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
