package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// update is how a step changes the parameters of a model, once their gradients are
// complete.
type update struct {
	model   *Model
	control backend.Scalars // see backend.ControlRate
	squares backend.Scalars // Σ g², where norms are clipped
	rate    float64         // the learning rate that stands in the control
}

func newUpdate(m *Model) update {
	u := update{model: m, control: m.backend.Scalars(backend.ControlSize), squares: m.backend.Scalars(1)}
	m.backend.FillScalars(1, float64(m.step), m.backend.SliceScalars(u.control, backend.ControlCount, backend.ControlCount+1))
	return u
}

// setRate sets the learning rate.
func (u *update) setRate(rate float64) {
	if b := u.model.backend; rate != u.rate {
		b.FillScalars(1, rate, b.SliceScalars(u.control, backend.ControlRate, backend.ControlRate+1))
		u.rate = rate
	}
}

// backward runs the backward pass and changes the parameters. Each layer's are
// changed right behind its Backward, while weights and gradients are still in the
// cache: the pass over memory that this takes costs as much as the products of a
// small batch. A shared layer's are changed behind the Backward of its first use,
// which is the last that adds to the gradients. Only where every gradient is needed
// before the first parameter may change they are changed at the end.
func (u *update) backward(c *Context) {
	if u.model.clip.needsAll() {
		g := u.model.graph
		g.backward(c, nil)
		if g.watch == nil {
			u.of(u.model.learning)
			return
		}
		g.watch.keep(u.model.learning)
		u.of(u.model.learning)
		for i, n := range slices.Backward(g.nodes) {
			g.watch.updated(n, i)
		}
		return
	}
	u.model.graph.backward(c, u)
}

// layer changes the parameters of a layer.
func (u *update) layer(n *node) {
	w := u.model.graph.watch
	if w != nil {
		w.keep(n.learning)
	}
	u.of(n.learning)
	if w != nil {
		w.updated(n, n.number-1)
	}
}

// of changes parameters whose gradients are complete.
func (u *update) of(params []*Param) {
	m := u.model
	for _, p := range params {
		p.regularizer.addGradient(m.backend, p)
	}
	m.clip.apply(m.backend, params, u.squares)
	for _, p := range params {
		m.makeState(p)
		m.optimizer.update(m.backend, p, u.control)
	}
}
