//go:build cuda

package cuda

import "github.com/nnlab-go/lab/nnlab/backend"

// Replay has a backend of this package replay what comes again, or not, and returns what
// undoes that.
func Replay(b backend.Backend, on bool) (undo func()) {
	d := b.(*device)
	set := func(off bool) (before bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.boundary()
		before, d.replays.off = d.replays.off, off
		return before
	}
	before := set(!on)
	return func() { set(before) }
}

// Replayed is how many graphs a backend of this package has launched.
func Replayed(b backend.Backend) int {
	d := b.(*device)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.boundary()
	return d.replays.replayed
}
