package memory

import (
	"runtime"
	"time"
)

// Collect has the garbage collector look for what nothing refers to, and waits until that
// has been cleaned up, or a second: a thing of its own among it tells.
func Collect() {
	done := make(chan struct{})
	runtime.AddCleanup(new([64]byte), func(done chan struct{}) { close(done) }, done) // so large that nothing else stands in its place
	runtime.GC()
	select {
	case <-done:
	case <-time.After(time.Second): // what cleans up may be busy with something else
	}
}
