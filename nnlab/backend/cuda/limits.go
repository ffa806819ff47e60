//go:build cuda

package cuda

import (
	"errors"
	"time"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// multiplyAdds and flopsOf are how many sums a thread of the kernel multiply_adds keeps, and
// the operations of one of its turns.
const multiplyAdds, flopsOf = 8, 2 * 8

// Measure returns what the card of a backend of this package can do: it takes about a
// second, and what else runs on the card lowers it.
func Measure(b backend.Backend) (Limits, error) {
	d, ok := b.(*device)
	if !ok {
		return Limits{}, errors.New("cuda: the limits of a backend are asked for that is none of this package")
	}
	free, _, err := d.room()
	if err != nil {
		return Limits{}, err
	}
	const blocks = 8 * 256 // so many that the largest cards have several on each processor
	return d.limits(100*time.Millisecond, blocks, int(min(1<<30, free/4)))
}

// room is how many bytes of the device are free, and how many there are: none of a device
// that has failed since the last Sync.
func (d *device) room() (free, total int64, err error) {
	d.do("MemInfo", func() error {
		free, total, err = cu.MemInfo()
		return err
	})
	return free, total, err
}

// limits measures with runs of so many blocks that take at least half the budget, and copies
// of so many bytes. Of five the fastest counts: whatever else the card does can only lower it.
func (d *device) limits(budget time.Duration, blocks, bytes int) (Limits, error) {
	l := Limits{Card: d.name}
	out := d.Alloc(blocks * threads)
	turns := 64
	run := func() float64 {
		return d.seconds(func() { d.multiplyAdds(turns, blocks, 0.999, 0.001, out) })
	}
	for run(); run() < budget.Seconds()/2 && turns < 1<<30; {
		turns *= 2
	}
	for range 5 {
		l.GFLOPS = max(l.GFLOPS, float64(flopsOf*turns*blocks*threads)/run()/1e9)
	}
	n := bytes / 4
	from, to := d.Alloc(n), d.Alloc(n)
	copied := func() float64 { return d.seconds(func() { d.Copy(n, from, to) }) }
	copied()
	for range 5 {
		l.GBps = max(l.GBps, 2*4*float64(n)/copied()/1e9)
	}
	return l, d.Sync()
}

// multiplyAdds puts turns·blocks·threads times flopsOf operations on their way.
func (d *device) multiplyAdds(turns, blocks int, x, y float64, out backend.Buffer) {
	d.launch("multiply_adds", grid{x: blocks}, threads, whole(turns), float(x), float(y), of("Measure", out, blocks*threads))
}

// seconds is how long the device takes for what f puts on its way.
func (d *device) seconds(f func()) float64 {
	d.wait()
	began := time.Now()
	f()
	d.wait()
	return time.Since(began).Seconds()
}

// wait waits until all kernels have ended; a failure stays for Sync.
func (d *device) wait() { d.do("Synchronize", cu.Synchronize) }
