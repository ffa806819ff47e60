//go:build cuda

package cuda

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestWatch marks places among kernels that come again and again: between two marks is what
// was asked for between them, also where graphs replay it. The emulated card counts
// instructions; a real one tells times, of which all that is certain is that none is negative.
func TestWatch(t *testing.T) {
	d := gpu(t).(*device)
	for _, replay := range []bool{false, true} {
		undo := Replay(d, replay)
		before := Replayed(d)
		const n = 1 << 12
		x := d.Alloc(n)
		fill := func(times int) {
			for i := range times {
				d.Fill(n, float64(i), x)
			}
		}
		w := d.Watch()
		for again := range again + 3 {
			fill(shortest) // of no lap
			w.Mark()
			fill(shortest)
			w.Mark()
			w.Mark()
			fill(3 * shortest)
			w.Mark()
			laps := w.Laps()
			if len(laps) != 3 || slices.Min(laps) < 0 {
				t.Fatalf("the laps are %v", laps)
			}
			if d.name == "emulator" && (laps[0] == 0 || laps[1] != 0 || laps[2] < laps[0]*29/10 || laps[2] > laps[0]*31/10) {
				t.Errorf("round %d: %d fills take %v, none %v, and %d %v", again, shortest, laps[0], laps[1], 3*shortest, laps[2])
			}
		}
		if got := Replayed(d) - before; (got > 0) != replay {
			t.Errorf("%d graphs were launched", got)
		}
		if laps := w.Laps(); laps != nil {
			t.Errorf("without marks there are laps: %v", laps)
		}
		w.Mark()
		if laps := w.Laps(); len(laps) != 0 {
			t.Errorf("with one mark there are laps: %v", laps)
		}
		undo()
	}
	if err := d.Sync(); err != nil {
		t.Error(err)
	}
}

// A device that fails between two marks has no laps, and the next ones are right again.
func TestWatchFailure(t *testing.T) {
	d := gpu(t).(*device)
	w := d.Watch()
	w.Mark()
	d.Fill(1, 1, &buffer{&memory{}, 0, 1}) // there was no memory for it
	w.Mark()
	if laps := w.Laps(); laps != nil {
		t.Errorf("a device that has failed tells %v", laps)
	}
	if err := d.Sync(); err == nil || !strings.Contains(err.Error(), "make the model anew") {
		t.Errorf("got %v", err)
	}
	w.Mark()
	w.Mark()
	if laps := w.Laps(); len(laps) != 1 {
		t.Errorf("afterwards there are the laps %v", laps)
	}
}

// The events of watches are used again, also those of one that is dropped with its marks.
func TestWatchEvents(t *testing.T) {
	d := gpu(t).(*device)
	free := func() int {
		d.mu.Lock()
		defer d.mu.Unlock()
		return len(d.events)
	}
	w := d.Watch()
	for range 5 {
		w.Mark()
	}
	w.Laps()
	all := free()
	for range 3 {
		for range 5 {
			w.Mark()
		}
		if free() != all-5 {
			t.Errorf("of %d events %d are free", all, free())
		}
		w.Laps()
	}
	func() {
		dropped := d.Watch()
		for range 5 {
			dropped.Mark()
		}
	}()
	for began := time.Now(); free() < all && time.Since(began) < 30*time.Second; time.Sleep(time.Millisecond) {
		runtime.GC()
	}
	if free() != all {
		t.Errorf("of %d events %d are free", all, free())
	}
	var _ backend.Stopwatch = tf32{d} // a model on tensor cores has it as well
	if err := d.Sync(); err != nil {
		t.Error(err)
	}
}
