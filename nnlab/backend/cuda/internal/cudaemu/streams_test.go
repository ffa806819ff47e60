//go:build cuda

package main

import (
	"testing"
	"unsafe"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/driver"
)

// adding is a kernel that adds p1 to the number at p0.
const adding = "ld.param.u64 %rd0, [p0]; ld.param.u32 %r1, [p1]; ld.global.u32 %r0, [%rd0]; add.u32 %r0, %r0, %r1; st.global.u32 [%rd0], %r0;"

// adder returns what adds a number to that at an address, in a stream.
func adder(t *testing.T) func(s cu.Stream, at cu.DevicePtr, n uint64) error {
	t.Helper()
	module, err := cu.LoadData(program(2, adding) + "\x00")
	if err != nil {
		t.Fatal(err)
	}
	f, err := module.Function("kernel")
	if err != nil {
		t.Fatal(err)
	}
	return func(s cu.Stream, at cu.DevicePtr, n uint64) error {
		return f.Launch(1, 1, 1, 1, 1, 1, 0, s, []unsafe.Pointer{unsafe.Pointer(&at), unsafe.Pointer(&n)})
	}
}

func stream(t *testing.T, flags cu.StreamFlags) cu.Stream {
	t.Helper()
	s, err := cu.MakeStream(flags)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// number is what stands at an address when all is done that comes before.
func number(t *testing.T, at cu.DevicePtr) (n uint32) {
	t.Helper()
	if err := cu.MemcpyDtoH(unsafe.Pointer(&n), at, 4); err != nil {
		t.Fatal(err)
	}
	return n
}

// must ends a test in which something fails that must not.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// meetings are work of two streams that nothing puts in order; see faulty.
var meetings = map[string]func(t *testing.T) error{
	"two streams": func(t *testing.T) error {
		add, at := adder(t), memory(t, 4)
		must(t, cu.MemsetD32Async(at, 0, 1, stream(t, cu.NonBlocking)), add(stream(t, cu.NonBlocking), at, 1))
		return cu.Synchronize()
	},
	"two streams, the second writes": func(t *testing.T) error {
		from, to := memory(t, 4), memory(t, 4)
		reader, writer := stream(t, cu.NonBlocking), stream(t, cu.NonBlocking)
		must(t, cu.MemsetD32(from, 0, 1), cu.Synchronize())
		must(t, cu.MemcpyDtoDAsync(to, from, 4, reader), cu.MemsetD32Async(from, 1, 1, writer))
		return cu.Synchronize()
	},
	"a stream and a graph": func(t *testing.T) error {
		add, at, s := adder(t), memory(t, 4), stream(t, cu.DefaultStream)
		must(t, cu.MemsetD32(at, 0, 1), cu.Synchronize())
		g, err := driver.Capture(s, func() error { return add(s, at, 1) })
		must(t, err, cu.MemsetD32Async(at, 7, 1, stream(t, cu.NonBlocking)), g.Launch(s))
		return cu.Synchronize()
	},
}

// TestStreams puts the work of two streams in order in each way that there is.
func TestStreams(t *testing.T) {
	device(t)
	add, at := adder(t), memory(t, 4)
	blocking, free := stream(t, cu.DefaultStream), stream(t, cu.NonBlocking)
	event, err := cu.MakeEvent(cu.DisableTiming)
	must(t, err, free.Wait(event, 0)) // that nobody has recorded: for nothing
	// An event; the host; the legacy stream, which waits for the one that blocks, and is waited for.
	must(t, cu.MemsetD32Async(at, 1, 1, free), event.Record(free), blocking.Wait(event, 0), add(blocking, at, 2))
	must(t, blocking.Synchronize(), add(free, at, 4), event.Record(free), event.Synchronize())
	must(t, add(cu.NoStream, at, 8), add(blocking, at, 16), add(cu.NoStream, at, 32), add(blocking, at, 64))
	if n := number(t, at); n != 127 {
		t.Errorf("got %d, want 127", n)
	}
	gone := free
	must(t, cu.Synchronize(), free.Destroy())
	if err := add(gone, at, 1); err == nil {
		t.Error("a stream that was destroyed takes work")
	}
}

// TestGraphs captures kernels, which are then not done, and are called with what they were
// captured with as often as the graph is launched.
func TestGraphs(t *testing.T) {
	device(t)
	add, at, s := adder(t), memory(t, 8), stream(t, cu.DefaultStream)
	must(t, cu.MemsetD32(at, 1, 2))
	n := uint64(5)
	g, err := driver.Capture(s, func() error {
		if err := add(s, at, n); err != nil {
			return err
		}
		return cu.MemcpyDtoDAsync(at+4, at, 4, s)
	})
	must(t, err)
	if n := number(t, at); n != 1 {
		t.Errorf("to capture makes %d of 1", n)
	}
	n = 100
	must(t, g.Launch(s), add(s, at, 1000), g.Launch(s))
	if a, b := number(t, at), number(t, at+4); a != 1011 || b != 1011 {
		t.Errorf("got %d and %d, want 1011", a, b)
	}
	must(t, g.Destroy())
}

// While a stream is captured, nothing may be asked for that a card would refuse: that breaks
// the capture.
func TestCapturesRefuse(t *testing.T) {
	device(t)
	add, at, s, other := adder(t), memory(t, 4), stream(t, cu.DefaultStream), stream(t, cu.NonBlocking)
	event, err := cu.MakeEvent(cu.DisableTiming)
	must(t, err)
	for what, do := range map[string]func() error{
		"memory":           func() error { _, err := cu.MemAlloc(4); return err },
		"freeing memory":   func() error { return cu.MemFree(at) },
		"waiting":          cu.Synchronize,
		"a stream's end":   s.Synchronize,
		"an event's":       event.Synchronize,
		"a copy now":       func() error { var n uint32; return cu.MemcpyDtoH(unsafe.Pointer(&n), at, 4) },
		"another stream":   func() error { return add(other, at, 1) },
		"another capture":  func() error { _, err := driver.Capture(other, func() error { return nil }); return err },
		"the legacy one":   func() error { return cu.MemsetD32(at, 0, 1) },
		"a stream's birth": func() error { _, err := cu.MakeStream(cu.DefaultStream); return err },
	} {
		asked := false
		_, err := driver.Capture(s, func() error {
			asked = true
			if err := do(); err == nil {
				t.Errorf("%s is had", what)
			}
			return nil
		})
		if broken := err != nil; !asked || broken != (what != "another capture") {
			t.Errorf("%s: the capture ends with %v", what, err)
		}
	}
	if _, err := driver.Capture(cu.NoStream, func() error { return nil }); err == nil {
		t.Error("the legacy stream was captured")
	}
	must(t, cu.MemsetD32(at, 3, 1))
	if n := number(t, at); n != 3 {
		t.Errorf("afterwards %d is 3", n)
	}
}

// TestEventTimes measures kernels with events: those of a stream come in their order, more work
// takes longer, and what a card would refuse to tell it does not tell.
func TestEventTimes(t *testing.T) {
	device(t)
	add, at, s := adder(t), memory(t, 4), stream(t, cu.NonBlocking)
	event := func(flags cu.EventFlags) cu.Event {
		e, err := cu.MakeEvent(flags)
		must(t, err)
		return e
	}
	var marks []cu.Event
	for range 4 {
		marks = append(marks, event(cu.DefaultEvent))
	}
	must(t, cu.MemsetD32Async(at, 0, 1, s), marks[0].Record(s), add(s, at, 1), marks[1].Record(s), marks[2].Record(s))
	if _, err := marks[0].Elapsed(marks[1]); err == nil {
		t.Error("the time to an event that has not come is told")
	}
	must(t, add(s, at, 1), add(s, at, 1), marks[3].Record(s), marks[3].Synchronize())
	var took []float64
	for i := range 3 {
		ms, err := marks[i].Elapsed(marks[i+1])
		must(t, err)
		took = append(took, ms)
	}
	if took[0] <= 0 || took[1] != 0 || took[2] < 1.9*took[0] || took[2] > 2.1*took[0] {
		t.Errorf("a kernel takes %v ms, none %v, two %v", took[0], took[1], took[2])
	}
	silent := event(cu.DisableTiming)
	must(t, silent.Record(s), silent.Synchronize())
	if _, err := marks[0].Elapsed(silent); err == nil {
		t.Error("an event without times has one")
	}
	if _, err := marks[0].Elapsed(event(cu.DefaultEvent)); err == nil {
		t.Error("an event that nobody has recorded has a time")
	}
	must(t, marks[1].Record(s), cu.DestroyEvent(&marks[1]), cu.Synchronize()) // as it comes nobody is there
}
