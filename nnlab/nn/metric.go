package nn

import (
	"fmt"
	"strings"
)

// Metric is a number that is measured beside the loss, as the mean over the
// examples. It is a [CompileOption].
type Metric struct {
	name string
	// count returns the metric's sum over the rows of the batch.
	count func(b *batch) float64
}

// Accuracy is the fraction of examples whose largest output stands where the
// target's largest does. With a single output it is the fraction that is on the
// target's side of 0.5. This is what Keras makes of the word "accuracy".
var Accuracy = Metric{name: "accuracy", count: countCorrect}

// String is the metric's name as Keras has it.
func (a Metric) String() string { return a.name }

func (a Metric) applyCompile(m *Model) { m.metrics = append(m.metrics, a) }

func countCorrect(b *batch) float64 {
	y, n, correct := b.model.graph.output(), b.n, 0
	if y.Cols() == 1 {
		b.model.backend.Download(b.predicted[:n], y.Buffer)
		b.model.backend.Download(b.wanted[:n], b.target.Buffer)
		for i, p := range b.predicted[:n] {
			if (p > 0.5) == (b.wanted[i] > 0.5) {
				correct++
			}
		}
		return float64(correct)
	}
	b.argMax(y, b.predicted[:n])
	wanted := b.hostY[:n]
	if !b.indices {
		wanted = b.wanted[:n]
		b.argMax(b.target, wanted)
	}
	for i, p := range b.predicted[:n] {
		if p == wanted[i] {
			correct++
		}
	}
	return float64(correct)
}

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

// means sums what a model measures over the examples of an epoch.
type means struct {
	names []string
	sums  []float64
	n     int
	logs  Logs // kept, so that a step allocates nothing
}

func newMeans(m *Model) *means {
	s := &means{names: []string{"loss"}}
	for _, a := range m.metrics {
		s.names = append(s.names, a.name)
	}
	s.sums = make([]float64, len(s.names))
	s.logs = make(Logs, len(s.names))
	return s
}

func (s *means) reset() {
	clear(s.sums)
	s.n = 0
}

// add counts a batch of n examples with their mean loss and their metrics' sums.
func (s *means) add(b *batch, loss float64) {
	s.n += b.n
	s.sums[0] += loss * float64(b.n)
	for i, a := range b.model.metrics {
		s.sums[i+1] += a.count(b)
	}
}

// current returns the means; the slice is valid until the next call.
func (s *means) current() Logs {
	for i, name := range s.names {
		s.logs[i] = Log{name, s.sums[i] / float64(max(1, s.n))}
	}
	return s.logs
}
