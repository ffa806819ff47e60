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
	minDelta float64
	best     float64
	seen     bool
}

// MonitorOption is what [EarlyStopping], [Checkpoint] and [ReduceLROnPlateau] can
// be told about the quantity they watch: [Monitor] and [MinDelta].
type MonitorOption interface {
	EarlyStoppingOption
	CheckpointOption
	PlateauOption
}

type monitorName string

// Monitor chooses the quantity by its name in the [History]. The default is
// "val_loss", or "loss" where there is no validation. An accuracy, precision,
// recall, F1, AUC or R² is better the larger it is, any other the smaller.
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

// growing are parts of the names of quantities that are better the larger.
var growing = []string{"acc", Precision.name, Recall.name, F1.name, AUC.name, R2.name}

// reset forgets what an earlier training has seen.
func (m *monitor) reset() { m.seen = false }

// better tells whether the epoch that has just ended is the best so far.
func (m *monitor) better(e *Event) (bool, error) {
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
		return false, &Error{Where: "Monitor", Expected: "one of " + strings.Join(known, ", "), Got: fmt.Sprintf("%q", name),
			Mend: "add nn.Validation(test) for the val_… quantities"}
	}
	if slices.ContainsFunc(growing, func(s string) bool { return strings.Contains(name, s) }) {
		v = -v
	}
	if !m.seen || v < m.best-math.Abs(m.minDelta) {
		m.best, m.seen = v, true
		return true, nil
	}
	return false, nil
}
