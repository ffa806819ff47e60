//go:build linux

package remote

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// buffer is n numbers in the other process, under a number that they have there.
type buffer struct {
	of     *client
	number uint64
	n      int
	absent bool // there was no memory
}

// Len is how many numbers there are: none where it is known that there was no memory for them.
func (b *buffer) Len() int {
	if b.absent {
		return 0
	}
	return b.n
}

// scalars are n float64 there.
type scalars struct {
	of     *client
	number uint64
	n      int
}

// Len is how many there are.
func (s *scalars) Len() int { return s.n }

// register gives a new thing a number, which the thing gives back when nothing refers to it.
// The caller holds the lock.
func register[T any](c *client, thing *T) uint64 {
	var n uint64
	if last := len(c.free) - 1; last >= 0 {
		n, c.free = c.free[last], c.free[:last]
	} else {
		c.last++
		n = c.last
	}
	runtime.AddCleanup(thing, c.fallen.drop, n)
	return n
}

func (r *remote) Alloc(n int) backend.Buffer { return r.AllocFor("a tensor", n) }

// AllocFor is Alloc for a purpose; see [backend.Purposeful]. Of few numbers it does not wait to
// hear whether there is memory for them: what Sync says is all that tells.
func (r *remote) AllocFor(purpose string, n int) backend.Buffer {
	backend.Check("Alloc", n)
	bytes := 4 * int64(n)
	if r.patient(bytes) {
		r.collect()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b := &buffer{of: r.client, n: n}
	b.number = register(r.client, b)
	r.alloc(b, purpose, false)
	if bytes >= checked && r.refused(b) {
		r.mu.Unlock()
		r.collect() // what nothing refers to here takes room there
		r.mu.Lock()
		r.alloc(b, purpose, true)
		b.absent = r.refused(b)
	}
	return b
}

// alloc asks for the memory of a buffer. Of the last try a failure is left for Sync. The
// caller holds the lock.
func (c *client) alloc(b *buffer, purpose string, last bool) {
	c.put(opAlloc, []argument{{bits: b.number}, whole(b.n), truth(last)}, []byte(purpose))
}

// refused waits and tells whether there was no memory for the buffer that alloc asked for.
func (c *client) refused(b *buffer) bool {
	reply := c.answer([]argument{{thing: b}})
	return reply != nil && wordOf(reply) == 0
}

// patient counts bytes, and tells whether it is time to look for what has fallen.
func (c *client) patient(bytes int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked += bytes; c.asked < patience {
		return false
	}
	c.asked = 0
	return true
}

// of returns a buffer of at least n numbers as an argument.
func (r *remote) of(kernel string, b backend.Buffer, n int) argument {
	x, ok := b.(*buffer)
	if !ok || x == nil || x.of != r.client {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of the backend %s, got %T", r.name, b)})
	}
	if n > x.n {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected a buffer of at least %d numbers, got %d", n, x.n)})
	}
	return argument{x.number, x}
}

// optional is of for a buffer that may be nil.
func (r *remote) optional(kernel string, b backend.Buffer, n int) argument {
	if b == nil {
		return argument{}
	}
	return r.of(kernel, b, n)
}

// scalars returns scalars, of which there are at least n, as an argument.
func (r *remote) scalars(kernel string, s backend.Scalars, n int) argument {
	backend.Check(kernel, n)
	x, ok := s.(*scalars)
	if !ok || x == nil || x.of != r.client {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected scalars of the backend %s, got %T", r.name, s)})
	}
	if n > x.n {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected at least %d scalars, got %d", n, x.n)})
	}
	return argument{x.number, x}
}

// control is scalars for a control, which may be nil.
func (r *remote) control(kernel string, s backend.Scalars) argument {
	if s == nil {
		return argument{}
	}
	return r.scalars(kernel, s, backend.ControlSize)
}

// whole, float and truth are arguments that are numbers.
func whole(n int) argument     { return argument{bits: uint64(n)} }
func float(v float64) argument { return argument{bits: math.Float64bits(v)} }

func truth(is bool) argument {
	if is {
		return whole(1)
	}
	return whole(0)
}

func (r *remote) Slice(b backend.Buffer, lo, hi int) backend.Buffer {
	backend.CheckSlice(lo, hi)
	from := r.of("Slice", b, hi)
	r.mu.Lock()
	defer r.mu.Unlock()
	part := &buffer{of: r.client, n: hi - lo, absent: b.(*buffer).absent}
	part.number = register(r.client, part)
	r.put(opSlice, []argument{{bits: part.number}, from, whole(lo), whole(hi)}, nil)
	runtime.KeepAlive(from)
	return part
}

func (r *remote) Upload(dst backend.Buffer, src []float32) {
	to := r.of("Upload", dst, len(src))
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes := bytesOf(src)
	for at := 0; at < len(bytes); at += chunk {
		r.put(opUpload, []argument{to, whole(at / 4)}, bytes[at:min(at+chunk, len(bytes))])
	}
	runtime.KeepAlive(to)
}

func (r *remote) Download(dst []float32, src backend.Buffer) {
	from := r.of("Download", src, len(dst))
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes := bytesOf(dst)
	for at := 0; at < len(bytes); at += replyBytes {
		part := bytes[at:min(at+replyBytes, len(bytes))]
		copy(part, r.ask(opDownload, from, whole(at/4), whole(len(part)/4)))
	}
}

// bytesOf are the bytes of numbers.
func bytesOf[T float32 | float64](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(*new(T))))
}

