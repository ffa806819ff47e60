package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Metric is a number that is measured beside the loss, over the examples of an
// epoch or of an evaluation. It is a [CompileOption].
type Metric struct {
	name   string
	larger bool                // is better the larger it is
	kind   backend.MeasureKind // what it counts of an output, see [goal.measure]
	k      int                 // of TopK
	as     judgement
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
// several outputs that of each, and the metrics of each output. It is added up on the
// backend, and read when somebody asks for it.
type means struct {
	backend  backend.Backend
	names    []string
	losses   int             // how many of the names are losses
	measures []measured      // the others
	totals   backend.Scalars // the losses' sums over the examples, then the counters
	read     []float64       // the same on the host
	n        int
	logs     Logs // kept, so that a step allocates nothing
}

// measured is a metric of an output with its counters among the totals.
type measured struct {
	Metric
	head     int
	lo, hi   int
	counters backend.Scalars
}

// measuredNames are the names of the losses, and behind them those of the metrics.
func measuredNames(heads []*head, metrics []Metric) []string {
	names := []string{"loss"}
	if len(heads) > 1 {
		for _, h := range heads {
			names = append(names, h.prefix+"loss")
		}
	}
	for _, h := range heads {
		for _, a := range metrics {
			names = append(names, h.prefix+a.name)
		}
	}
	return names
}

// checkNames refuses names under which the History would mix two quantities.
func checkNames(heads []*head, metrics []Metric) error {
	names := measuredNames(heads, metrics)
	for i, name := range names {
		if strings.HasPrefix(name, validated) || strings.HasPrefix(name, trainAgain) {
			return &Error{Where: "Compile", Expected: "no name of an output that begins as those of evaluations do, val_ and train_", Got: fmt.Sprintf("%q in the History", name),
				Mend: "call the output otherwise, as by .Named(\"value\")"}
		}
		if slices.Contains(names[:i], name) {
			return &Error{Where: "Compile", Expected: "to measure each quantity once", Got: fmt.Sprintf("%q twice", name),
				Mend: "leave a metric out, or give the outputs other names by Named"}
		}
	}
	return nil
}

func newMeans(m *Model) *means {
	if m.lossless() {
		return &means{}
	}
	s := &means{backend: m.backend, names: measuredNames(m.heads, m.metrics)}
	s.losses = len(s.names) - len(m.heads)*len(m.metrics)
	size := s.losses
	for i, h := range m.heads {
		for _, a := range m.metrics {
			n := backend.Measure{Kind: a.kind}.Counters(h.shape.Size())
			s.measures = append(s.measures, measured{Metric: a, head: i, lo: size, hi: size + n})
			size += n
		}
	}
	s.totals, s.read = m.backend.Scalars(size), make([]float64, size)
	for i := range s.measures {
		a := &s.measures[i]
		a.counters = m.backend.SliceScalars(s.totals, a.lo, a.hi)
	}
	s.logs = make(Logs, 0, len(s.names))
	return s
}

func (s *means) reset() {
	if s.n = 0; s.totals != nil {
		s.backend.FillScalars(s.totals.Len(), 0, s.totals)
	}
}

// add counts a batch with its losses.
func (s *means) add(b *batch) {
	if s.totals == nil {
		return
	}
	s.n += b.n
	s.backend.AddScalars(s.losses, float64(b.n), b.means, s.totals)
	for i := range s.measures {
		a := &s.measures[i]
		b.goals[a.head].measure(a.Metric, a.counters)
	}
}

// current reads what was measured; the slice is valid until the next call.
func (s *means) current() Logs {
	if s.logs = s.logs[:0]; s.totals == nil {
		return nil
	}
	s.backend.ReadScalars(s.read, s.totals)
	for i, name := range s.names[:s.losses] {
		s.logs = append(s.logs, Log{name, s.read[i] / float64(max(1, s.n))})
	}
	for i, a := range s.measures {
		s.logs = append(s.logs, Log{s.names[s.losses+i], judgements[a.as](s.read[a.lo:a.hi])})
	}
	return s.logs
}
