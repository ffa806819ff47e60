package nn

import (
	"runtime/debug"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/internal/plan"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// layout is where the tensors of a graph stand in its memory while it computes
// batches of up to so many rows. Tensors that are not needed at the same moment
// stand in the same place. There are layouts for training and one for all else,
// where an output is forgotten as soon as the layers behind it have run.
type layout struct {
	areas     []*area
	size      int                    // numbers
	gradients map[*Param]*plan.Block // of parameters, where they stand among the outputs: see lodge
	course    *course                // nil: layer by layer
	acts      []act                  // the backward pass
}

// area is a block with the tensors that are in it: one, and those that show the
// same numbers in another shape.
type area struct {
	plan.Block
	tensors []*tensor.Tensor
}

// add makes room for so many numbers, for moments that are not known yet.
func (l *layout) add(size int, tensors ...*tensor.Tensor) *area {
	a := &area{Block: plan.Block{Size: size}, tensors: tensors}
	l.areas = append(l.areas, a)
	return a
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

// largeMemory is how many bytes take the system longer to give than it takes to look for what
// nobody needs any more.
const largeMemory = 64 << 20

// bind gives the tensors of a layout their memory, which grows as needed.
func (g *graph) bind(l *layout) {
	g.keepGradients(l)
	if g.used != nil {
		for _, a := range g.used.areas { // so that nothing holds on to memory that was too small
			for _, t := range a.tensors {
				t.Buffer = nil
			}
		}
	}
	if g.memory == nil || g.memory.Len() < l.size {
		g.memory = nil
		if bytesEach*l.size >= largeMemory {
			debug.FreeOSMemory() // the memory that was too small, and what planning has left
		}
		g.memory = backend.AllocFor(g.backend, "the outputs and gradients of a batch", l.size)
	}
	for _, a := range l.areas {
		b := g.backend.Slice(g.memory, a.Place, a.Place+a.Size)
		for _, t := range a.tensors {
			t.Buffer = b
		}
	}
	for p, b := range l.gradients {
		if p.Grad == nil { // else it has memory of its own
			p.setGradient(g.backend, g.backend.Slice(g.memory, b.Place, b.Place+b.Size))
			p.lodges = true
		}
	}
	g.used = l
}

// keepGradients takes gradients out of the memory that another layout is about to use: they
// are there for whoever looks, until the next step of a training makes others. From then on
// they have memory of their own, since who has looked once may look again.
func (g *graph) keepGradients(next *layout) {
	for _, p := range g.params {
		switch {
		case !p.lodges:
		case next.gradients[p] != nil: // a step makes it anew
			p.Grad, p.lodges = nil, false
		default:
			own := backend.AllocFor(g.backend, "the gradient of "+p.Name, p.Value.Size())
			g.backend.Copy(p.Value.Size(), p.Grad.Buffer, own)
			p.Grad.Buffer, p.lodges = own, false
		}
	}
}

// makeGradients makes the memory for the gradients of parameters that learn, unless
// it is there, or among the outputs of the layout: a model that is never trained does
// without. Frozen vectors have some, too, since one kernel may write two gradients, as a
// norm's.
func makeGradients(b backend.Backend, params []*Param, l *layout) {
	for _, p := range params {
		if p.Grad == nil && l.gradients[p] == nil && (p.trainable() || p.frozen && len(p.Value.Shape) == 1) {
			p.setGradient(b, backend.AllocFor(b, "the gradient of "+p.Name, p.Value.Size()))
		}
	}
}

// setGradient gives the gradient its memory.
func (p *Param) setGradient(b backend.Backend, memory backend.Buffer) {
	if p.Grad == nil {
		p.Grad = &tensor.Tensor{Backend: b, Shape: slices.Clone(p.Value.Shape)}
	}
	p.Grad.Buffer = memory
}
