package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// feed brings the batches of one epoch to the backend, one after the other.
// While a step runs, another goroutine takes, and augments, the next examples.
type feed struct {
	fit     *fit
	left    []int        // the examples of the epoch that have not been asked for
	pending bool         // a batch has been asked for and not been loaded
	want    chan request // to the other goroutine
	taken   chan struct{}
	err     error
}

// request is a batch to take, and the key of what is drawn at random for it.
type request struct {
	key   uint64
	index []int
}

func newFeed(f *fit) *feed {
	d := &feed{fit: f, left: f.order, want: make(chan request), taken: make(chan struct{})}
	go func() {
		for r := range d.want {
			f.batch.draw(r.key, r.index)
			f.weights.fill(f.batch, r.index)
			d.taken <- struct{}{}
		}
	}()
	d.ask(0)
	return d
}

// ask has the next batch taken, if there is one; ahead is 1 while another step
// lies before it.
func (d *feed) ask(ahead int) {
	n := min(d.fit.batchSize, len(d.left))
	if d.pending = n > 0; d.pending {
		m := d.fit.model
		d.want <- request{backend.Bits(^m.seed, m.step+ahead), d.left[:n]}
		d.left = d.left[n:]
	}
}

// next loads the batch that was asked for and asks for the one after it. It
// returns false when there is none, or an error.
func (d *feed) next() bool {
	if !d.pending {
		return false
	}
	<-d.taken
	d.pending = false
	if d.err = d.fit.batch.load(); d.err != nil {
		return false
	}
	d.ask(1)
	return true
}

// close waits until nothing is being taken any more.
func (d *feed) close() {
	if d.pending {
		<-d.taken
	}
	close(d.want)
}
