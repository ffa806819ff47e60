//go:build linux

package remote

import (
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"runtime"
	"sync"

	"github.com/nnlab-go/lab/internal/memory"
	"github.com/nnlab-go/lab/nnlab/backend"
)

// calls and table are the two sides of the language that the line carries; launches is both of
// its part for kernels that a user writes, and watches of that for watches.
//
//go:embed calls.go
var calls string

//go:embed table.go
var table string

//go:embed written.go
var launches string

//go:embed watch.go
var watches string

// version is that of the language: a program and the process with the GPU may have been
// built from sources that differ.
func version() uint64 {
	h := fnv.New64a()
	for _, text := range [...]string{calls, table, launches, watches} {
		h.Write([]byte(text))
	}
	return h.Sum64()
}

// remote implements [backend.Backend], [backend.Compiler], [backend.Device], [backend.Purposeful],
// [backend.Shelf], [backend.Still], [backend.Stopwatch] and [backend.TensorCores].
type remote struct {
	*client
	tf32 bool // products and convolutions are computed on tensor cores
}

// client is this program's end of a line.
type client struct {
	mu     sync.Mutex
	line   *line
	at     uint64 // words put on the line
	err    error  // why there is no line any more
	name   string
	device string

	last   uint64   // number given to a thing; 0 is none
	free   []uint64 // numbers that can be given again
	asked  int64    // bytes asked for since the garbage collector was last told to look
	fallen fallen
}

// fallen are the numbers of things that nothing refers to any more.
type fallen struct {
	mu      sync.Mutex
	numbers []uint64
}

// drop notes that nothing refers to a thing any more.
func (f *fallen) drop(number uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.numbers = append(f.numbers, number)
}

func (f *fallen) take() []uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	numbers := f.numbers
	f.numbers = nil
	return numbers
}

// patience is how many bytes are asked for before the garbage collector, which does not
// see memory of another process, is told to look for buffers that nothing refers to.
const patience = 1 << 30

// checked is how many bytes an Alloc asks for that waits to hear whether there are so many.
const checked = 1 << 20

// argument is a word of a call, and the thing that it names, which must not fall before
// the call is on its way.
type argument struct {
	bits  uint64
	thing any
}

// words is the most that a call has.
const words = 64

// call puts a call on the line.
func (c *client) call(o op, args ...argument) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(o, args, nil)
	runtime.KeepAlive(args)
}

// put is call with bytes behind the arguments. The caller holds the lock.
func (c *client) put(o op, args []argument, bytes []byte) {
	if !c.line.still { // whoever notes what has fallen may have been stopped
		for _, number := range c.fallen.take() {
			c.write(opFree, []argument{{bits: number}}, nil)
			c.free = append(c.free, number)
		}
	}
	c.write(o, args, bytes)
}

func (c *client) write(o op, args []argument, bytes []byte) {
	if c.err != nil {
		return
	}
	var record [words]uint64
	for i, a := range args {
		record[i] = a.bits
	}
	if c.at, c.err = c.line.put(c.at, o, record[:len(args)], bytes); c.err != nil {
		c.err = c.ended(c.err)
	}
}

// ask puts a call on the line and waits until its answer is there, which is valid as long
// as the caller holds the lock; it returns nil where the line has ended.
func (c *client) ask(o op, args ...argument) []byte {
	c.put(o, args, nil)
	return c.answer(args)
}

// answer waits for the answer to the last call, as ask does.
func (c *client) answer(args []argument) []byte {
	if c.err == nil {
		if err := c.line.wait(ofClient, c.line.head, c.at); err != nil {
			c.err = c.ended(err)
		}
	}
	runtime.KeepAlive(args)
	if c.err != nil {
		return nil
	}
	return c.line.reply
}

// kind is an error that is, by errors.Is, one of package backend's.
type kind struct {
	error
	is error
}

func (k kind) Is(target error) bool { return target == k.is }

func (c *client) ended(cause error) error {
	return kind{fmt.Errorf("%s: the process that computes on %s has ended (%w), and with it what was there; run the cell again, which starts another", c.name, c.device, cause), backend.ErrLost}
}

// Still runs f while no other goroutine runs, nor may (see nnlab/vars): what f calls waits
// without Go's scheduler. It is an error when another goroutine has been stopped in a call.
func (c *client) Still(f func() error) error {
	if !c.mu.TryLock() {
		return errors.New("it computes in another goroutine")
	}
	c.line.still = true
	c.mu.Unlock()
	err := f()
	c.line.still = false
	return err
}

// Name is that of the backend in the other process.
func (c *client) Name() string { return c.name }

// Device is what it computes on.
func (r *remote) Device() string {
	if r.tf32 {
		return r.device + ", TF32"
	}
	return r.device
}

// TF32 is the backend whose products and convolutions the other process computes on tensor
// cores.
func (r *remote) TF32() (backend.Backend, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reply := r.ask(opTF32)
	if reply == nil {
		return nil, r.err
	}
	if err := readFailure(reply); err != nil {
		return nil, err
	}
	return &remote{r.client, true}, nil
}

// Room is how many bytes this program may have there, by what the other process says.
func (c *client) Room() (bytes int64, of string, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reply := c.ask(opRoom)
	if reply == nil || wordOf(reply) == 0 {
		return 0, "", false
	}
	of, _ = textOf(reply[16:])
	return int64(wordOf(reply[8:])), of, true
}

// Sync waits until all calls have been served and returns the first failure since the
// last Sync. Where the other process has ended, every Sync says so.
func (c *client) Sync() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	reply := c.ask(opSync)
	if reply == nil {
		return c.err
	}
	return readFailure(reply)
}

// What an answer to Sync begins with.
const (
	failedNot = iota
	failedKernel
	failedMemory
	failedDevice
	failedForGood
)

// writeFailure writes why something failed, which may be nil, and whether the device has
// outlived it.
func writeFailure(reply []byte, err error, alive bool) {
	e, ofKernel := err.(backend.Error)
	switch {
	case err == nil:
		setWord(reply, failedNot)
	case !alive:
		setWord(reply, failedForGood)
		setText(reply[8:], err.Error())
	case ofKernel:
		setWord(reply, failedKernel)
		setText(setText(reply[8:], e.Kernel), e.Detail)
	case errors.Is(err, backend.ErrMemory):
		setWord(reply, failedMemory)
		setText(reply[8:], err.Error())
	default:
		setWord(reply, failedDevice)
		setText(reply[8:], err.Error())
	}
}

func readFailure(reply []byte) error {
	what := wordOf(reply)
	first, rest := textOf(reply[8:])
	switch what {
	case failedKernel:
		detail, _ := textOf(rest)
		return backend.Error{Kernel: first, Detail: detail}
	case failedMemory:
		return kind{errors.New(first), backend.ErrMemory}
	case failedDevice:
		return errors.New(first)
	case failedForGood:
		return kind{errors.New(first), backend.ErrLost}
	}
	return nil
}

// collect looks for what nothing refers to here, where other goroutines may run.
func (c *client) collect() {
	if !c.line.still {
		memory.Collect()
	}
}

// KeepVariable is what a notebook keeps of the backend of a variable (see nnlab/vars):
// that it is this kernel's, and whether it computes on tensor cores.
func (r *remote) KeepVariable() (any, error) { return r.tf32, nil }

// RestoreVariable connects anew.
func (r *remote) RestoreVariable(kept any) error {
	b, err := Kernel()
	if tf32, _ := kept.(bool); tf32 && err == nil {
		b, err = b.(*remote).TF32()
	}
	if err == nil {
		*r = *b.(*remote)
	}
	return err
}
