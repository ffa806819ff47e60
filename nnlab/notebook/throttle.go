package notebook

import "time"

// Interval is the least time between two updates of a figure: a front end gets
// no more than ten a second.
const Interval = 100 * time.Millisecond

// Throttle tells which updates of a figure are worth making.
type Throttle struct {
	now  func() time.Time // time.Now but in tests
	last time.Time
}

// Ready tells whether an update may be made now, and counts it as made.
func (t *Throttle) Ready() bool {
	now := time.Now
	if t.now != nil {
		now = t.now
	}
	if n := now(); t.last.IsZero() || n.Sub(t.last) >= Interval {
		t.last = n
		return true
	}
	return false
}
