package zmtp

import (
	"encoding/binary"
	"errors"
	"io"
)

// mostFrames and largestMessage bound a message as a whole: a peer that says of
// each frame that another follows would otherwise fill the kernel's memory.
const (
	mostFrames     = 1 << 12
	largestMessage = 1 << 30
)

var errMessage = errors.New("zmtp: expected a message of at most 4096 frames and 1 GiB in all")

// The flags of a frame (ZMTP 3.1, RFC 37).
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

// message reads one message, or a command, after the handshake. It writes
// nothing, so that only Peer.write does: go-zeromq's own reading answers a PING
// in the middle of what is being sent, and makes memory for any length.
func (s *stream) message() (frames [][]byte, command bool, err error) {
	var total uint64
	for more := true; more; {
		var head [9]byte
		if _, err := io.ReadFull(s, head[:2]); err != nil {
			return nil, false, err
		}
		size := uint64(head[1])
		if head[0]&flagLong != 0 {
			if _, err := io.ReadFull(s, head[2:]); err != nil {
				return nil, false, err
			}
			size = binary.BigEndian.Uint64(head[1:])
		}
		if len(frames) == mostFrames || size > largestMessage-total {
			return nil, false, errMessage
		}
		total += size
		body, err := s.fill(int(size))
		if err != nil {
			return nil, false, err
		}
		frames = append(frames, body)
		command = command || head[0]&flagCommand != 0
		more = head[0]&flagMore != 0
	}
	return frames, command, nil
}

// firstPiece is the most memory that a frame gets before anything of it has come.
const firstPiece = 1 << 16

// fill reads a frame's body. Its memory grows with what has come: a length that is
// only announced costs the kernel nothing.
func (s *stream) fill(size int) ([]byte, error) {
	body := make([]byte, min(size, firstPiece))
	for filled := 0; ; {
		n, err := io.ReadFull(s, body[filled:])
		if err != nil {
			return nil, err
		}
		if filled += n; filled == size {
			return body, nil
		}
		body = append(body, make([]byte, min(filled, size-filled))...)
	}
}

// longestContext is how much of a PING its PONG repeats: the protocol allows no
// more, and libzmq cuts the rest off too.
const longestContext = 16

// ping tells whether a command is a PING, and what its PONG is to repeat: what
// follows the two bytes of its time to live.
func ping(command []byte) (context []byte, ok bool) {
	const name = "\x04PING"
	if len(command) < len(name)+2 || string(command[:len(name)]) != name {
		return nil, false
	}
	context = command[len(name)+2:]
	return context[:min(len(context), longestContext)], true
}
