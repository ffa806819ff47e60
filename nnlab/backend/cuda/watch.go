//go:build cuda

package cuda

import (
	"runtime"
	"time"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// watch is events in the stream of kernels; see [backend.Stopwatch].
type watch struct {
	device *device
	asked  int      // marks
	marks  *[]event // those that are in the stream, where the cleanup finds them
}

// event is one that tells times.
type event = cu.Event

// Watch returns a watch without marks.
func (d *device) Watch() backend.Watch {
	w := &watch{device: d, marks: new([]event)}
	runtime.AddCleanup(w, func(marks *[]event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.events = append(d.events, *marks...)
	}, w.marks)
	return w
}

// Mark records an event behind what waits to be launched: it ends a run of kernels that come
// again, since a graph is one launch, which has no places.
func (w *watch) Mark() {
	d := w.device
	w.asked++
	d.do("Mark", func() (err error) {
		var e event
		if last := len(d.events) - 1; last >= 0 {
			e, d.events = d.events[last], d.events[:last]
		} else if e, err = cu.MakeEvent(cu.DefaultEvent); err != nil {
			return err
		}
		*w.marks = append(*w.marks, e)
		return e.Record(d.stream)
	})
	runtime.KeepAlive(w)
}

// Laps waits for the last event alone: those before it have come by then.
func (w *watch) Laps() (laps []time.Duration) {
	d, marks := w.device, *w.marks
	d.do("Laps", func() error {
		if len(marks) < w.asked || len(marks) == 0 {
			return nil
		}
		if err := marks[len(marks)-1].Synchronize(); err != nil {
			return err
		}
		for i := 1; i < len(marks); i++ {
			milliseconds, err := marks[i-1].Elapsed(marks[i])
			if err != nil {
				laps = nil
				return err
			}
			laps = append(laps, time.Duration(milliseconds*float64(time.Millisecond)))
		}
		return nil
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, marks...)
	w.asked, *w.marks = 0, (*w.marks)[:0]
	return laps
}
