package zmtp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net"
	"time"
)

// largestHandshake is more than any peer says of itself. go-zeromq makes memory for
// a frame whose length is announced; here it is refused before that.
const largestHandshake = 1 << 16

// greeting is the length of what a ZMTP peer says first.
const greeting = 64

var errHandshake = errors.New("zmtp: expected a handshake of at most 64 KiB")

// stream is a connection whose handshake is checked as it is read and whose writes
// go out together.
type stream struct {
	net.Conn
	in  *bufio.Reader
	out *bufio.Writer

	shaking bool   // hands are being shaken: one side speaks at a time
	shaken  int    // bytes of the handshake that were read
	head    []byte // of the frame that is being read: its flags and length, so far
	body    uint64 // bytes of it that are still to come
}

func newStream(c net.Conn) *stream {
	return &stream{Conn: c, in: bufio.NewReader(c), out: bufio.NewWriterSize(c, 1<<16)}
}

// Read reads, and looks at what passes by of the handshake.
func (s *stream) Read(p []byte) (int, error) {
	if !s.shaking {
		return s.in.Read(p)
	}
	if err := s.out.Flush(); err != nil { // the peer answers what it has heard
		return 0, err
	}
	n, err := s.in.Read(p)
	if e := s.look(p[:n]); e != nil {
		return 0, e
	}
	return n, err
}

// look follows the handshake: the greeting, then frames.
func (s *stream) look(p []byte) error {
	before := s.shaken
	if s.shaken += len(p); s.shaken > largestHandshake {
		return errHandshake
	}
	for p = p[min(len(p), max(0, greeting-before)):]; len(p) > 0; {
		if s.body > 0 {
			k := min(s.body, uint64(len(p)))
			s.body -= k
			p = p[k:]
			continue
		}
		s.head = append(s.head, p[0])
		p = p[1:]
		long := s.head[0]&flagLong != 0
		switch {
		case long && len(s.head) == 9:
			s.body = binary.BigEndian.Uint64(s.head[1:])
		case !long && len(s.head) == 2:
			s.body = uint64(s.head[1])
		default:
			continue
		}
		s.head = s.head[:0]
		if s.body > largestHandshake {
			return errHandshake
		}
	}
	return nil
}

func (s *stream) Write(p []byte) (int, error) { return s.out.Write(p) }

// handshake gives a peer a time in which to introduce itself.
func (s *stream) handshake(do func() error) error {
	if err := s.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	s.shaking = true
	if err := do(); err != nil {
		return err
	}
	s.shaking = false
	if err := s.out.Flush(); err != nil {
		return err
	}
	return s.SetDeadline(time.Time{})
}
