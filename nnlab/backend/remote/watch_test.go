//go:build linux

package remote_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// scaling is a backend whose watches count the calls of Scale between two marks, and which
// remembers when it was waited for.
type scaling struct {
	backend.Backend
	scales int
	syncs  atomic.Int64 // the test reads it while the session's goroutine lives
}

func (c *scaling) Scale(n int, alpha float64, x backend.Buffer) {
	c.scales++
	c.Backend.Scale(n, alpha, x)
}

func (c *scaling) Sync() error {
	c.syncs.Add(1)
	return c.Backend.Sync()
}

func (c *scaling) Watch() backend.Watch { return &counter{of: c} }

type counter struct {
	of    *scaling
	marks []int
}

func (c *counter) Mark() { c.marks = append(c.marks, c.of.scales) }

func (c *counter) Laps() (laps []time.Duration) {
	for i := 1; i < len(c.marks); i++ {
		laps = append(laps, time.Duration(c.marks[i]-c.marks[i-1]))
	}
	c.marks = nil
	return laps
}

// TestWatch sets marks in the other process, between the calls that they stand between here,
// and waits for none; two watches are apart.
func TestWatch(t *testing.T) {
	b := &scaling{Backend: cpu.New()}
	client, _, _ := served(t, b)
	first, second := client.(backend.Stopwatch).Watch(), client.(backend.Stopwatch).Watch()
	x := client.Alloc(4)
	scale := func(times int) {
		for range times {
			client.Scale(4, 2, x)
		}
	}
	for range 2 {
		first.Mark()
		scale(3)
		second.Mark()
		first.Mark()
		first.Mark()
		scale(5)
		second.Mark()
		first.Mark()
		if laps := first.Laps(); !slices.Equal(laps, []time.Duration{3, 0, 5}) {
			t.Errorf("the first has %v", laps)
		}
		if laps := second.Laps(); !slices.Equal(laps, []time.Duration{5}) {
			t.Errorf("the second has %v", laps)
		}
	}
	if b.syncs.Load() != 0 {
		t.Errorf("it was waited for %d times", b.syncs.Load())
	}
	if laps := first.Laps(); laps != nil {
		t.Errorf("without marks there are laps: %v", laps)
	}
	if _, err := first.(interface{ KeepVariable() (any, error) }).KeepVariable(); err == nil {
		t.Error("a watch is kept as a variable")
	}
	if err := client.Sync(); err != nil {
		t.Error(err)
	}
	defer func() {
		if err, _ := recover().(error); !isKernel(err, "Mark") || !strings.Contains(err.Error(), "65536 marks") {
			t.Errorf("marks without end: %v", err)
		}
	}()
	for range 1<<16 + 1 {
		first.Mark()
	}
}

// A backend without watches is waited for at each mark, and what it says then is not lost.
func TestWatchByTheClock(t *testing.T) {
	b := &faulty{Backend: cpu.New(), room: 1 << 20}
	client, _, _ := served(t, b)
	w := client.(backend.Stopwatch).Watch()
	w.Mark()
	client.Alloc(1<<20 + 1) // which there is no memory for
	w.Mark()
	w.Mark()
	if laps := w.Laps(); len(laps) != 2 || slices.Min(laps) < 0 {
		t.Errorf("got the laps %v", laps)
	}
	if err := client.Sync(); !errors.Is(err, backend.ErrMemory) {
		t.Errorf("Sync: %v", err)
	}
	if reflect.TypeOf(backend.WatchOf(client, nil)) != reflect.TypeOf(w) {
		t.Error("the watch of this process is taken")
	}
}
