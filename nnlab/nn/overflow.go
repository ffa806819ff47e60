package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// overflowed finds, at the end of an epoch or of Step, what is no number any more though the
// loss is one: the running variance of examples so large that their squares have no place
// in float32, an optimizer's mean of such gradients, or weights that a gradient without a
// number has reached behind a loss that has one, as that of a Tanh of an infinite example.
// The model would learn no more, and answer with zeros, in silence.
func (f *fit) overflowed() error {
	e := f.overflow()
	if e == nil {
		return nil
	}
	f.event.Diverged = true
	if f.feed != nil {
		f.feed.close()
	}
	for index := range slices.Chunk(f.order, f.batch.rows) {
		f.batch.fetch(index)
		if err := f.batch.unusableExamples(index); err != nil {
			return at(f.caller, err)
		}
	}
	return e
}

// overflow names the first such array; nil when there is none. Whether there is one is read once.
func (f *fit) overflow() *Error {
	m := f.model
	if !m.holdsNonFinite(func(p *Param) []backend.Buffer { return append([]backend.Buffer{p.Value.Buffer}, p.slots...) }) {
		return nil
	}
	for _, n := range m.graph.nodes {
		if e := m.spoiltMeans(n); e != nil {
			e.Where = f.place("")
			return e
		}
		for _, p := range n.params {
			e := &Error{Where: f.place(""), Layer: n.number}
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

// spoiltMeans finds running means of a layer that are no numbers.
func (m *Model) spoiltMeans(n *node) *Error {
	for _, p := range n.params {
		if p.state && m.backend.NonFinite(p.Value.Size(), p.Value.Buffer) > 0 {
			return &Error{Layer: n.number, Expected: "running means of finite numbers in " + n.where, Got: "a NaN or an infinity in " + p.Name,
				Mend: "divide the examples by their largest number, so that their squares have a place in float32, and call Reset before the next Fit"}
		}
	}
	return nil
}

// checkMeans says the same before a model answers, whose outputs would be numbers all the
// same: what is divided by an infinite deviation is 0.
func (m *Model) checkMeans(caller string) error {
	if !m.holdsNonFinite(func(p *Param) []backend.Buffer {
		if !p.state {
			return nil
		}
		return []backend.Buffer{p.Value.Buffer}
	}) {
		return nil
	}
	for _, n := range m.graph.nodes {
		if e := m.spoiltMeans(n); e != nil {
			e.Where = caller
			return e
		}
	}
	return nil
}

// holdsNonFinite tells whether a NaN or an infinity stands in any of the arrays that are chosen of
// the parameters, by one read.
func (m *Model) holdsNonFinite(chosen func(*Param) []backend.Buffer) bool {
	var bad backend.Scalars
	for _, p := range m.graph.params {
		for _, array := range chosen(p) {
			if bad == nil {
				bad = m.backend.Scalars(1)
			}
			m.backend.Reduce(backend.NonFinite, p.Value.Size(), 1, array, 1, bad)
		}
	}
	if bad == nil {
		return false
	}
	var count [1]float64
	m.backend.ReadScalars(count[:], bad)
	return count[0] > 0
}
