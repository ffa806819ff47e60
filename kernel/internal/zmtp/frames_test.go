package zmtp

import (
	"bytes"
	"errors"
	"log"
	"net"
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
		s.greeted = greeting
		if _, _, err := s.message(); !errors.Is(err, errMessage) {
			t.Errorf("%d bytes: %v", len(sent), err)
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
