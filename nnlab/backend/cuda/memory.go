//go:build cuda

package cuda

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"sync"
	"unsafe"

	"gorgonia.org/cu"

	mem "github.com/nnlab-go/lab/internal/memory"
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

// Len is how many numbers there are: none where there was no memory for them.
func (b *buffer) Len() int {
	if b.memory.at == 0 {
		return 0
	}
	return b.n
}

// scalars are n float64 within a piece of memory.
type scalars struct {
	memory *memory
	at     cu.DevicePtr
	n      int
}

// Len is how many there are.
func (s *scalars) Len() int { return s.n }

// pool keeps memory that is free again, by size. Memory is asked of the driver in sizes
// that are few, so that a piece soon fits again. Pieces that nobody took for a while go back
// to the driver, for other programs on the card.
type pool struct {
	device *device
	mu     sync.Mutex
	free   map[shelf][]piece
	held   int64 // bytes that the driver has given, those that are free again included
	asked  int64 // bytes handed out since the garbage collector was last asked to look
	looks  int   // how often it was
}

// shelf is where pieces of a size are that are free. What kernels need for themselves has its
// own, so that in each step they find the same: else no step would come as the one before.
type shelf struct {
	size    int64
	scratch bool
}

func shelfOf(bytes int64, scratch bool) shelf { return shelf{class(bytes), scratch} }

// piece is memory that is free again since the garbage collector's looks-th look.
type piece struct {
	at    cu.DevicePtr
	looks int
}

// patience is how many bytes are handed out before the garbage collector, which does not
// see the device's memory, is told to look for buffers that nothing refers to.
const patience = 1 << 30

func (p *pool) init(d *device) { p.device, p.free = d, map[shelf][]piece{} }

// class is the size of the piece that holds n bytes: at most an eighth is wasted, and no more
// than 2 MiB, which is how much the driver takes of the card at a time.
func class(n int64) int64 {
	step := min(2<<20, max(512, int64(1)<<max(0, bits.Len64(uint64(n))-4)))
	return (n + step - 1) / step * step
}

// take returns memory for n bytes, or 0 where there is none, which Sync then says. Where the
// device has none left, the garbage collector looks for what models that are no more had, and
// the driver gets back what the pool keeps.
func (p *pool) take(purpose string, n int64, scratch bool) cu.DevicePtr {
	from := shelfOf(n, scratch)
	p.mu.Lock()
	p.asked += from.size
	look := p.asked > patience
	if look {
		p.asked = 0
		p.looks++
	}
	looks := p.looks
	p.mu.Unlock()
	if look {
		runtime.GC()
		p.giveBack(looks - 2)
	}
	at, err := p.find(from)
	for tries := 0; errors.Is(err, backend.ErrMemory) && tries < 3; tries++ {
		mem.Collect()
		p.giveBack(math.MaxInt)
		at, err = p.find(from)
	}
	if errors.Is(err, backend.ErrMemory) {
		free, total, _ := p.device.room()
		err = fmt.Errorf("%w for %s: %d bytes are wanted, and of %d there are %d free; a smaller batch or a smaller model needs less", err, purpose, n, total, free)
	}
	if err != nil {
		p.device.do("Alloc", func() error { return err })
	}
	return at
}

// errAbsent is said of a tensor that there was no memory for and that is used nevertheless.
var errAbsent = fmt.Errorf("%w for one of its tensors, when that was made; make the model anew", backend.ErrMemory)

// absent tells whether an argument points to memory that there was none of.
func (a argument) absent() bool { return a.memory != nil && a.memory.at == 0 }

// find returns a piece that is free, or a new one.
func (p *pool) find(from shelf) (at cu.DevicePtr, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if list := p.free[from]; len(list) > 0 {
		p.free[from] = list[:len(list)-1]
		return list[len(list)-1].at, nil
	}
	p.device.do("Alloc", func() error {
		at, err = cu.MemAlloc(from.size)
		return nil
	})
	if err == cu.OutOfMemory {
		return 0, backend.ErrMemory
	}
	if at != 0 {
		p.held += from.size
	}
	return at, err
}

// giveBack gives the driver the pieces that have been free since before a look.
func (p *pool) giveBack(before int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.device.do("Free", func() error {
		for from, list := range p.free {
			kept := list[:0]
			for i, old := range list {
				if old.looks >= before {
					kept = append(kept, old)
					continue
				}
				if err := cu.MemFree(old.at); err != nil {
					p.free[from] = append(kept, list[i+1:]...)
					return err
				}
				p.held -= from.size
			}
			p.free[from] = kept
		}
		return nil
	})
}

// give puts memory back. Kernels that still use it come before any that takes it next,
// since all are on one stream.
func (p *pool) give(n int64, scratch bool, at cu.DevicePtr) {
	if at == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	to := shelfOf(n, scratch)
	p.free[to] = append(p.free[to], piece{at, p.looks})
}

// new returns memory that goes back by itself, full of zeros.
func (d *device) new(purpose string, bytes int64) *memory {
	m := &memory{d.pool.take(purpose, bytes, false)}
	runtime.AddCleanup(m, func(at cu.DevicePtr) { d.pool.give(bytes, false, at) }, m.at)
	d.do("Alloc", func() error { return cu.MemsetD32Async(m.at, 0, ceil64(bytes, 4), d.stream) })
	return m
}

func ceil64(n, by int64) int64 { return (n + by - 1) / by }

// scratch hands f memory that is free again when f has put its kernels on their way.
func (d *device) scratch(bytes int, f func(at argument)) {
	at := d.pool.take("a kernel's room", int64(bytes), true)
	f(argument{bits: uint64(at)})
	d.pool.give(int64(bytes), true, at)
}

func (d *device) Alloc(n int) backend.Buffer { return d.AllocFor("a tensor", n) }

// AllocFor is Alloc for a purpose; see [backend.Purposeful].
func (d *device) AllocFor(purpose string, n int) backend.Buffer {
	backend.Check("Alloc", n)
	m := d.new(purpose, 4*int64(n))
	return &buffer{m, m.at, n}
}

// Room is what is free on the card and what this program has of it, without a sixteenth for
// the room that kernels need and for what lies between pieces.
func (d *device) Room() (bytes int64, of string, known bool) {
	d.pool.mu.Lock()
	defer d.pool.mu.Unlock()
	free, total, err := d.room()
	return (free + d.pool.held) / 16 * 15, "the memory of " + d.name + " that other programs leave", err == nil && total > 0
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

// receive waits for the device, and copies bytes from there.
func (d *device) receive(what string, bytes []byte, from argument) {
	d.do(what, func() error {
		if from.absent() {
			return errAbsent
		}
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
	d.mu.Lock()
	defer d.mu.Unlock()
	d.flush()
	if from.absent() || to.absent() {
		d.release()
		d.keep("Copy", errAbsent)
	}
	if d.err == nil {
		d.work(operation{bits: []uint64{to.bits, from.bits, 4 * uint64(n)}}, from, to)
	}
	runtime.KeepAlive([2]argument{from, to})
}

func (d *device) Fill(n int, v float64, dst backend.Buffer) {
	backend.Check("Fill", n)
	d.each("fill", n, whole(n), float(v), of("Fill", dst, n))
}
