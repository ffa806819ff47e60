// Package ref is the backend that computes in float64 with plain loops, the
// formulas as they stand on the slides. It is the oracle that other backends
// and all gradients are held against: it is never optimised.
package ref

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

// ref implements [backend.Backend] and [backend.Float64].
type ref struct{ host.Steps }

// New returns the reference backend.
func New() backend.Backend { return ref{} }

func (ref) Name() string { return "ref" }

// Sync has nothing to wait for and cannot fail.
func (ref) Sync() error { return nil }

type buffer []float64

func (b buffer) Len() int { return len(b) }

// numbers returns the first n numbers of a buffer of this backend.
func numbers(kernel string, b backend.Buffer, n int) []float64 {
	x, ok := b.(buffer)
	if !ok {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of the backend ref, got %T", b)})
	}
	if n > len(x) {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of at least %d numbers, got %d", n, len(x))})
	}
	return x[:n]
}

// optional is numbers for a buffer that may be nil.
func optional(kernel string, b backend.Buffer, n int) []float64 {
	if b == nil {
		return nil
	}
	return numbers(kernel, b, n)
}

func (ref) Alloc(n int) backend.Buffer {
	backend.Check("Alloc", n)
	return make(buffer, n)
}

func (ref) Slice(b backend.Buffer, lo, hi int) backend.Buffer {
	backend.CheckSlice(lo, hi)
	return buffer(numbers("Slice", b, hi)[lo:])
}

func (ref) Upload(dst backend.Buffer, src []float32) {
	d := numbers("Upload", dst, len(src))
	for i, v := range src {
		d[i] = float64(v)
	}
}

func (ref) Download(dst []float32, src backend.Buffer) {
	for i, v := range numbers("Download", src, len(dst)) {
		dst[i] = float32(v)
	}
}

func (ref) Upload64(dst backend.Buffer, src []float64) {
	copy(numbers("Upload64", dst, len(src)), src)
}

func (ref) Download64(dst []float64, src backend.Buffer) {
	copy(dst, numbers("Download64", src, len(dst)))
}

func (ref) Copy(n int, src, dst backend.Buffer) {
	backend.Check("Copy", n)
	copy(numbers("Copy", dst, n), numbers("Copy", src, n))
}

func (ref) Fill(n int, v float64, dst backend.Buffer) {
	backend.Check("Fill", n)
	x := numbers("Fill", dst, n)
	for i := range x {
		x[i] = v
	}
}
