package zmtp

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-zeromq/zmq4"
)

// address is that of a socket in a folder of the test's own.
func address(t *testing.T) string { return filepath.Join(t.TempDir(), "s") }

// A reply reaches the peer that asked, in the order of the replies.
func TestRouter(t *testing.T) {
	at := address(t)
	var s *Socket
	ready := make(chan struct{})
	s, err := Router(log.Default(), "unix", at, func(p *Peer, frames [][]byte) {
		<-ready
		for _, f := range frames {
			s.Send(p.Identity(), [][]byte{f, []byte(strings.Repeat("long", 100))})
		}
	})
	close(ready)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{"one", "two", ""} {
		c := zmq4.NewDealer(t.Context(), zmq4.WithID(zmq4.SocketIdentity(name)))
		if err := c.Dial("ipc://" + at); err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.SendMulti(zmq4.NewMsgFrom([]byte(name+"1"), []byte(name+"2"))); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{name + "1", name + "2"} {
			if m, err := c.Recv(); err != nil || string(m.Frames[0]) != want || len(m.Frames[1]) != 400 {
				t.Errorf("%q got %v, %v", name, m, err)
			}
		}
	}
}

// A subscriber hears of its subscription, and then what it has subscribed to.
func TestPublisher(t *testing.T) {
	at := address(t)
	s, err := Publisher(log.Default(), "unix", at, func(p *Peer, topic string) { p.Send([][]byte{[]byte(topic), []byte("welcome")}) })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := zmq4.NewSub(t.Context())
	if err := c.Dial("ipc://" + at); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetOption(zmq4.OptionSubscribe, "a"); err != nil {
		t.Fatal(err)
	}
	if m, err := c.Recv(); err != nil || string(m.Bytes()) != "awelcome" {
		t.Fatalf("got %v, %v", m, err)
	}
	s.Publish([][]byte{[]byte("b"), []byte("not asked for")})
	s.Publish([][]byte{[]byte("abc"), []byte("asked for")})
	if m, err := c.Recv(); err != nil || string(m.Bytes()) != "abcasked for" {
		t.Errorf("got %v, %v", m, err)
	}
}

// Close lets what was sent leave first.
func TestCloseDrains(t *testing.T) {
	at, sent := address(t), make(chan struct{})
	s, err := Router(log.Default(), "unix", at, func(p *Peer, _ [][]byte) {
		defer close(sent)
		for range 100 {
			p.Send([][]byte{bytes.Repeat([]byte("x"), 1<<15)})
		}
		p.Send([][]byte{[]byte("last")})
	})
	if err != nil {
		t.Fatal(err)
	}
	c := zmq4.NewDealer(t.Context())
	if err := c.Dial("ipc://" + at); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send(zmq4.NewMsgString("go")); err != nil {
		t.Fatal(err)
	}
	<-sent
	go s.Close()
	for {
		m, err := c.Recv()
		if err != nil {
			t.Fatal("the last message did not come:", err)
		}
		if string(m.Bytes()) == "last" {
			return
		}
	}
}

// A peer that does not read is let go before it fills the memory.
func TestPeerThatDoesNotRead(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	p := &Peer{stream: newStream(ours), topics: map[string]int{}}
	p.wake = sync.NewCond(&p.mu)
	big := make([]byte, largestQueue/4)
	for range 5 {
		p.Send([][]byte{big})
	}
	if !p.closed || p.queue != nil {
		t.Errorf("closed %v, with %d messages waiting", p.closed, len(p.queue))
	}
	if _, err := theirs.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the connection is still open: %v", err)
	}
}

// A handshake has an end, however its bytes come.
func TestHandshakeHasAnEnd(t *testing.T) {
	hello := strings.Repeat("g", greeting)
	good := "\x00\x03abc" + "\x02\x00\x00\x00\x00\x00\x00\x00\x02xy" + "\x01\x00" + "\x00\x01z"
	for n := 1; n < 20; n++ {
		look := func(all string) (err error) {
			s := &stream{}
			for len(all) > 0 && err == nil {
				k := min(n, len(all))
				err = s.look([]byte(all[:k]))
				all = all[k:]
			}
			return err
		}
		if err := look(hello + good); err != nil {
			t.Errorf("a good handshake in pieces of %d: %v", n, err)
		}
		for _, bad := range []string{"\x02\x7f\xff\xff\xff\xff\xff\xff\xff", "\x02\x00\x00\x00\x00\x00\x01\x00\x01", strings.Repeat("\x05\x01x", largestHandshake/3)} {
			if err := look(hello + good + bad); !errors.Is(err, errHandshake) {
				t.Errorf("in pieces of %d: %v", n, err)
			}
		}
	}
}
