//go:build linux

package remote

import (
	"errors"
	"fmt"
	"io"
	"math"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// What a client is told before the first call, each with quoted texts behind it.
const (
	saying  = "say"  // a text for people
	failing = "fail" // why it will not be served
	serving = "ok"   // the backend's name and its device
)

// Say tells a client that waits to be served what it waits for.
func Say(w io.Writer, text string) { fmt.Fprintf(w, "%s %q\n", saying, text) }

// Fail tells a client why it will not be served.
func Fail(w io.Writer, err error) { fmt.Fprintf(w, "%s %q\n", failing, err.Error()) }

// session is a client's.
type session struct {
	*server
	line   *line
	tf32   backend.Backend // the backend with tensor cores, once it was asked for
	things []any           // by their numbers
	left   []left          // in the order of Leave
	err    error           // the first failure since the last Sync
	lost   error           // why the device cannot be used any more
}

// most is how many things a client may have.
const most = 1 << 22

// run serves calls until the client ends.
func (s *session) run() {
	for at := uint64(0); ; {
		o, args, end, err := s.line.next(at)
		if err != nil {
			s.putAway()
			return
		}
		s.serve(o, &reader{s.things, args})
		s.line.served(end)
		if at = end; s.lost != nil {
			s.end(s.lost) // the next client gets another process
		}
	}
}

// serve serves a call and keeps its failure.
func (s *session) serve(o op, r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		switch e := recover().(type) {
		case nil:
		case backend.Error:
			s.keep(e)
		default:
			s.keep(fmt.Errorf("%s: %v", s.backend.Name(), e))
		}
	}()
	if !o.harmless() {
		s.left = nil
	}
	b := s.backend
	if o >= opGemmTF32 {
		if b, o = s.tf32, o-opGemmTF32+opGemm; b == nil {
			panic(errors.New("tensor cores, which nobody has asked for"))
		}
	}
	if k := kernels[o]; k != nil {
		k(b, r)
		return
	}
	s.answer(o, r)
}

func (s *session) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

// answer serves what makes and frees things, moves numbers, and returns some.
func (s *session) answer(o op, r *reader) {
	b, reply := s.backend, s.line.reply
	switch o {
	case opFree:
		s.set(r.bits(), nil)
	case opAlloc:
		s.alloc(r.bits(), r.whole(), r.truth(), r.text())
	case opSlice:
		number, from := r.bits(), r.buffer()
		s.set(number, b.Slice(from, r.whole(), r.whole()))
	case opUpload:
		to, lo := r.buffer(), r.whole()
		values := r.floats()
		b.Upload(b.Slice(to, lo, lo+len(values)), values)
	case opDownload:
		from, lo, n := r.buffer(), r.whole(), r.whole()
		b.Download(numbers[float32](reply, n), b.Slice(from, lo, lo+n))
	case opScalars:
		number := r.bits()
		s.set(number, b.Scalars(r.whole()))
	case opSliceScalars:
		number, from := r.bits(), r.scalars()
		s.set(number, b.SliceScalars(from, r.whole(), r.whole()))
	case opReadScalars:
		from, n := r.scalars(), r.whole()
		b.ReadScalars(numbers[float64](reply, n), from)
	case opSync:
		s.sync()
	case opRoom:
		setWord(reply, 0)
		if d, ok := b.(backend.Device); ok {
			if bytes, of, known := d.Room(); known {
				setWord(reply, 1)
				setWord(reply[8:], uint64(bytes))
				setText(reply[16:], of)
			}
		}
	case opLeave:
		s.leave(r.ticket(), r.bits())
	case opTake:
		s.take(r.ticket(), r.bits(), r.whole())
	case opTF32:
		var err error
		s.tf32, err = tensorCores(b)
		writeFailure(reply, err, true)
	case opCompile:
		s.compile(r.bits(), r.text())
	case opLaunch:
		s.launch(r)
	case opWatch:
		s.watch(r.bits())
	case opMark:
		watchOf(r).Mark()
	case opLaps:
		s.laps(r)
	case opSum:
		number(reply, b.Sum, r)
	case opSumAbs:
		number(reply, b.SumAbs, r)
	case opSumSquares:
		number(reply, b.SumSquares, r)
	case opNonFinite:
		number(reply, func(n int, x backend.Buffer) float64 { return float64(b.NonFinite(n, x)) }, r)
	}
}

