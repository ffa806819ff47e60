package nn

import (
	"fmt"
	"slices"
)

// overflowed finds, at the end of an epoch, what is no number any more though the loss is
// one: the running variance of examples so large that their squares have no place in
// float32, an optimizer's mean of such gradients, or weights that a gradient without a number
// has reached behind a loss that has one, as that of a Tanh of an infinite example. The model
// would learn no more, and answer with zeros, in silence.
func (f *fit) overflowed() error {
	e := f.overflow()
	if e == nil {
		return nil
	}
	f.feed.close()
	for index := range slices.Chunk(f.order, f.batch.rows) {
		f.batch.fetch(index)
		if err := f.batch.unusableExamples(index); err != nil {
			return at("Fit", err)
		}
	}
	return e
}

// overflow names the first such array; nil when there is none.
func (f *fit) overflow() *Error {
	m := f.model
	for _, n := range m.graph.nodes {
		for _, p := range n.params {
			e := &Error{Where: fmt.Sprintf("Fit: epoch %d", f.event.Epoch), Layer: n.number}
			if p.state && m.backend.NonFinite(p.Value.Size(), p.Value.Buffer) > 0 {
				e.Expected, e.Got = "running means of finite numbers in "+n.where, "a NaN or an infinity in "+p.Name
				e.Mend = "divide the examples by their largest number, so that their squares have a place in float32"
				return e
			}
			for i, s := range p.slots {
				if m.backend.NonFinite(p.Value.Size(), s) > 0 {
					e.Expected, e.Got = fmt.Sprintf("finite numbers in the state of %v", m.optimizer), fmt.Sprintf("a NaN or an infinity in the %s of %s", m.optimizer.slots()[i].name, p.Name)
					e.Mend = "write nn.ClipNorm(1), or divide the examples and the targets by their largest number"
					return e
				}
			}
			if m.backend.NonFinite(p.Value.Size(), p.Value.Buffer) > 0 {
				e.Expected, e.Got, e.Mend = "finite weights in "+n.where, "a NaN or an infinity in "+p.Name, "lower the learning rate"
				return e
			}
		}
	}
	return nil
}
