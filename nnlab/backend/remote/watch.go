//go:build linux

package remote

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Marks of a watch go over the line as all calls do, and are set there between the kernels
// that they stand between here: the time that the line takes is none of theirs.

// mostMarks is how many a watch may have: what there is between them goes in one answer.
const mostMarks = replyBytes / 16

// watch is one under a number that it has in the other process.
type watch struct {
	of     *client
	number uint64
	marks  int
}

// Watch returns a watch; see [backend.Stopwatch].
func (c *client) Watch() backend.Watch {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &watch{of: c}
	w.number = register(c, w)
	c.put(opWatch, []argument{{bits: w.number}}, nil)
	runtime.KeepAlive(w)
	return w
}

// Mark puts a mark behind the calls before it.
func (w *watch) Mark() {
	if w.marks == mostMarks {
		panic(backend.Error{Kernel: "Mark", Detail: fmt.Sprintf("expected at most %d marks before Laps", mostMarks)})
	}
	w.marks++
	w.of.call(opMark, argument{w.number, w})
}

// Laps asks for what lies between the marks.
func (w *watch) Laps() (laps []time.Duration) {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	w.marks = 0
	reply := w.of.ask(opLaps, argument{w.number, w})
	if reply == nil {
		return nil
	}
	for i := range min(wordOf(reply), mostMarks) {
		laps = append(laps, time.Duration(wordOf(reply[8+8*i:])))
	}
	return laps
}

// KeepVariable refuses a watch: what it measures is over when its cell is.
func (w *watch) KeepVariable() (any, error) {
	return nil, errors.New("the watch of a GPU is not kept; read it with Laps")
}

// RestoreVariable is never asked to.
func (w *watch) RestoreVariable(any) error { return errors.New("the watch of a GPU is not kept") }

// watch gives a number to a watch of the backend's, or of this process's clock.
func (s *session) watch(number uint64) {
	s.set(number, backend.WatchOf(s.backend, func() {
		if err := s.backend.Sync(); err != nil {
			s.keep(err)
		}
	}))
}

// watchOf is the watch that a call names.
func watchOf(r *reader) backend.Watch {
	w, ok := r.thing().(backend.Watch)
	if !ok {
		panic(errors.New("a watch that is not there"))
	}
	return w
}

// laps answers with what lies between the marks of a watch.
func (s *session) laps(r *reader) {
	reply := s.line.reply
	setWord(reply, 0)
	laps := watchOf(r).Laps()
	laps = laps[:min(len(laps), mostMarks)]
	for i, lap := range laps {
		setWord(reply[8+8*i:], uint64(lap))
	}
	setWord(reply, uint64(len(laps)))
}
