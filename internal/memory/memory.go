// Package memory tells how much memory there is: of the machine, for a container, for
// this process.
package memory

import (
	"math"
	"runtime/debug"

	"github.com/nnlab-go/lab/internal/late"
)

// Machine is how many bytes the machine has, or the container where that may use
// less; 0 where it cannot be told. It is read once: the files that say so take longer than
// the answer of a small model, before which it is asked.
func Machine() int64 { return machine.Get(readMachine) }

var machine late.Value[int64]

// Limit is a number of bytes, and what sets it.
type Limit struct {
	Bytes int64
	Of    string // "this machine's memory"
}

// limits are all there are for this process. What cannot be told is left out.
func limits() []Limit {
	var all []Limit
	if n := Machine(); n > 0 {
		all = append(all, Limit{n, "the memory of this machine or container"})
	}
	all = append(all, ulimits()...)
	if n := debug.SetMemoryLimit(-1); n < math.MaxInt64 {
		all = append(all, Limit{n, "the limit of this program, GOMEMLIMIT"})
	}
	return all
}

// OfProcess is the least limit of what this process may hold; false where none can be
// told.
func OfProcess() (least Limit, ok bool) {
	for _, l := range limits() {
		if !ok || l.Bytes < least.Bytes {
			least, ok = l, true
		}
	}
	return least, ok
}
