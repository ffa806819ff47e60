//go:build cuda

package cuda

import (
	"fmt"
	"math/bits"
	"runtime"
	"sync"
	"unsafe"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// memory is a piece of the device's, which goes back to the pool when nothing refers to
// it any more.
type memory struct{ at cu.DevicePtr }

// buffer is n numbers within a piece of memory.
type buffer struct {
	memory *memory
	at     cu.DevicePtr
	n      int
}

// Len is how many numbers there are.
func (b *buffer) Len() int { return b.n }

// scalars are n float64 within a piece of memory.
type scalars struct {
	memory *memory
	at     cu.DevicePtr
	n      int
}

// Len is how many there are.
func (s *scalars) Len() int { return s.n }

// pool keeps memory that is free again, by size. Memory is asked of the driver in sizes
// that are few, so that a piece soon fits again.
type pool struct {
	device *device
	mu     sync.Mutex
	free   map[int64][]cu.DevicePtr
	held   int64 // bytes that the driver has given
	asked  int64 // bytes handed out since the garbage collector was last asked to look
}

// patience is how many bytes are handed out before the garbage collector, which does not
// see the device's memory, is told to look for buffers that nothing refers to.
const patience = 1 << 30

func (p *pool) init(d *device) { p.device, p.free = d, map[int64][]cu.DevicePtr{} }

// class is the size of the piece that holds n bytes: at most an eighth is wasted.
func class(n int64) int64 {
	step := max(512, int64(1)<<max(0, bits.Len64(uint64(n))-4))
	return (n + step - 1) / step * step
}

// take returns memory for n bytes. Where the device has none left, the driver gets back what
// the pool keeps, and is asked again.
func (p *pool) take(n int64) cu.DevicePtr {
	size := class(n)
	p.mu.Lock()
	p.asked += size
	look := p.asked > patience
	if look {
		p.asked = 0
	}
	p.mu.Unlock()
	if look {
		runtime.GC()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if list := p.free[size]; len(list) > 0 {
		at := list[len(list)-1]
		p.free[size] = list[:len(list)-1]
		return at
	}
	var at cu.DevicePtr
	p.device.do("Alloc", func() (err error) {
		if at, err = cu.MemAlloc(size); err == nil {
			p.held += size
			return nil
		}
		for size, list := range p.free {
			for _, old := range list {
				if err := cu.MemFree(old); err != nil {
					return err
				}
				p.held -= size
			}
			delete(p.free, size)
		}
		if at, err = cu.MemAlloc(size); err != nil {
			free, total, _ := cu.MemInfo()
			return fmt.Errorf("%d bytes are wanted, and of %d there are %d free: %w; a smaller batch needs less", n, total, free, err)
		}
		p.held += size
		return nil
	})
	return at
}

// give puts memory back. Kernels that still use it come before any that takes it next,
// since all are on one stream.
func (p *pool) give(n int64, at cu.DevicePtr) {
	if at == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free[class(n)] = append(p.free[class(n)], at)
}

// new returns memory that goes back by itself, full of zeros.
func (d *device) new(bytes int64) *memory {
	m := &memory{d.pool.take(bytes)}
	runtime.AddCleanup(m, func(at cu.DevicePtr) { d.pool.give(bytes, at) }, m.at)
	d.do("Alloc", func() error { return cu.MemsetD32Async(m.at, 0, ceil64(bytes, 4), cu.Stream{}) })
	return m
}

func ceil64(n, by int64) int64 { return (n + by - 1) / by }

// scratch hands f memory that is free again when f has put its kernels on their way.
func (d *device) scratch(bytes int, f func(at argument)) {
	at := d.pool.take(int64(bytes))
	f(argument{bits: uint64(at)})
	d.pool.give(int64(bytes), at)
}

func (d *device) Alloc(n int) backend.Buffer {
	backend.Check("Alloc", n)
	m := d.new(4 * int64(n))
	return &buffer{m, m.at, n}
}

// of returns where the first n numbers of a buffer of this backend are.
func of(kernel string, b backend.Buffer, n int) argument {
	x, ok := b.(*buffer)
	if !ok || x == nil {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of the backend cuda, got %T", b)})
	}
	if n > x.n {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of at least %d numbers, got %d", n, x.n)})
	}
	return argument{uint64(x.at), x.memory}
}

// optional is of for a buffer that may be nil.
func optional(kernel string, b backend.Buffer, n int) argument {
	if b == nil {
		return argument{}
	}
	return of(kernel, b, n)
}

func (d *device) Slice(b backend.Buffer, lo, hi int) backend.Buffer {
	backend.CheckSlice(lo, hi)
	of("Slice", b, hi)
	x := b.(*buffer)
	return &buffer{x.memory, x.at + cu.DevicePtr(4*lo), hi - lo}
}

func (d *device) Upload(dst backend.Buffer, src []float32) {
	to := of("Upload", dst, len(src))
	d.send("Upload", to, bytesOf(src))
}

func (d *device) Download(dst []float32, src backend.Buffer) {
	from := of("Download", src, len(dst))
	d.receive("Download", bytesOf(dst), from)
}

// bytesOf are the bytes of numbers.
func bytesOf[T float32 | float64](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(*new(T))))
}

// staging is how many bytes go to the device, or come from there, at once.
const staging = 1 << 20

// send copies bytes to the device. They go through memory that the device reaches itself,
// which C gave: what belongs to Go may be part of something that has pointers, which cgo
// refuses.
func (d *device) send(what string, to argument, bytes []byte) {
	d.do(what, func() error {
		for at := 0; at < len(bytes); at += staging {
			n := copy(d.staged, bytes[at:])
			if err := cu.MemcpyHtoD(to.behind(at).pointer(), unsafe.Pointer(unsafe.SliceData(d.staged)), int64(n)); err != nil {
				return err
			}
		}
		return nil
	})
	runtime.KeepAlive(to)
}

// receive waits for the device, and copies bytes from there.
func (d *device) receive(what string, bytes []byte, from argument) {
	d.do(what, func() error {
		for at := 0; at < len(bytes); at += staging {
			n := min(staging, len(bytes)-at)
			if err := cu.MemcpyDtoH(unsafe.Pointer(unsafe.SliceData(d.staged)), from.behind(at).pointer(), int64(n)); err != nil {
				return err
			}
			copy(bytes[at:], d.staged[:n])
		}
		return nil
	})
	runtime.KeepAlive(from)
}

func (d *device) Copy(n int, src, dst backend.Buffer) {
	backend.Check("Copy", n)
	from, to := of("Copy", src, n), of("Copy", dst, n)
	d.do("Copy", func() error {
		return cu.MemcpyDtoDAsync(to.pointer(), from.pointer(), 4*int64(n), cu.Stream{})
	})
	runtime.KeepAlive([2]argument{from, to})
}

func (d *device) Fill(n int, v float64, dst backend.Buffer) {
	backend.Check("Fill", n)
	d.each("fill", n, whole(n), float(v), of("Fill", dst, n))
}
