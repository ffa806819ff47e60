package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// While a model answers, nobody sees what its layers hand to each other, and a backend may
// do at once what several of them do: see [backend.Fuser]. A convolution, or a layer of
// neurons, takes with it what stands behind it, each at most once and in this order,
//
//	BatchNorm           which by its running means is a factor and a summand a channel
//	Add                 of an output that is there before, so that nothing waits for it
//	an activation       as a layer of its own
//
// as long as nobody else reads what lies between. What is behind the last of them is
// computed where that stands in the order of the nodes. Where all that reads it is a
// Concatenate, it is written into that one's output.

// Optional interfaces that a layer has which takes part in it.
type (
	// A summer's net input is a sum of inputs times weights, and a bias, which may be nil; where
	// sums says so, sum can go on with it.
	summer interface {
		neural
		sums() bool
		sum(x, y *tensor.Tensor, f tensor.Fused)
		biases() *tensor.Tensor
	}
	// A scaler is, outside training, a factor and a summand for each channel: of x + bias.
	scaler interface {
		scaling(bias, scale, shift *tensor.Tensor)
	}
	// A placer lays the channels of its inputs beside each other.
	placer interface {
		first(i int) int                  // the channel with which input i begins
		place(i int, x, y *tensor.Tensor) // writes input i to the output
	}
	// An idler does nothing outside training: y = x.
	idler interface{ idles() }
)

// fusion is nodes that are computed at once.
type fusion struct {
	sum    *node // a convolution or a layer of neurons
	norm   *node // nil: none
	other  *node // what is added; nil: nothing
	f      backend.Activation
	last   *node // whose output is computed
	into   *node // a Concatenate, in whose output that stands; nil: it has its own
	first  int   // with which channel there
	scaled *scaled
}

// scaled is what a norm makes of the channels of what is before it.
type scaled struct{ scale, shift *tensor.Tensor }

// course is how a graph is gone through when nobody looks at its layers.
type course struct {
	fusions []*fusion // by the number of the last of each
	within  []*fusion // by the number of each of its nodes
	idle    []bool    // by the number of those that do nothing
	into    []*node   // by the number of those that stand in the output of a Concatenate, which
}

// course is that of the graph, which is planned once.
func (g *graph) course() *course {
	if g.answering == nil {
		g.answering = g.newCourse()
	}
	return g.answering
}

func (g *graph) newCourse() *course {
	n := len(g.nodes) + 1
	c := &course{make([]*fusion, n), make([]*fusion, n), make([]bool, n), make([]*node, n)}
	for _, n := range g.nodes {
		_, c.idle[n.number] = n.layer.(idler)
	}
	if _, ok := g.backend.(backend.Fuser); !ok {
		return c
	}
	readers := map[*node]*node{} // the only ones
	for _, n := range g.nodes {
		for _, in := range n.in {
			if in.uses == 1 {
				readers[in] = n
			}
		}
	}
	for _, n := range slices.Backward(g.nodes) {
		if l, ok := n.layer.(summer); ok && l.sums() && l.function().fuses() {
			c.fuse(n, readers)
		}
	}
	for _, n := range slices.Backward(g.nodes) {
		if _, ok := n.layer.(placer); ok && c.into[n.number] == nil {
			c.place(n, n, 0)
		}
	}
	for i, f := range c.fusions {
		if f != nil && f.last == f.sum && f.into == nil { // alone it computes the same
			c.fusions[i], c.within[i] = nil, nil
		}
	}
	return c
}

// fuse makes the fusion that begins with a node.
func (c *course) fuse(sum *node, readers map[*node]*node) {
	f := &fusion{sum: sum, f: sum.layer.(summer).function().elementwise, last: sum}
	c.within[sum.number] = f
	for f.f.Kind == backend.Linear {
		n := readers[f.last]
		if n == nil || c.within[n.number] != nil {
			break
		}
		if _, ok := n.layer.(scaler); ok && f.last == sum {
			f.norm = n
		} else if other := n.summand(f.last); other != nil && f.other == nil && other.number < sum.number {
			f.other = other
		} else if l, ok := n.layer.(*activation); ok && l.f.fuses() {
			f.f = l.f.elementwise
		} else {
			break
		}
		f.last, c.within[n.number] = n, f
		if _, ok := n.layer.(*activation); ok {
			break
		}
	}
	if f.norm != nil {
		f.scaled = f.norm.scaling()
	}
	c.fusions[f.last.number] = f
}

// summand is what is added to an input, nil where the node is no sum of two.
func (n *node) summand(to *node) *node {
	if _, ok := n.layer.(*add); !ok || len(n.in) != 2 {
		return nil
	}
	if n.in[0] == to {
		return n.in[1]
	}
	return n.in[0]
}

// place has the inputs of a Concatenate written to where they stand in the output of the one
// that it is, or is a part of, from a channel on.
func (c *course) place(n, into *node, first int) {
	for i, in := range n.in {
		if in.uses != 1 {
			continue
		}
		at := first + n.layer.(placer).first(i)
		if f := c.fusions[in.number]; f != nil {
			f.into, f.first, c.into[in.number] = into, at, into
		} else if _, ok := in.layer.(placer); ok && !slices.ContainsFunc(in.in, func(n *node) bool { return n.uses > 1 || c.fusions[n.number] == nil }) {
			c.into[in.number] = into
			c.place(in, into, at)
		}
	}
}

// scaling is the memory for what a norm makes of its channels.
func (n *node) scaling() *scaled {
	if n.scales == nil {
		vector := func() *tensor.Tensor { return tensor.New(n.y.Backend, n.shape[len(n.shape)-1]) }
		n.scales = &scaled{vector(), vector()}
	}
	return n.scales
}

// compute computes the output of a node, and tells whether there is no more to do for it.
func (c *course) compute(n *node) bool {
	if c == nil {
		return false
	}
	if f := c.fusions[n.number]; f != nil {
		f.compute()
		return true
	}
	if c.within[n.number] != nil || c.idle[n.number] {
		return true
	}
	l, ok := n.layer.(placer)
	if !ok {
		return false
	}
	for i, x := range n.x {
		if c.into[n.in[i].number] == nil {
			l.place(i, x, n.y)
		}
	}
	return true
}

func (f *fusion) compute() {
	l := f.sum.layer.(summer)
	bias, fused := l.biases(), tensor.Fused{Activation: f.f, First: f.first}
	if fused.Shift = bias; f.norm != nil {
		f.norm.layer.(scaler).scaling(bias, f.scaled.scale, f.scaled.shift)
		fused.Scale, fused.Shift = f.scaled.scale, f.scaled.shift
	}
	if f.other != nil {
		fused.Plus = f.other.y
	}
	y := f.last.y
	if f.into != nil {
		y = f.into.y
	}
	l.sum(f.sum.x[0], y, fused)
}

// when is the number of the node with which a node is computed, and reads what it reads.
func (c *course) when(n *node) int {
	if c != nil && c.within[n.number] != nil {
		return c.within[n.number].last.number
	}
	return n.number
}

// stands tells whether the output of a node has memory of its own.
func (c *course) stands(n *node) bool {
	return c == nil || c.into[n.number] == nil && c.when(n) == n.number
}

// shares tells whether the output of a node is that of its input.
func (c *course) shares(n *node) bool {
	return n.sharesOutput() || c != nil && c.idle[n.number]
}
