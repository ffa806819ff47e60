package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/internal/plan"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// pass is what the tensors of a batch are planned for.
type pass struct {
	training bool      // forwards and backwards
	answers  bool      // nobody looks at the layers one by one, see course
	watched  bool      // somebody looks at each layer in both phases: nothing is forgotten between them
	lodging  bool      // gradients of parameters stand among the outputs where there is room, see lodge
	again    []segment // what is computed again in the backward pass, instead of being kept for it
}

// act is a part of the backward pass: a node's Backward, or its Forward again.
type act struct {
	node  *node
	again bool
}

// life is what happens to the memory of an output, which the views behind it share.
type life struct {
	maker     *node
	tensors   []*tensor.Tensor
	writers   []*node // those that write to it before its maker,
	consumers []*node // those that read it in the forward pass,
	readers   []*node // and in the backward pass: themselves, or by a Factor
	output    bool    // of the model
}

// lives are the lives of all outputs, by the number of the node whose output it is.
func (g *graph) lives(p pass, c *course) []*life {
	all := make([]*life, len(g.nodes)+1)
	of := map[*tensor.Tensor]*life{}
	for _, n := range g.nodes {
		if all[n.number] = (&life{maker: n}); c.shares(n) {
			all[n.number] = all[n.in[0].number]
		}
		l := all[n.number]
		l.tensors, of[n.y] = append(l.tensors, n.y), l
		l.output = l.output || slices.Contains(g.outputs, n)
		if n.view {
			continue
		}
		for _, in := range n.in {
			all[in.number].consumers = append(all[in.number].consumers, n)
		}
	}
	for _, n := range g.nodes {
		if c != nil && c.into[n.number] != nil {
			l := all[c.into[n.number].number]
			l.writers = append(l.writers, n)
		}
	}
	for _, n := range g.nodes {
		if !p.training || !n.learns || n.view {
			continue
		}
		x, y := readsOf(n.layer)
		if y && n.dy.Factor == nil || p.watched { // else f'(net) has been multiplied by already
			all[n.number].readers = append(all[n.number].readers, n)
		}
		for j, in := range n.in {
			if x || p.watched {
				all[in.number].readers = append(all[in.number].readers, n)
			}
			if dx := n.dx[j]; dx != nil && dx.Factor != nil {
				of[dx.Factor.Output].readers = append(of[dx.Factor.Output].readers, n)
			}
		}
	}
	return all
}

// timeline is when everything happens in a step of n nodes: the examples arrive at 0,
// the i-th node computes its output at i = 1 … n, the losses and the metrics look at the
// outputs at n + 1, and then come the acts of the backward pass.
type timeline struct {
	course      *course
	loss, end   int
	acts        []act
	back, again []int // when a node computes backwards, and again; 0: never
}

func (g *graph) timeline(p pass, lives []*life, c *course) *timeline {
	n := len(g.nodes)
	t := &timeline{course: c, loss: n + 1, back: make([]int, n+1), again: make([]int, n+1)}
	if p.training {
		segments := slices.Clone(p.again)
		for i := n - 1; i >= 0; i-- {
			node := g.nodes[i]
			if !node.learns || len(node.in) == 0 {
				continue
			}
			// A segment comes back as a whole, before the first of it that computes backwards.
			if s := slices.IndexFunc(segments, func(s segment) bool { return s.has(node) }); s >= 0 {
				for _, r := range g.missing(segments[s], lives) {
					t.again[r.number] = t.loss + 1 + len(t.acts)
					t.acts = append(t.acts, act{r, true})
				}
				segments = slices.Delete(segments, s, s+1)
			}
			t.back[node.number] = t.loss + 1 + len(t.acts)
			t.acts = append(t.acts, act{node, false})
		}
	}
	t.end = t.loss + 1 + len(t.acts)
	return t
}

// layout plans the memory of batches of up to rows examples.
//
// What is not looked at during a step, but before or behind it, lives for ever: the
// inputs, which a batch brings but once however often it is computed, and the outputs of
// the model. Any other output lives until the last layer has read it: in training one
// that a Backward reads until then, and one that is computed again twice, but not in
// between.
func (g *graph) layout(rows int, p pass) *layout {
	var c *course
	if p.answers {
		c = g.course()
	}
	lives := g.lives(p, c)
	t := g.timeline(p, lives, c)
	l := &layout{course: c, acts: t.acts}
	for _, n := range g.nodes {
		if life := lives[n.number]; life.maker == n && c.stands(n) {
			l.add(rows*n.y.Cols(), life.tensors...).live(life, t)
		}
		for _, s := range n.scratch {
			a := l.add(rows*s.Cols(), s)
			switch again, back := t.again[n.number], t.back[n.number]; {
			case again > 0:
				a.At(n.number)
				a.At(again, back)
			case back > 0:
				a.At(n.number, back)
			default:
				a.At(n.number)
			}
		}
	}
	g.addGradients(l, rows, t)
	blocks := make([]*plan.Block, len(l.areas))
	for i, a := range l.areas {
		blocks[i] = &a.Block
	}
	l.size = plan.Pack(blocks)
	if p.lodging {
		g.lodge(l, t, blocks)
	}
	return l
}

