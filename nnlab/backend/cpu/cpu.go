// Package cpu is the backend that computes in float32 on all cores of the host,
// without cgo.
//
// The matrix product packs its factors into panels that fit the caches and
// multiplies them tile by tile in registers; the microkernel that does so is
// chosen when the backend is made, by what the processor can: see [Kernels].
// Everything is computed by a fixed set of goroutines, and nothing is allocated
// by a kernel that has run before with the same sizes.
//
// Work is split by output, never by how many cores there are, so the bits of a
// result do not depend on the number of workers. They do depend on the
// microkernel: one with fused multiply-add rounds less often.
//
// Kernels may be called from several goroutines; one runs at a time.
package cpu

import (
	"runtime"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// cpu implements [backend.Backend].
type cpu struct {
	pool    *pool
	product product
	partial []float64 // of reductions, one for each part
	rows    []float32 // of SumRows, one row for each part
}

// Option is what [New] can be told.
type Option func(*options)

type options struct {
	workers  int
	kernel   string
	packSize int
}

// Workers sets how many cores compute; the default is GOMAXPROCS. It panics
// below 1.
func Workers(n int) Option {
	backend.Check("cpu.Workers", n)
	return func(o *options) { o.workers = n }
}

// New returns a backend on the host's processor.
func New(opts ...Option) backend.Backend {
	o := options{workers: runtime.GOMAXPROCS(0), packSize: packSize}
	for _, opt := range opts {
		opt(&o)
	}
	c := &cpu{pool: newPool(o.workers)}
	c.product.init(pick(o.kernel), o.packSize, o.workers)
	// The workers hold the pool alone, so a backend that nothing refers to is
	// collected and takes its goroutines with it.
	runtime.AddCleanup(c, func(p *pool) { p.close() }, c.pool)
	return c
}

func (*cpu) Name() string { return "cpu" }

// Sync has nothing to wait for: a kernel returns when its result is there.
func (*cpu) Sync() error { return nil }
