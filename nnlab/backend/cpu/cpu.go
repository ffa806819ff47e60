// Package cpu is the backend that trains on the host: float32, all cores, SIMD
// where the processor has it.
//
// Each assembly file is made by the generator under _asm and has a twin in Go,
// which is what other processors run. The choice is made when a backend is
// made; the environment variable NNLAB_CPU forces it: "generic" or "avx2".
package cpu

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// cpu implements [backend.Backend].
type cpu struct {
	pool *pool
	tile tileKernel

	// A kernel's operands stand here while its parts run, so that a call
	// allocates nothing. The mutex makes calls from several goroutines wait.
	mu   sync.Mutex
	span span
	gemm gemm
}

// Option is what [New] can be told.
type Option func(*cpu)

// Workers sets how many threads compute. The default is GOMAXPROCS. The results
// do not depend on it.
func Workers(n int) Option { return func(c *cpu) { c.pool = poolOf(max(1, n)) } }

// New returns the CPU backend.
func New(options ...Option) backend.Backend {
	c := &cpu{pool: poolOf(runtime.GOMAXPROCS(0)), tile: chooseTile()}
	for _, o := range options {
		o(c)
	}
	return c
}

func (c *cpu) Name() string { return "cpu" }

// Sync has nothing to wait for: a kernel has ended when its call returns.
func (c *cpu) Sync() error { return nil }

type buffer struct{ x []float32 }

func (b *buffer) Len() int { return len(b.x) }

// numbers returns the first n numbers of a buffer of this backend.
func numbers(kernel string, b backend.Buffer, n int) []float32 {
	buf, ok := b.(*buffer)
	if !ok {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of the backend cpu, got %T", b)})
	}
	if n > len(buf.x) {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of at least %d numbers, got %d", n, len(buf.x))})
	}
	return buf.x[:n]
}

// optional is numbers for a buffer that may be nil.
func optional(kernel string, b backend.Buffer, n int) []float32 {
	if b == nil {
		return nil
	}
	return numbers(kernel, b, n)
}

func (c *cpu) Alloc(n int) backend.Buffer {
	backend.Check("Alloc", n)
	return &buffer{make([]float32, n)}
}

func (c *cpu) Slice(b backend.Buffer, lo, hi int) backend.Buffer {
	x := numbers("Slice", b, hi)
	if lo < 0 || lo >= hi {
		panic(backend.Error{Kernel: "Slice", Detail: fmt.Sprintf("expected 0 ≤ lo < hi, got %d and %d", lo, hi)})
	}
	return &buffer{x[lo:hi]}
}

func (c *cpu) Upload(dst backend.Buffer, src []float32) {
	copy(numbers("Upload", dst, len(src)), src)
}

func (c *cpu) Download(dst []float32, src backend.Buffer) {
	copy(dst, numbers("Download", src, len(dst)))
}

func (c *cpu) Copy(n int, src, dst backend.Buffer) {
	backend.Check("Copy", n)
	copy(numbers("Copy", dst, n), numbers("Copy", src, n))
}

func (c *cpu) Fill(n int, v float64, dst backend.Buffer) {
	backend.Check("Fill", n)
	d := numbers("Fill", dst, n)
	for i := range d {
		d[i] = float32(v)
	}
}