// lodge finds places for gradients of parameters where outputs have stood that the backward
// pass needs no more. A gradient lives from the first Backward that adds to it until the next
// step. It takes only what room there is: who looks at the model between two steps gets the
// gradients' old places back, see keepGradients, and must not need more memory for it than if
// they had had them from the beginning.
func (g *graph) lodge(l *layout, t *timeline, outputs []*plan.Block) {
	const least = 1024 // numbers: of less than that there is little, in many places
	shared := map[string]bool{}
	for _, n := range g.nodes {
		shared[n.shares] = true
	}
	of := map[*plan.Block]*Param{}
	var blocks []*plan.Block
	for _, n := range g.nodes {
		if t.back[n.number] == 0 || shared[n.name] { // the gradients of a shared layer begin with its last use
			continue
		}
		for _, p := range n.learning {
			if size := p.Value.Size(); size >= least && (p.Grad == nil || p.lodges) {
				b := &plan.Block{Size: size}
				b.At(t.back[n.number], t.end)
				blocks, of[b] = append(blocks, b), p
			}
		}
	}
	l.gradients = map[*Param]*plan.Block{}
	for _, b := range plan.Fill(outputs, l.size, blocks) {
		l.gradients[of[b]] = b
	}
}

// live says when the area of an output is needed.
func (a *area) live(l *life, t *timeline) {
	n := l.maker
	first := []int{n.number}
	for _, c := range slices.Concat(l.writers, l.consumers) {
		first = append(first, t.course.when(c))
	}
	var second []int // in the backward pass
	if again := t.again[n.number]; again > 0 {
		second = append(second, again)
	}
	for _, c := range l.consumers {
		if again := t.again[c.number]; again > 0 {
			second = append(second, again)
		}
	}
	for _, r := range l.readers {
		second = append(second, t.back[r.number])
	}
	switch {
	case len(n.in) == 0:
		a.At(0, t.end)
	case l.output:
		a.At(n.number, t.end)
	case t.again[n.number] > 0 && !t.kept(l):
		a.At(first...)
		a.At(second...)
	default:
		a.At(append(first, second...)...)
	}
}

// kept tells whether an output that is computed again is needed before that, too.
func (t *timeline) kept(l *life) bool {
	again := t.again[l.maker.number]
	for _, n := range l.readers {
		if t.back[n.number] < again {
			return true
		}
	}
	for _, n := range l.consumers {
		if t.again[n.number] > 0 && t.again[n.number] < again {
			return true
		}
	}
	return false
}

// addGradients adds the ∂E/∂y, which live from the first Backward that writes them to that
// of their own layer.
func (g *graph) addGradients(l *layout, rows int, t *timeline) {
	if len(t.acts) == 0 {
		return
	}
	areas, needed := make([]*area, len(g.nodes)+1), make([][]int, len(g.nodes)+1)
	for _, n := range g.nodes {
		if !n.learns {
			continue
		}
		if n.sharesGradient() {
			areas[n.number] = areas[n.in[0].number]
			areas[n.number].tensors = append(areas[n.number].tensors, n.dy)
		} else {
			areas[n.number] = l.add(rows*n.dy.Cols(), n.dy)
		}
	}
	for _, n := range g.nodes {
		if !n.learns {
			continue
		}
		root := n
		for root.sharesGradient() {
			root = root.in[0]
		}
		at := &needed[root.number]
		if slices.Contains(g.outputs, n) {
			*at = append(*at, t.loss)
		}
		if len(n.in) == 0 { // is asked for behind the step, see InputGradient
			*at = append(*at, t.end)
			continue
		}
		back := t.back[n.number]
		*at = append(*at, back)
		for j, in := range n.in {
			if n.dx[j] == nil {
				continue
			}
			for in.sharesGradient() {
				in = in.in[0]
			}
			needed[in.number] = append(needed[in.number], back)
			if n.late[j] {
				l.add(rows*n.dx[j].Cols(), n.dx[j]).At(back)
			}
		}
	}
	for i, at := range needed {
		if areas[i] != nil && at != nil {
			areas[i].At(at...)
		}
	}
}
