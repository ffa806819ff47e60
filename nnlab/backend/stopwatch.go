package backend

import "time"

// Stopwatch is implemented by a backend whose kernels run while the host goes on, and whose
// device knows itself when it comes by a place among them. The host's clock could tell only by
// waiting at each place, which is itself what takes the time of small kernels.
type Stopwatch interface {
	// Watch returns a watch without marks.
	Watch() Watch
}

// Watch tells how long kernels take. It is used by one goroutine at a time.
type Watch interface {
	// Mark sets a mark behind all calls before it, and does not wait for them.
	Mark()
	// Laps waits until the last mark has been passed, returns how long it took from each to the
	// next, one less than there were marks, and takes the marks away. It returns nil where the
	// device has failed meanwhile, which Sync says.
	Laps() []time.Duration
}

// WatchOf returns a watch of a backend: its own, or where it has none the host's, which calls
// wait at each mark. That must return when all kernels of the backend have ended.
func WatchOf(b Backend, wait func()) Watch {
	if s, ok := b.(Stopwatch); ok {
		return s.Watch()
	}
	return &hostWatch{wait: wait}
}

// hostWatch is a watch by the host's clock.
type hostWatch struct {
	wait   func()
	passed []time.Time
}

func (w *hostWatch) Mark() {
	w.wait()
	w.passed = append(w.passed, time.Now())
}

func (w *hostWatch) Laps() (laps []time.Duration) {
	for i := 1; i < len(w.passed); i++ {
		laps = append(laps, w.passed[i].Sub(w.passed[i-1]))
	}
	w.passed = w.passed[:0]
	return laps
}
