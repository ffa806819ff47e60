package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/internal/memory"
	"github.com/nnlab-go/lab/nnlab/backend"
)

// A model that is larger than the memory would work for minutes before the system ends
// it. What it needs is known before: its weights when it is compiled, the rest when a
// batch is planned.

// roomFor is how many bytes the process may hold, where the backend keeps its numbers
// there, or on the backend's device, and what sets that limit; false where nothing is known.
func roomFor(b backend.Backend) (limit memory.Limit, known bool) {
	if d, ok := b.(backend.Device); ok {
		limit.Bytes, limit.Of, known = d.Room()
		return limit, known
	}
	if _, host := b.(backend.Host); !host {
		return memory.Limit{}, false
	}
	return memory.OfProcess()
}

// bytesEach is what a number takes there.
const bytesEach = 4

// checkWeights tells whether weights that have no memory yet will find it.
func (m *Model) checkWeights() error {
	undrawn, all, largest := 0, 0, m.graph.nodes[0]
	for _, n := range m.graph.nodes {
		all += n.parameters()
		for _, p := range n.params {
			if p.draw != nil {
				undrawn += p.Value.Size()
			}
		}
		if n.parameters() > largest.parameters() {
			largest = n
		}
	}
	if undrawn == 0 { // before the machine is asked, which takes as long as a small model's answer
		return nil
	}
	limit, known := roomFor(m.backend)
	if !known || bytesEach*int64(undrawn) <= limit.Bytes {
		return nil
	}
	return &Error{Where: "Compile", Expected: fmt.Sprintf("parameters that fit in %s, %s", inBytes(limit.Bytes), limit.Of),
		Got: fmt.Sprintf("%s parameters in %s", thousands(all), inBytes(bytesEach*int64(all))),
		Mend: fmt.Sprintf("%s has %s of them: give it fewer units, or pool more in front of it; Summary shows each layer's",
			largest.where, thousands(largest.parameters()))}
}

// fixedNumbers is how many numbers the weights have, in training with the optimizer's state
// and their gradients, without those that stand among the outputs of a layout.
func (m *Model) fixedNumbers(l *layout, training bool) (n int) {
	for _, b := range l.gradients {
		n -= b.Size
	}
	for _, p := range m.graph.params {
		n += p.Value.Size()
		if training && p.trainable() {
			n += p.Value.Size() * (1 + len(m.optimizer.slots()))
		}
	}
	return n
}

// checkBatch tells whether a batch of so many examples will find memory.
func (m *Model) checkBatch(caller string, rows int, l *layout, p pass) error {
	limit, known := roomFor(m.backend)
	fixed, room := m.fixedNumbers(l, p.training), int(limit.Bytes/bytesEach)
	if !known || fixed+l.size <= room {
		return nil
	}
	weights, mend := "the weights", "take a smaller input or narrower layers, or a machine with more memory"
	if p.training {
		weights = "the weights, their gradients and the optimizer's state"
	}
	if fit := m.rowsIn(room, rows, l, p); fit > 0 {
		mend = fmt.Sprintf("write nn.BatchSize(%d)", fit)
	}
	return &Error{Where: caller, Expected: fmt.Sprintf("what fits in %s, %s", inBytes(limit.Bytes), limit.Of),
		Got: fmt.Sprintf("%s for %s and %s for a batch of %d", inBytes(bytesEach*int64(fixed)), weights, inBytes(bytesEach*int64(l.size)), rows), Mend: mend}
}

// rowsIn is how many rows, fewer than those of a layout, a batch may have to fit in so many
// numbers.
func (m *Model) rowsIn(room, rows int, large *layout, p pass) int {
	one := m.graph.layout(1, p).size
	// Rows begin at cache lines, and among fewer outputs stand fewer gradients: it is a few less.
	for fit := min((room-m.fixedNumbers(large, p.training))/one, rows-1); fit > 0; fit-- {
		if l := m.graph.layout(fit, p); m.fixedNumbers(l, p.training)+l.size <= room {
			return fit
		}
	}
	return 0
}

// inBytes is "1.3 GB".
func inBytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
