package cpu

import (
	"fmt"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// buffer is float32 in host memory.
type buffer []float32

func (b buffer) Len() int { return len(b) }

// numbers returns the first n numbers of a buffer of this backend.
func numbers(kernel string, b backend.Buffer, n int) []float32 {
	x, ok := b.(buffer)
	if !ok {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of the backend cpu, got %T", b)})
	}
	if n > len(x) {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of at least %d numbers, got %d", n, len(x))})
	}
	return x[:n]
}

// optional is numbers for a buffer that may be nil.
func optional(kernel string, b backend.Buffer, n int) []float32 {
	if b == nil {
		return nil
	}
	return numbers(kernel, b, n)
}

// largeBuffer is how many bytes are asked large pages for.
const largeBuffer = 4 << 20

// aligned returns n zeros that begin at a cache line. Most memory does so by itself; only
// where it does not a little more is asked for, since Go has memory of certain sizes, and
// for a little more than a power of two one of up to a fifth more.
func aligned(n int) []float32 {
	x := make([]float32, n)
	if beforeLine(x) != 0 {
		x = make([]float32, n+lineNumbers-1)
		lo := beforeLine(x)
		x = x[lo : lo+n : lo+n]
	}
	if 4*n >= largeBuffer {
		onHugePages(x)
	}
	return x
}

// lineNumbers is how many numbers a cache line holds.
const lineNumbers = 64 / 4

// beforeLine is how many numbers of x stand before the first that begins a cache line.
func beforeLine(x []float32) int {
	if len(x) == 0 {
		return 0
	}
	return -(int(uintptr(unsafe.Pointer(&x[0])) / 4)) & (lineNumbers - 1)
}

func (*cpu) Alloc(n int) backend.Buffer {
	backend.Check("Alloc", n)
	return buffer(aligned(n))
}

// Wrap makes the cpu a [backend.Host].
func (*cpu) Wrap(values []float32) backend.Buffer { return buffer(values) }

// Unwrap makes the cpu a [backend.Host].
func (*cpu) Unwrap(b backend.Buffer) []float32 { return []float32(b.(buffer)) }

func (*cpu) Slice(b backend.Buffer, lo, hi int) backend.Buffer {
	backend.CheckSlice(lo, hi)
	return buffer(numbers("Slice", b, hi)[lo:])
}

func (*cpu) Upload(dst backend.Buffer, src []float32) {
	copy(numbers("Upload", dst, len(src)), src)
}

func (*cpu) Download(dst []float32, src backend.Buffer) {
	copy(dst, numbers("Download", src, len(dst)))
}

func (c *cpu) Copy(n int, src, dst backend.Buffer) {
	backend.Check("Copy", n)
	c.run(job{part: copyPart, n: n, grain: moveGrain, a: numbers("Copy", src, n), b: numbers("Copy", dst, n)})
}

func copyPart(j *job, s span) { copy(s.of(j.b), s.of(j.a)) }

func (c *cpu) Fill(n int, v float64, dst backend.Buffer) {
	backend.Check("Fill", n)
	c.run(job{part: fillPart, n: n, grain: moveGrain, alpha: float32(v), a: numbers("Fill", dst, n)})
}

func fillPart(j *job, s span) { j.kernels.fill(s.of(j.a), j.alpha) }

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}
