//go:build cuda

package cuda

import (
	"slices"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/driver"
)

// graphsSince is the first version of the driver that has all that graphs need.
const graphsSince = 11_040

// graphsName is the environment variable that says whether what comes again is replayed:
// "off" for never.
const graphsName = "NNLAB_CUDA_GRAPHS"

// operation is what the stream of kernels does in one go: a kernel, or, without a name, a
// copy within the card.
type operation struct {
	kernel string
	grid   grid
	block  int
	bits   []uint64 // what it is called with
}

func (o operation) is(other operation) bool {
	return o.kernel == other.kernel && o.grid == other.grid && o.block == other.block && slices.Equal(o.bits, other.bits)
}

// segment is a run of operations that has come, and comes again as long as a training goes
// on: kernels read from the card what changes from step to step, the learning rate, the
// count of steps from which dropout draws, and the batch.
type segment struct {
	operations []operation
	times      int          // it has come
	used       int          // when it came last
	graph      driver.Graph // of all of it, where it is captured
	captured   bool
}

// A segment that has come again times is captured, where it has at least shortest operations:
// to launch a graph takes about as long as to launch a few kernels. Of segments most are kept.
const (
	again    = 3
	shortest = 8
	longest  = 1 << 14
	kept     = 32
)

// replays is what a device knows of the operations that come. A run of them ends where a step
// does, and wherever the host wants something else. While one comes as a segment that is
// captured, its operations are held back: should it come to its end, they are one launch of
// the graph; should it not, they are launched one by one. So a graph does only what was asked
// for, to the last bit of every argument, and nobody above need know of it.
type replays struct {
	off      bool
	known    []*segment
	run      []operation
	bits     []uint64  // of run
	as       *segment  // of those known, one that begins as run does
	held     int       // operations of run that are held back: all, or none
	memory   []*memory // which these use
	runs     int       // there have been
	replayed int       // graphs launched
}

// work puts an operation on its way, or holds it back. The device is locked.
func (d *device) work(o operation, args ...argument) {
	r := &d.replays
	if r.off {
		d.start(o)
		return
	}
	n := len(r.run)
	begin := len(r.bits)
	r.bits = append(r.bits, o.bits...)
	o.bits = r.bits[begin:]
	r.run = append(r.run, o)
	if n == 0 || r.as != nil && (len(r.as.operations) <= n || !r.as.operations[n].is(o)) {
		r.as = r.find(func(s *segment) bool {
			return len(s.operations) > n && slices.EqualFunc(s.operations[:n+1], r.run, operation.is)
		})
	}
	if r.as != nil && r.as.captured && r.held == n {
		r.held++
		for _, a := range args {
			if a.memory != nil {
				r.memory = append(r.memory, a.memory)
			}
		}
		return
	}
	d.release()
	d.start(o)
	if len(r.run) == longest {
		d.endRun()
	}
}

// find returns a known segment that fits, a captured one before others.
func (r *replays) find(fits func(*segment) bool) (found *segment) {
	for _, s := range r.known {
		if (found == nil || s.captured && !found.captured) && fits(s) {
			found = s
		}
	}
	return found
}

// release puts what is held back on its way, one operation after the other.
func (d *device) release() {
	r := &d.replays
	for _, o := range r.run[:r.held] {
		d.start(o)
	}
	r.drop()
}

// drop holds nothing back any more.
func (r *replays) drop() {
	r.held = 0
	clear(r.memory)
	r.memory = r.memory[:0]
}

// boundary puts everything that waits on its way, and ends the run. The device is locked.
func (d *device) boundary() {
	d.flush()
	d.endRun()
}

func (d *device) endRun() {
	r := &d.replays
	if len(r.run) == 0 {
		return
	}
	r.runs++
	s := r.as
	if s != nil && len(s.operations) != len(r.run) { // it is longer
		s = r.find(func(s *segment) bool { return slices.EqualFunc(s.operations, r.run, operation.is) })
	}
	if s != nil && s.captured && r.held == len(r.run) && d.err == nil {
		d.entered("replaying a graph", func() error { return s.graph.Launch(d.stream) })
		r.replayed++
		r.drop()
	} else {
		d.release()
	}
	switch {
	case s != nil:
		s.used = r.runs
		if s.times++; s.times == again {
			d.capture(s)
		}
	case len(r.run) >= shortest && d.err == nil:
		d.learn()
	}
	r.run, r.bits, r.as = r.run[:0], r.bits[:0], nil
}

// learn keeps the run as a segment, in the place of the one that has not come for longest
// where there are many.
func (d *device) learn() {
	r := &d.replays
	if len(r.known) == kept {
		oldest := slices.MinFunc(r.known, func(a, b *segment) int { return a.used - b.used })
		r.known = slices.DeleteFunc(r.known, func(s *segment) bool { return s == oldest })
		if oldest.captured {
			d.entered("dropping a graph", oldest.graph.Destroy)
		}
	}
	// What the operations are called with lies in the run's memory, which is used again.
	s := &segment{operations: slices.Clone(r.run), times: 1, used: r.runs}
	for i := range s.operations {
		s.operations[i].bits = slices.Clone(s.operations[i].bits)
	}
	r.known = append(r.known, s)
}

// capture makes a graph of a segment. Where none can be had, as when no memory is left for it,
// the segment goes on without.
func (d *device) capture(s *segment) {
	d.entered("capturing a graph", func() error {
		var err error
		s.graph, err = driver.Capture(d.stream, func() error {
			for _, o := range s.operations {
				if err := d.issue(o); err != nil {
					return err
				}
			}
			return nil
		})
		s.captured = err == nil
		return nil
	})
}

// start is issue that keeps a failure, of a device that has not failed.
func (d *device) start(o operation) {
	if d.err == nil {
		what := o.kernel
		if what == "" {
			what = "Copy"
		}
		d.keep(what, d.issue(o))
	}
}

// issue puts an operation into the stream of kernels.
func (d *device) issue(o operation) error {
	if o.kernel != "" {
		return d.launched(o)
	}
	var err error
	d.entered("Copy", func() error {
		err = cu.MemcpyDtoDAsync(cu.DevicePtr(o.bits[0]), cu.DevicePtr(o.bits[1]), int64(o.bits[2]), d.stream)
		return nil
	})
	return err
}
