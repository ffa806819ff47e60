package zmtp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"runtime"
	"strings"
	"testing"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// A PING is answered between messages, never within one.
func TestPingWhileOutputFlows(t *testing.T) {
	at := address(t)
	s, err := Router(log.Default(), "unix", at, func(p *Peer, _ [][]byte) {
		for range 500 {
			p.Send([][]byte{[]byte("a"), bytes.Repeat([]byte("x"), 300)})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	raw, err := net.Dial("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	c, err := zmq4.Open(raw, null.Security(), zmq4.Dealer, nil, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SendMsg(zmq4.NewMsgString("go")); err != nil {
		t.Fatal(err)
	}
	go func() {
		for range 200 {
			_ = c.SendCmd(zmq4.CmdPing, []byte("\x00\x01ctx"))
		}
	}()
	for messages, pongs := 0, 0; messages < 500 || pongs == 0; {
		m, err := c.RecvMsg()
		switch {
		case err != nil:
			t.Fatal(err)
		case m.Type == zmq4.CmdMsg:
			if pongs++; string(m.Bytes()) != "ctx" {
				t.Fatalf("a PONG repeats %q", m.Bytes())
			}
		default:
			if messages++; len(m.Frames) != 2 || len(m.Frames[1]) != 300 {
				t.Fatalf("message %d has %d frames", messages, len(m.Frames))
			}
		}
	}
}

// pipe is a connection that has sent some bytes.
type pipe struct {
	net.Conn
	*strings.Reader
}

func (p pipe) Read(b []byte) (int, error) { return p.Reader.Read(b) }

// A message has an end.
func TestMessageWithoutEnd(t *testing.T) {
	for _, sent := range []string{
		strings.Repeat("\x01\x00", mostFrames+1),
		"\x01\x01x" + "\x02\x00\x00\x00\x00\x40\x00\x00\x00",
	} {
		s := newStream(pipe{Reader: strings.NewReader(sent)})
		if _, _, err := s.message(); !errors.Is(err, errMessage) {
			t.Errorf("%d bytes: %v", len(sent), err)
		}
	}
}

// A frame that is announced and does not come costs nearly nothing; one that comes
// in pieces is whole.
func TestMemoryComesWithTheBytes(t *testing.T) {
	s := newStream(pipe{Reader: strings.NewReader("\x02\x00\x00\x00\x00\x3f\xff\xff\xff" + strings.Repeat("x", 3*firstPiece))})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := s.message()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, io.ErrUnexpectedEOF) || took > 16*firstPiece {
		t.Errorf("%v, and %d bytes were taken", err, took)
	}
	body := make([]byte, 5*firstPiece+1)
	for i := range body {
		body[i] = byte(i % 251)
	}
	s = newStream(pipe{Reader: strings.NewReader(string(long(body)))})
	if frames, _, err := s.message(); err != nil || len(frames) != 1 || !bytes.Equal(frames[0], body) {
		t.Errorf("the frame is another: %v", err)
	}
}

// long is a frame as ZMTP writes those of more than 255 bytes.
func long(body []byte) []byte {
	return append(binary.BigEndian.AppendUint64([]byte{flagLong}, uint64(len(body))), body...)
}

// A PONG repeats no more of a PING than the protocol allows.
func TestContextOfPing(t *testing.T) {
	for command, want := range map[string]string{
		"\x04PING\x00\x01": "", "\x04PING\x00\x010123456789abcdef": "0123456789abcdef", "\x04PING\x00\x010123456789abcdefg": "0123456789abcdef",
	} {
		if context, ok := ping([]byte(command)); !ok || string(context) != want {
			t.Errorf("%q: %q, %v", command, context, ok)
		}
	}
	for _, command := range []string{"", "\x04PING", "\x04PING\x00", "\x04PONG\x00\x01abc", "PING\x00\x00"} {
		if context, ok := ping([]byte(command)); ok {
			t.Errorf("%q is a PING with %q", command, context)
		}
	}
}

// A client whose message has no end is dropped, and the log says so.
func TestClientWithoutEndIsDropped(t *testing.T) {
	at := address(t)
	said, w := net.Pipe()
	s, err := Router(log.New(w, "", 0), "unix", at, func(*Peer, [][]byte) { t.Error("it is a message") })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	raw, err := net.Dial("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := zmq4.Open(raw, null.Security(), zmq4.Dealer, nil, false, nil); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = raw.Write([]byte(strings.Repeat("\x01\x00", mostFrames+1))) }()
	line := make([]byte, 200)
	n, err := said.Read(line)
	if err != nil || !strings.Contains(string(line[:n]), errMessage.Error()) {
		t.Errorf("the log says %q, %v", line[:n], err)
	}
	if n, err := raw.Read(line); err == nil {
		t.Errorf("it is still spoken to: %q", line[:n])
	}
}
