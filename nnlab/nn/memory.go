package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/internal/plan"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// layout is where the tensors of a graph stand in its memory while it computes
// batches of up to so many rows. Tensors that are not needed at the same moment
// stand in the same place. There is one layout for training and one for all else,
// where an output is forgotten as soon as the layers behind it have run.
type layout struct {
	areas []*area
	size  int // numbers
}

// area is a block with the tensors that are in it: one, and those that show the
// same numbers in another shape.
type area struct {
	plan.Block
	tensors []*tensor.Tensor
}

// newArea makes room for rows of a tensor, for moments that are not known yet.
func (l *layout) newArea(rows int, t *tensor.Tensor) *area {
	a := &area{Block: plan.New(rows * t.Cols()), tensors: []*tensor.Tensor{t}}
	l.areas = append(l.areas, a)
	return a
}

// layout plans the memory of batches of up to rows examples. The moments of a step
// are these: the examples arrive at 0, the i-th of n nodes computes its output at
// i = 1 … n, the losses and the metrics look at the outputs at n + 1, and the i-th
// node takes its part in the backward pass at 2n + 2 − i.
//
// What is not looked at during a step, but before or behind it, lives for ever:
// the inputs, which a batch brings but once however often it is computed, and the
// outputs of the model. While training, no output is forgotten before the loss is
// known: where that is no number, it is asked which layer made the first NaN.
func (g *graph) layout(rows int, training bool) *layout {
	l := &layout{}
	loss, end := len(g.nodes)+1, 2*len(g.nodes)+2
	y, dy := map[*node]*area{}, map[*node]*area{}
	for _, n := range g.nodes {
		back := end - n.number
		if n.sharesOutput() {
			y[n] = y[n.in[0]]
			y[n].tensors = append(y[n].tensors, n.y)
		} else {
			y[n] = l.newArea(rows, n.y)
		}
		y[n].At(n.number)
		isOutput := slices.Contains(g.outputs, n)
		if len(n.in) == 0 {
			y[n].At(0)
		}
		if len(n.in) == 0 || isOutput {
			y[n].At(end)
		}
		if training {
			y[n].At(loss)
		}
		for _, in := range n.in {
			y[in].At(n.number)
		}
		backward := training && n.learns
		for _, t := range n.scratch {
			s := l.newArea(rows, t)
			if s.At(n.number); backward {
				s.At(back)
			}
		}
		if !backward {
			continue
		}
		if n.sharesGradient() {
			dy[n] = dy[n.in[0]]
			dy[n].tensors = append(dy[n].tensors, n.dy)
		} else {
			dy[n] = l.newArea(rows, n.dy)
		}
		y[n].At(back)
		if dy[n].At(back); isOutput {
			dy[n].At(loss)
		}
		if len(n.in) == 0 { // is asked for behind the step, see InputGradient
			dy[n].At(end)
		}
		for j, in := range n.in {
			if y[in].At(back); n.dx[j] == nil {
				continue
			}
			if dy[in].At(back); n.late[j] {
				l.newArea(rows, n.dx[j]).At(back)
			}
		}
	}
	blocks := make([]*plan.Block, len(l.areas))
	for i, a := range l.areas {
		blocks[i] = &a.Block
	}
	l.size = plan.Pack(blocks)
	return l
}

// sharesOutput tells whether y is the memory of the input's y.
func (n *node) sharesOutput() bool { return n.view && len(n.in) > 0 }

// sharesGradient tells whether dy is the memory of the input's dy: it can be
// where nothing else adds to that.
func (n *node) sharesGradient() bool { return n.sharesOutput() && n.in[0].uses == 1 }

// use makes all tensors those of a batch of n examples in a layout.
func (g *graph) use(l *layout, n int) {
	if g.used != l {
		g.bind(l)
	}
	for _, a := range l.areas {
		for _, t := range a.tensors {
			t.SetRows(n)
		}
	}
}

// bind gives the tensors of a layout their memory, which grows as needed.
func (g *graph) bind(l *layout) {
	if g.used != nil {
		for _, a := range g.used.areas { // so that nothing holds on to memory that was too small
			for _, t := range a.tensors {
				t.Buffer = nil
			}
		}
	}
	if g.memory == nil || g.memory.Len() < l.size {
		g.memory = nil
		g.memory = g.backend.Alloc(l.size)
	}
	for _, a := range l.areas {
		b := g.backend.Slice(g.memory, a.Place, a.Place+a.Size)
		for _, t := range a.tensors {
			t.Buffer = b
		}
	}
	g.used = l
}

// makeGradients makes the memory for the gradients of parameters that learn, unless
// it is there: a model that is never trained does without. Frozen vectors have some,
// too, since one kernel may write two gradients, as a norm's.
func makeGradients(b backend.Backend, params []*Param) {
	for _, p := range params {
		if p.Grad == nil && (p.trainable() || p.frozen && len(p.Value.Shape) == 1) {
			p.Grad = tensor.New(b, p.Value.Shape...)
		}
	}
}