// tensorCores is the backend with tensor cores, or why there are none.
func tensorCores(b backend.Backend) (backend.Backend, error) {
	if c, ok := b.(backend.TensorCores); ok {
		return c.TF32()
	}
	return nil, fmt.Errorf("%s has no tensor cores", b.Name())
}

// numbers are the first n of an answer.
func numbers[T float32 | float64](reply []byte, n int) []T {
	size := int(unsafe.Sizeof(*new(T)))
	if n < 0 || n > len(reply)/size {
		panic(fmt.Errorf("an answer of %d numbers", n))
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&reply[0])), n)
}

// number answers with the number of a reduction, or with NaN when it fails.
func number(reply []byte, f func(n int, x backend.Buffer) float64, r *reader) {
	setWord(reply, math.Float64bits(math.NaN()))
	setWord(reply, math.Float64bits(f(r.whole(), r.buffer())))
}

// set gives a number to a thing.
func (s *session) set(number uint64, thing any) {
	if number >= most {
		panic(fmt.Errorf("the number %d of a buffer", number))
	}
	for uint64(len(s.things)) <= number {
		s.things = append(s.things, nil)
	}
	s.things[number] = thing
}

// alloc allocates. Whether there is memory for much is found out at once; where there is
// none the answer is 0, and the last try of a client leaves its failure for Sync.
func (s *session) alloc(number uint64, n int, last bool, purpose string) {
	alloc := func() backend.Buffer {
		if b, ok := s.backend.(backend.Purposeful); ok {
			return b.AllocFor(purpose, n)
		}
		return s.backend.Alloc(n)
	}
	if 4*int64(n) < checked {
		b := alloc()
		if b.Len() < n && s.shelf.empty() {
			if err := s.backend.Sync(); !errors.Is(err, backend.ErrMemory) {
				s.keep(err)
			}
			b = alloc()
		}
		s.set(number, b)
		return
	}
	s.set(number, nil)
	setWord(s.line.reply, 0)
	if err := s.backend.Sync(); err != nil { // of a call before
		s.keep(err)
	}
	b := alloc()
	err := s.backend.Sync()
	if errors.Is(err, backend.ErrMemory) && s.shelf.empty() {
		b = alloc()
		err = s.backend.Sync()
	}
	if err == nil || b.Len() < n { // a buffer without numbers, which kernels refuse in the backend's words
		s.set(number, b)
	}
	if err == nil {
		setWord(s.line.reply, 1)
	} else if last {
		s.keep(err)
	}
}

// sync answers with the first failure, and finds out whether the device has outlived it.
func (s *session) sync() {
	failed := s.backend.Sync()
	if failed != nil {
		s.keep(failed)
	}
	if _, ofKernel := failed.(backend.Error); failed != nil && !ofKernel && !errors.Is(failed, backend.ErrMemory) {
		if err := probe(s.backend); err != nil {
			s.lost = fmt.Errorf("the device is lost: %w", failed)
		}
	}
	writeFailure(s.line.reply, s.err, s.lost == nil)
	s.err = nil
}

// probe tells whether a backend still computes.
func probe(b backend.Backend) error {
	x := b.Alloc(1)
	b.Upload(x, []float32{1})
	b.Scale(1, 2, x)
	got := []float32{0}
	b.Download(got, x)
	if err := b.Sync(); err != nil {
		return err
	}
	if got[0] != 2 {
		return fmt.Errorf("2 times 1 is %v", got[0])
	}
	return nil
}
