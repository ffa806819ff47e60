//go:build linux

package remote

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// The memory that is shared: a page of counters, a ring of calls, a page and more for
// answers. A record of the ring is a word with the call and the number of its words, then
// these. None goes across the end: a record without a call fills what is left there.
const (
	ringWords  = 2 << 20 // 16 MiB
	replyBytes = 1 << 20
	page       = 4096
	lineBytes  = page + 8*ringWords + replyBytes
	chunk      = 1 << 20 // bytes that one record brings
)

// The two that wait for each other.
const (
	ofServer = iota
	ofClient
)

// line is one end of it.
type line struct {
	tail, head *atomic.Uint64    // words put, words served, since the beginning
	asleep     [2]*atomic.Uint32 // who waits for a byte of the socket
	ring       []uint64
	reply      []byte
	socket     *os.File
	fd         int  // of the socket
	still      bool // Go's scheduler must not hear of any wait
	bytes      [64]byte
}

// newLine lays out memory that both have.
func newLine(memory []byte, socket *os.File, fd int) *line {
	at := func(offset int) unsafe.Pointer { return unsafe.Pointer(&memory[offset]) }
	// A counter has a cache line of its own.
	return &line{tail: (*atomic.Uint64)(at(0)), head: (*atomic.Uint64)(at(128)),
		asleep: [2]*atomic.Uint32{(*atomic.Uint32)(at(256)), (*atomic.Uint32)(at(384))},
		ring:   unsafe.Slice((*uint64)(at(page)), ringWords), reply: memory[page+8*ringWords:], socket: socket, fd: fd}
}

// awake is how long one looks for the other's work before it sleeps: about what it takes
// to be woken.
const awake = 50 * time.Microsecond

// alone is whether looking keeps the other from working.
var alone = runtime.NumCPU() == 1

// wait returns when a counter has come to a number, or an error when the other has ended.
func (l *line) wait(who int, counter *atomic.Uint64, to uint64) error {
	began := time.Time{}
	for {
		for range 100 {
			if counter.Load() >= to {
				return nil
			}
		}
		if began.IsZero() {
			began = time.Now()
		}
		if !alone && time.Since(began) < awake {
			continue
		}
		// The other wakes whom it sees asleep when it has moved the counter. A byte that
		// comes too late wakes the next sleep for nothing.
		l.asleep[who].Store(1)
		if counter.Load() >= to {
			l.asleep[who].Store(0)
			return nil
		}
		if err := l.sleep(); err != nil {
			return err
		}
	}
}

// sleep sleeps until the other sends a byte, or has ended. Where the scheduler must not
// hear of it, it sleeps a hundredth of a second at most.
func (l *line) sleep() error {
	if !l.still {
		_, err := l.socket.Read(l.bytes[:])
		return err
	}
	until := syscall.Timespec{Nsec: 10e6}
	ready := pollFD{fd: int32(l.fd), events: pollIn}
	syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&ready)), 1, uintptr(unsafe.Pointer(&until)), 0, 0, 0)
	n, _, failed := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(l.fd), uintptr(unsafe.Pointer(&l.bytes)), uintptr(len(l.bytes)), syscall.MSG_DONTWAIT, 0, 0)
	switch {
	case failed == syscall.EAGAIN || failed == syscall.EINTR:
		return nil
	case failed != 0:
		return failed
	case n == 0:
		return io.EOF
	}
	return nil
}

// wake wakes the other where it sleeps. That it has ended shows when one waits for it; that
// the socket is full means that it has bytes to wake it. The system call never waits, so
// that the scheduler need not hear of it.
func (l *line) wake(other int) {
	if l.asleep[other].Load() == 1 && l.asleep[other].CompareAndSwap(1, 0) {
		one := byte(1)
		syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(l.fd), uintptr(unsafe.Pointer(&one)), 1, syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
	}
}

// put puts a record behind those that end at a word, and returns where it ends.
func (l *line) put(at uint64, o op, args []uint64, bytes []byte) (uint64, error) {
	n := uint64(1 + len(args))
	if bytes != nil {
		n += 1 + uint64(len(bytes)+7)/8
	}
	place := at % ringWords
	if left := ringWords - place; left < n {
		if err := l.room(at + left); err != nil {
			return at, err
		}
		l.ring[place] = record(opNone, left)
		at, place = at+left, 0
	}
	if err := l.room(at + n); err != nil {
		return at, err
	}
	l.ring[place] = record(o, n)
	copy(l.ring[place+1:], args)
	if bytes != nil {
		behind := l.ring[place+1+uint64(len(args)):]
		behind[0] = uint64(len(bytes))
		copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(behind[1:]))), 8*(len(behind)-1)), bytes)
	}
	l.tail.Store(at + n)
	l.wake(ofServer)
	return at + n, nil
}

// room waits until records up to a word do not lie on any that is not served.
func (l *line) room(end uint64) error {
	if end <= ringWords {
		return nil
	}
	return l.wait(ofClient, l.head, end-ringWords)
}

func record(o op, n uint64) uint64 { return uint64(o) | n<<16 }

// next waits for the record at a word, and returns its call, its words and where it ends.
func (l *line) next(at uint64) (o op, args []uint64, end uint64, err error) {
	if err := l.wait(ofServer, l.tail, at+1); err != nil {
		return 0, nil, at, err
	}
	place := at % ringWords
	first := l.ring[place]
	o, n := op(first&0xffff), first>>16
	if n < 1 || n > ringWords-place || o >= ops {
		return 0, nil, at, fmt.Errorf("a record of %d words with the call %d", n, o)
	}
	return o, l.ring[place+1 : place+n], at + n, nil
}

// served tells the client that all records up to a word are.
func (l *line) served(end uint64) {
	l.head.Store(end)
	l.wake(ofClient)
}

// Words and texts of an answer.

func wordOf(b []byte) uint64     { return binary.LittleEndian.Uint64(b) }
func setWord(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }

// setText writes a text, or its beginning, and returns what is behind it.
func setText(b []byte, s string) []byte {
	n := min(len(s), replyBytes/4)
	setWord(b, uint64(n))
	return b[8+copy(b[8:], s[:n]):]
}

func textOf(b []byte) (text string, rest []byte) {
	n := min(wordOf(b), replyBytes/4)
	return string(b[8 : 8+n]), b[8+n:]
}
