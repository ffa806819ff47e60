//go:build linux

package remote

import (
	"slices"

	mem "github.com/nnlab-go/lab/internal/memory"
	"github.com/nnlab-go/lab/nnlab/backend"
)

// left is a buffer that a client leaves for others.
type left struct {
	ticket backend.Ticket
	number uint64 // that the client gave it
	buffer backend.Buffer
}

// shelf has what clients that have ended have left, the latest last.
type shelf struct{ things []left }

// portion is the part of the device's room that a shelf takes at most: what is there counts as
// free for whoever asks.
const portion = 4

// harmless tells whether a call changes no buffer that a client has had before.
func (o op) harmless() bool {
	switch o {
	case opFree, opAlloc, opSlice, opDownload, opScalars, opSliceScalars, opReadScalars, opSync, opRoom, opLeave, opTake, opTF32, opWatch, opMark, opLaps:
		return true
	}
	return false
}

// leave notes that a client leaves the buffer with a number, which it may have done already
// under another ticket.
func (s *session) leave(t backend.Ticket, number uint64) {
	b, _ := (&reader{things: s.things, args: []uint64{number}}).thing().(backend.Buffer)
	if b == nil {
		return
	}
	s.left = slices.DeleteFunc(s.left, func(l left) bool { return l.number == number })
	s.left = append(s.left, left{t, number, b})
}

// putAway puts what a client that has ended has left on the shelf. Where that is too much,
// what came first goes.
func (s *session) putAway() {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.backend.(backend.Device)
	if !ok || s.err != nil || s.lost != nil || len(s.left) == 0 {
		return
	}
	room, _, _ := d.Room()
	s.shelf.things = append(s.shelf.things, s.left...)
	for bytes := s.shelf.bytes(); bytes > room/portion; bytes = s.shelf.bytes() {
		s.shelf.things = slices.Delete(s.shelf.things, 0, 1)
	}
}

// take gives a number to what was left under a ticket, and answers whether it was.
func (s *session) take(t backend.Ticket, number uint64, n int) {
	setWord(s.line.reply, 0)
	at := slices.IndexFunc(s.shelf.things, func(l left) bool { return l.ticket == t && l.buffer.Len() == n })
	if at < 0 {
		return
	}
	s.set(number, s.shelf.things[at].buffer)
	s.shelf.things = slices.Delete(s.shelf.things, at, at+1)
	setWord(s.line.reply, 1)
}

func (s *shelf) bytes() (sum int64) {
	for _, l := range s.things {
		sum += 4 * int64(l.buffer.Len())
	}
	return sum
}

// empty makes room where there is something to take away, and tells whether there was.
func (s *shelf) empty() bool {
	if len(s.things) == 0 {
		return false
	}
	s.things = nil
	mem.Collect()
	return true
}
