package vars

import (
	"math"
	"runtime"
	"runtime/debug"
	_ "unsafe" // for linkname
)

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// alone runs a function while no other goroutine of the program does: with one
// processor, which is not given away. What runs then must neither wait nor make a
// system call that the scheduler hears of, nor panic. The collector, which might have to wait,
// is off until then; so it stays, since the program ends.
func alone(f func()) {
	debug.SetGCPercent(-1) // and waits for the collector's end
	debug.SetMemoryLimit(math.MaxInt64)
	runtime.GOMAXPROCS(1)
	procPin()
	defer procUnpin()
	f()
}
