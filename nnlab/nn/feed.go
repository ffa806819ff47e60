package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// feed brings the batches of one epoch to the backend, one after the other.
// While a step runs, another goroutine takes, and augments, the next examples.
type feed struct {
	fit     *fit
	left    []int // the examples of the epoch that have not been asked for
	pending bool  // a batch has been asked for and not been loaded
	closed  bool
	want    chan request // to the other goroutine
	taken   chan error
	err     error
}

// request is a batch to take, and the key of what is drawn at random for it.
type request struct {
	key   uint64
	index []int
}

func newFeed(f *fit) *feed {
	d := &feed{fit: f, left: f.order, want: make(chan request), taken: make(chan error)}
	go func() {
		for r := range d.want {
			d.taken <- f.take(r)
		}
	}()
	d.ask(0)
	return d
}

// take takes the examples of a batch. The data may be somebody's own: their panic
// is an error of Fit.
func (f *fit) take(r request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Where: f.caller + ": taking examples", Expected: "data that write every example they are asked for", Got: fmt.Sprintf("a panic: %v", p),
				Mend: "look at the Batch, or the Draw, of the data"}
		}
	}()
	f.batch.draw(r.key, r.index)
	f.weights.fill(f.batch, r.index)
	return nil
}

// key is that of what is drawn at random for the batch of a step.
func (f *fit) key(step int) uint64 { return backend.Bits(^f.model.seed, step) }

// ask has the next batch taken, if there is one; ahead is 1 while another step
// lies before it.
func (d *feed) ask(ahead int) {
	n := min(d.fit.batchSize, len(d.left))
	if d.pending = n > 0; d.pending {
		d.want <- request{d.fit.key(d.fit.model.step + ahead), d.left[:n]}
		d.left = d.left[n:]
	}
}

// next loads the batch that was asked for and asks for the one after it. It
// returns false when there is none, or an error.
func (d *feed) next() bool {
	if !d.pending {
		return false
	}
	d.err = <-d.taken
	d.pending = false
	if d.err == nil {
		d.err = d.fit.batch.load()
	}
	if d.err != nil {
		return false
	}
	d.ask(1)
	return true
}

// close waits until nothing is being taken any more. To call it again does nothing.
func (d *feed) close() {
	if d.closed {
		return
	}
	if d.pending {
		<-d.taken
	}
	close(d.want)
	d.pending, d.closed = false, true
}
