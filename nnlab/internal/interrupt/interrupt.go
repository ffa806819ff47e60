// Package interrupt tells whether something waits for an interrupt (SIGINT, the stop
// button of a notebook) to end by itself: training ends between two steps. A cell
// that nothing of the kind runs in is ended at once.
package interrupt

import "sync/atomic"

var waiting atomic.Int32

// Await tells that an interrupt is awaited from now on, until the function that it
// returns is called.
func Await() (done func()) {
	waiting.Add(1)
	return func() { waiting.Add(-1) }
}

// Awaited tells whether an interrupt is awaited.
func Awaited() bool { return waiting.Load() > 0 }
