package zmtp

import (
	"bytes"
	"io"
	"log"
	"net"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// said is a client that says something in its turn and then ends.
type said struct {
	net.Conn
	in  io.Reader
	out bytes.Buffer // what it has heard
}

func (s *said) Read(p []byte) (int, error)  { return s.in.Read(p) }
func (s *said) Write(p []byte) (int, error) { return s.out.Write(p) }
func (*said) Close() error                  { return nil }
func (*said) SetDeadline(time.Time) error   { return nil }

// hello is the handshake of a client.
func hello(kind, identity string) string {
	property := func(name, value string) string {
		return string(rune(len(name))) + name + "\x00\x00\x00" + string(rune(len(value))) + value
	}
	ready := "\x05READY" + property("Socket-Type", kind) + property("Identity", identity)
	return "\xff" + strings.Repeat("\x00", 8) + "\x7f\x03\x00NULL" + strings.Repeat("\x00", 48) + "\x04" + string(rune(len(ready))) + ready
}

// sent is what a message, or a command, is read as.
type sent struct {
	Frames  [][]byte
	Command bool
}

// read reads all messages of a client.
func read(in io.Reader) (all []sent, err error) {
	s := newStream(&said{in: in})
	for {
		frames, command, err := s.message()
		if err != nil {
			return all, err
		}
		all = append(all, sent{frames, command})
	}
}

// traffic is what a client may say behind its handshake.
var traffic = []string{
	"", "\x00\x00", "\x00\x03abc", "\x01\x02id\x01\x00\x00\x04body", "\x04\x0a\x04PING\x00\x01ctx" + "\x00\x01x",
	"\x02\x00\x00\x00\x00\x00\x00\x00\x02xy", "\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01z", "\x05\x01a\x04\x01b",
	"\x02\x7f\xff\xff\xff\xff\xff\xff\xff", "\x02\x00\x00\x00\x00\x40\x00\x00\x01", "\x00\x05ab", "\x00\x01\x01\x00\x03\x01ab\x00\x03\x00ab", "\x04\x16\x04PING\x00\x000123456789abcdef",
}

// Whatever a client sends is the same messages in whatever pieces it comes; what of
// them go-zeromq writes is read as the same again.
func FuzzMessage(f *testing.F) {
	for _, s := range traffic {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := read(bytes.NewReader(data))
		pieces, err2 := read(iotest.OneByteReader(bytes.NewReader(data)))
		if !reflect.DeepEqual(all, pieces) || err != err2 {
			t.Fatalf("whole: %v, %v; byte by byte: %v, %v", all, err, pieces, err2)
		}
		client := &said{in: strings.NewReader(hello("DEALER", ""))}
		out, err := zmq4.Open(client, null.Security(), zmq4.Router, nil, true, nil)
		if err != nil {
			t.Fatal(err)
		}
		client.out.Reset()
		var want []sent
		for _, m := range all {
			if m.Command {
				continue
			}
			want = append(want, m)
			if err := out.SendMsg(zmq4.NewMsgFrom(m.Frames...)); err != nil {
				t.Fatal(err)
			}
		}
		if again, err := read(&client.out); err != io.EOF || !reflect.DeepEqual(want, again) {
			t.Errorf("%v became %v, %v", want, again, err)
		}
	})
}

// Whatever a client says from the first byte on, the kernel lets it go at its end.
// Behind a good handshake its messages arrive, and nothing else does.
func FuzzServe(f *testing.F) {
	for _, s := range traffic {
		f.Add([]byte(hello("DEALER", "id")), []byte(s))
	}
	for _, h := range []string{"", hello("SUB", ""), hello("NOSUCH", ""), hello("DEALER", "")[:70], "GET / HTTP/1.1\r\n\r\n", hello("", "")[:64] + "\x06\x7f\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add([]byte(h), []byte("\x00\x01\x01"))
	}
	f.Fuzz(func(t *testing.T, shake, data []byte) {
		for _, kind := range []zmq4.SocketType{zmq4.Router, zmq4.XPub} {
			var got [][][]byte
			var words bytes.Buffer
			s := &Socket{kind: kind, log: log.New(&words, "", 0), peers: map[*Peer]bool{}}
			if kind == zmq4.Router {
				s.receive = func(_ *Peer, frames [][]byte) { got = append(got, frames) }
			} else {
				s.subscribed = func(*Peer, string) {}
			}
			s.serve(&said{in: io.MultiReader(bytes.NewReader(shake), bytes.NewReader(data))})
			if len(s.peers) > 0 || strings.Contains(words.String(), "runtime error") {
				t.Errorf("%d peers are left, and the log says %q", len(s.peers), &words)
			}
			if kind != zmq4.Router || string(shake) != hello("DEALER", "id") {
				continue
			}
			all, _ := read(bytes.NewReader(data))
			var want [][][]byte
			for _, m := range all {
				if !m.Command {
					want = append(want, m.Frames)
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q arrived, want %q", got, want)
			}
		}
	})
}
