package nn

import (
	"fmt"
	"strings"
)

// Metric is a number that is measured beside the loss, over the examples of an
// epoch or of an evaluation. It is a [CompileOption].
type Metric struct {
	name   string
	larger bool // is better the larger it is
	// start makes what measures one output of a model.
	start func() meter
}

// A meter measures one output over the examples since the last reset.
type meter interface {
	reset()
	add(*goal) // counts the examples of a batch
	value() float64
}

// String is the metric's name as Keras has it.
func (a Metric) String() string { return a.name }

func (a Metric) applyCompile(m *Model) { m.metrics = append(m.metrics, a) }

// Logs are named numbers in the order in which they are shown.
type Logs []Log

// Get returns the named number and whether it is there.
func (l Logs) Get(name string) (float64, bool) {
	for _, x := range l {
		if x.Name == name {
			return x.Value, true
		}
	}
	return 0, false
}

// String is "loss 0.0712 · accuracy 0.9834".
func (l Logs) String() string {
	parts := make([]string, len(l))
	for i, x := range l {
		parts[i] = fmt.Sprintf("%s %.4f", x.Name, x.Value)
	}
	return strings.Join(parts, " · ")
}

// means is what a model measures over the examples of an epoch: the loss, with
// several outputs that of each, and the metrics of each output.
type means struct {
	names  []string
	loss   float64   // the sum over the examples
	losses []float64 // the same of each output, where there are several
	meters [][]meter // of each output
	n      int
	logs   Logs // kept, so that a step allocates nothing
}

func newMeans(m *Model) *means {
	if m.lossless() {
		return &means{}
	}
	s := &means{names: []string{"loss"}}
	if len(m.heads) > 1 {
		for _, h := range m.heads {
			s.names = append(s.names, h.prefix+"loss")
		}
		s.losses = make([]float64, len(m.heads))
	}
	for _, h := range m.heads {
		var meters []meter
		for _, a := range m.metrics {
			s.names = append(s.names, h.prefix+a.name)
			meters = append(meters, a.start())
		}
		s.meters = append(s.meters, meters)
	}
	s.logs = make(Logs, 0, len(s.names))
	return s
}

func (s *means) reset() {
	s.loss, s.n = 0, 0
	clear(s.losses)
	for _, meters := range s.meters {
		for _, a := range meters {
			a.reset()
		}
	}
}

// add counts a batch with its mean loss.
func (s *means) add(b *batch, loss float64) {
	s.n += b.n
	s.loss += loss * float64(b.n)
	for i := range s.losses {
		s.losses[i] += b.goals[i].mean * float64(b.n)
	}
	for i, meters := range s.meters {
		for _, a := range meters {
			a.add(b.goals[i])
		}
	}
}

// current returns what was measured; the slice is valid until the next call.
func (s *means) current() Logs {
	if s.logs = s.logs[:0]; len(s.names) == 0 {
		return nil
	}
	put := func(v float64) { s.logs = append(s.logs, Log{s.names[len(s.logs)], v}) }
	n := float64(max(1, s.n))
	put(s.loss / n)
	for _, sum := range s.losses {
		put(sum / n)
	}
	for _, meters := range s.meters {
		for _, a := range meters {
			put(a.value())
		}
	}
	return s.logs
}