func (r *remote) Scalars(n int) backend.Scalars {
	backend.Check("Scalars", n)
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &scalars{of: r.client, n: n}
	s.number = register(r.client, s)
	r.put(opScalars, []argument{{bits: s.number}, whole(n)}, nil)
	return s
}

func (r *remote) SliceScalars(s backend.Scalars, lo, hi int) backend.Scalars {
	backend.CheckSlice(lo, hi)
	from := r.scalars("SliceScalars", s, hi)
	r.mu.Lock()
	defer r.mu.Unlock()
	part := &scalars{of: r.client, n: hi - lo}
	part.number = register(r.client, part)
	r.put(opSliceScalars, []argument{{bits: part.number}, from, whole(lo), whole(hi)}, nil)
	runtime.KeepAlive(from)
	return part
}

func (r *remote) ReadScalars(dst []float64, s backend.Scalars) {
	from := r.scalars("ReadScalars", s, len(dst))
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes := bytesOf(dst)
	if len(bytes) > replyBytes {
		panic(backend.Error{Kernel: "ReadScalars", Detail: fmt.Sprintf("expected at most %d scalars at once, got %d", replyBytes/8, len(dst))})
	}
	copy(bytes, r.ask(opReadScalars, from, whole(len(dst))))
}

// number asks for one number.
func (r *remote) number(kernel string, o op, n int, x backend.Buffer) float64 {
	backend.Check(kernel, n)
	from := r.of(kernel, x, n)
	r.mu.Lock()
	defer r.mu.Unlock()
	if reply := r.ask(o, whole(n), from); reply != nil {
		return math.Float64frombits(wordOf(reply))
	}
	return math.NaN()
}

// ticketOf are the arguments that a ticket becomes.
func ticketOf(t backend.Ticket) []argument {
	return []argument{{bits: t[0]}, {bits: t[1]}, {bits: t[2]}}
}

// Leave leaves a buffer for a cell to come; see [backend.Shelf].
func (r *remote) Leave(t backend.Ticket, b backend.Buffer) {
	r.call(opLeave, append(ticketOf(t), r.of("Leave", b, 1))...)
}

// Take returns a buffer that a cell before has left, where it is there still.
func (r *remote) Take(t backend.Ticket, n int) (backend.Buffer, bool) {
	backend.Check("Take", n)
	r.mu.Lock()
	defer r.mu.Unlock()
	b := &buffer{of: r.client, n: n}
	b.number = register(r.client, b)
	reply := r.ask(opTake, append(ticketOf(t), argument{b.number, b}, whole(n))...)
	if reply == nil || wordOf(reply) == 0 {
		return nil, false
	}
	return b, true
}

// KeepVariable is what a notebook keeps of a buffer: its numbers.
func (b *buffer) KeepVariable() (any, error) {
	values := make([]float32, b.n)
	r := &remote{client: b.of}
	return values, r.Still(func() error {
		r.Download(values, b)
		return r.Sync()
	})
}

// RestoreVariable brings the numbers back.
func (b *buffer) RestoreVariable(state any) error {
	values, _ := state.([]float32)
	if len(values) == 0 {
		return fmt.Errorf("not a buffer: %T", state)
	}
	d, err := Kernel()
	if err != nil {
		return err
	}
	r := d.(*remote)
	b.of, b.n = r.client, len(values)
	r.mu.Lock()
	b.number = register(r.client, b)
	r.alloc(b, "a notebook's variable", true)
	r.mu.Unlock()
	r.Upload(b, values)
	return r.Sync()
}

// KeepVariable refuses scalars: they are a training's own.
func (s *scalars) KeepVariable() (any, error) {
	return nil, errors.New("scalars of a GPU are not kept; read them with ReadScalars")
}

// RestoreVariable is never asked to.
func (s *scalars) RestoreVariable(any) error { return errors.New("scalars of a GPU are not kept") }
