// Package cpu is the backend that computes in float32 on all cores of the host,
// without cgo.
//
// The matrix product packs its factors into panels that fit the caches and
// multiplies them tile by tile in registers. What is hot is written in assembly,
// made by the generator under _asm, with a twin in Go beside it; which of them
// runs is chosen when the backend is made, by what the processor can: see
// [Kernels]. Everything is computed by a fixed set of goroutines, and nothing is
// allocated by a kernel that has run before with the same sizes.
//
// Work is split by output and every sum has its order, so the bits of a result
// do not depend on the number of workers. They do depend on the kernels: fused
// multiply-adds round less often.
//
// Kernels may be called from several goroutines; one runs at a time.
package cpu

import (
	"fmt"
	"runtime"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

// cpu implements [backend.Backend].
type cpu struct {
	host.Steps
	options options
	pool    *pool
	kernels *kernels
	product product
	conv    convolution
	held    held
	cells   []int     // of pools, a window for each worker
	scratch int       // about how many numbers a convolution copies at a time
	partial []float64 // of reductions, one for each part
	rows    []float32 // of rowwise kernels
	neutral []float32 // zeros and ones, see fused
	sums    []float64 // over rows, for each block of them
	means   []float64 // of norms
}

// Option is what [New] can be told.
type Option func(*options)

type options struct {
	workers int
	kernel  string
	scratch int
}

// Workers sets how many cores compute; the default is GOMAXPROCS. It panics
// below 1.
func Workers(n int) Option {
	backend.Check("cpu.Workers", n)
	return func(o *options) { o.workers = n }
}

// New returns a backend on the host's processor.
func New(opts ...Option) backend.Backend {
	o := options{workers: runtime.GOMAXPROCS(0), scratch: 1 << 20}
	for _, opt := range opts {
		opt(&o)
	}
	c := new(cpu)
	c.init(o)
	return c
}

// init makes a zero cpu what the options say.
func (c *cpu) init(o options) {
	k := pick(o.kernel)
	c.options, c.pool, c.kernels, c.scratch = o, newPool(o.workers), &k, o.scratch
	c.product.init(&k, o.workers)
	// The workers hold the pool alone, so a backend that nothing refers to is
	// collected and takes its goroutines with it.
	runtime.AddCleanup(c, func(p *pool) { p.close() }, c.pool)
}

// KeepVariable is what a notebook keeps of the backend of a variable, a tensor say (see
// nnlab/vars): what it was told.
func (c *cpu) KeepVariable() (any, error) {
	return map[string]any{"workers": c.options.workers, "kernel": c.options.kernel, "scratch": c.options.scratch}, nil
}

// RestoreVariable makes the backend again of what KeepVariable has returned.
func (c *cpu) RestoreVariable(state any) error {
	told, _ := state.(map[string]any)
	workers, _ := told["workers"].(int)
	kernel, _ := told["kernel"].(string)
	scratch, _ := told["scratch"].(int)
	if workers < 1 || scratch < 1 {
		return fmt.Errorf("not a backend: %v", state)
	}
	c.init(options{workers, kernel, scratch})
	return nil
}

// run computes a job, alone among all kernels.
func (c *cpu) run(j job) {
	j.kernels = c.kernels
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.pool.run(j)
}

func (*cpu) Name() string { return "cpu" }

// Sync has nothing to wait for: a kernel returns when its result is there.
func (*cpu) Sync() error { return nil }
