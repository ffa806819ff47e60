package cpu

import (
	"sync"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Kernel chooses the kernels by name, past the environment.
func Kernel(name string) Option { return func(o *options) { o.kernel = name } }

// Scratch sets about how many numbers a convolution copies at a time.
func Scratch(n int) Option { return func(o *options) { o.scratch = n } }

// KernelNames is the kernels that this processor can run.
func KernelNames() (names []string) {
	for _, k := range available() {
		names = append(names, k.name)
	}
	return names
}

// KernelOf is the name of the kernels that a backend runs.
func KernelOf(b backend.Backend) string { return b.(*cpu).kernels.name }

// Helpers waits for the goroutines of a backend.
func Helpers(b backend.Backend) *sync.WaitGroup { return &b.(*cpu).pool.helpers }

// Kept is how many numbers a backend keeps of weights that are held, and how many those
// are at most.
func Kept(b backend.Backend) (now, most int) { return b.(*cpu).held.total, heldMost }

var Exp = exp
