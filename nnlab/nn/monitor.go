package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// monitor watches one quantity of the History and knows its best value.
type monitor struct {
	quantity string
	mode     monitorMode
	minDelta float64
	best     float64
	seen     bool
}

// MonitorOption is what [EarlyStopping], [Checkpoint] and [ReduceLROnPlateau] can
// be told about the quantity they watch: [Monitor], [ModeMin] or [ModeMax], and [MinDelta].
type MonitorOption interface {
	EarlyStoppingOption
	CheckpointOption
	PlateauOption
}

type monitorName string

// Monitor chooses the quantity by its name in the [History]. The default is "val_loss", or
// "loss" where there is no validation. A metric knows whether it is better the larger it
// is, as an accuracy, or the smaller, as an error; a loss and the learning rate are better
// the smaller. [ModeMin] and [ModeMax] say otherwise.
func Monitor(quantity string) MonitorOption { return monitorName(quantity) }

func (n monitorName) applyEarlyStopping(s *earlyStopping) { s.monitor.quantity = string(n) }
func (n monitorName) applyCheckpoint(c *checkpoint)       { c.monitor.quantity = string(n) }
func (n monitorName) applyPlateau(p *plateau)             { p.monitor.quantity = string(n) }

type minDelta float64

// MinDelta is the smallest change that counts as better. The default is 0, for
// [ReduceLROnPlateau] 1e-4.
func MinDelta(d float64) MonitorOption { return minDelta(d) }

func (d minDelta) applyEarlyStopping(s *earlyStopping) { s.monitor.minDelta = float64(d) }
func (d minDelta) applyCheckpoint(c *checkpoint)       { c.monitor.minDelta = float64(d) }
func (d minDelta) applyPlateau(p *plateau)             { p.monitor.minDelta = float64(d) }

type monitorMode int

// ModeMin and ModeMax say whether the watched quantity is better the smaller or the
// larger it is, whatever it knows of itself (Keras's mode="min", "max").
const (
	ModeMin monitorMode = -1
	ModeMax monitorMode = 1
)

func (m monitorMode) applyEarlyStopping(s *earlyStopping) { s.monitor.mode = m }
func (m monitorMode) applyCheckpoint(c *checkpoint)       { c.monitor.mode = m }
func (m monitorMode) applyPlateau(p *plateau)             { p.monitor.mode = m }

// larger tells whether a quantity is better the larger it is.
func (m *Model) larger(quantity string) bool {
	quantity = strings.TrimPrefix(strings.TrimPrefix(quantity, validated), trainAgain)
	for _, h := range m.heads {
		for _, a := range m.metrics {
			if h.prefix+a.name == quantity {
				return a.larger
			}
		}
	}
	return false
}

// begin forgets what an earlier training has seen, and finds a quantity that this one
// will not measure.
func (m *monitor) begin(e *Event) {
	if m.seen = false; m.quantity != "" && !e.mayMeasure && !slices.Contains(e.measures, m.quantity) {
		e.Fail(m.unknown(e, e.measures))
	}
}

func (m *monitor) unknown(e *Event, known []string) error {
	return &Error{Where: "Monitor", Expected: "one of " + strings.Join(known, ", "), Got: fmt.Sprintf("%q", m.quantity), Mend: m.mend(e)}
}

// mend says how the training would measure the quantity.
func (m *monitor) mend(e *Event) string {
	if name, is := strings.CutPrefix(m.quantity, validated); is && slices.Contains(e.measures, name) {
		return "add nn.Validation(test) for the val_… quantities"
	}
	if name, is := strings.CutPrefix(m.quantity, trainAgain); is && slices.Contains(e.measures, name) {
		return "add nn.EvaluateTraining() for the train_… quantities"
	}
	if len(e.measures) == 0 {
		return "a network without a loss measures nothing"
	}
	return fmt.Sprintf("write nn.Monitor(%q)", e.measures[0])
}

// better tells whether the epoch that has just ended is the best so far. It ends the
// training where the quantity was not measured.
func (m *monitor) better(e *Event) bool {
	name := m.quantity
	if name == "" {
		name = "val_loss"
		if _, ok := e.Get(name); !ok {
			name = "loss"
		}
	}
	v, ok := e.Get(name)
	if !ok {
		var known []string
		for _, l := range e.Logs {
			known = append(known, l.Name)
		}
		e.Fail(m.unknown(e, known))
		return false
	}
	if m.mode == ModeMax || m.mode == 0 && e.Model.larger(name) {
		v = -v
	}
	if math.IsNaN(v) { // or nothing would ever be better than it
		return false
	}
	if !m.seen || v < m.best-math.Abs(m.minDelta) {
		m.best, m.seen = v, true
		return true
	}
	return false
}
