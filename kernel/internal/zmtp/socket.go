// Package zmtp holds a kernel's ends of the five sockets of a front end. Of the
// ZeroMQ protocol (ZMTP 3.1, RFC 37) the handshake and the writing of frames are
// go-zeromq's; messages, commands and subscriptions are read here. Besides, here is
// what a server needs that must outlive any client: connections that are opened side
// by side, so that one that says nothing keeps nobody waiting, a queue for each peer,
// limits for what one sends, and word of each subscription.
package zmtp

import (
	"errors"
	"log"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// Socket is a listening socket.
type Socket struct {
	kind     zmq4.SocketType
	log      *log.Logger // of the clients that are dropped
	listener net.Listener

	// Receive is called for each message of a peer, one after the other. The
	// frames are the peer's own, without its identity.
	receive func(p *Peer, frames [][]byte)
	// subscribed is called when a peer of an XPub has subscribed.
	subscribed func(p *Peer, topic string)

	mu    sync.Mutex
	peers map[*Peer]bool
}

// Router is a socket whose peers send requests and get replies.
func Router(log *log.Logger, network, address string, receive func(p *Peer, frames [][]byte)) (*Socket, error) {
	return listen(network, address, &Socket{log: log, kind: zmq4.Router, receive: receive})
}

// Echo is a socket that gives back what it gets.
func Echo(log *log.Logger, network, address string) (*Socket, error) {
	return listen(network, address, &Socket{log: log, kind: zmq4.Rep, receive: func(p *Peer, frames [][]byte) { p.Send(frames) }})
}

// Publisher is a socket whose peers hear what they have subscribed to.
func Publisher(log *log.Logger, network, address string, subscribed func(p *Peer, topic string)) (*Socket, error) {
	return listen(network, address, &Socket{log: log, kind: zmq4.XPub, subscribed: subscribed})
}

func listen(network, address string, s *Socket) (*Socket, error) {
	if network == "unix" {
		os.Remove(address) // of a kernel before us that was killed
	}
	l, err := net.Listen(network, address)
	// The kernel before us, or who has chosen the port, may just be letting go of it.
	for range 20 {
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
		time.Sleep(50 * time.Millisecond)
		l, err = net.Listen(network, address)
	}
	if err != nil {
		return nil, err
	}
	s.listener, s.peers = l, map[*Peer]bool{}
	go s.accept()
	return s, nil
}

func (s *Socket) accept() {
	for {
		c, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // too many open files, say
			time.Sleep(50 * time.Millisecond)
			continue
		}
		go s.serve(c)
	}
}

// serve speaks with one peer until it goes.
func (s *Socket) serve(c net.Conn) {
	defer c.Close()
	// go-zeromq panics at a socket type that it does not know.
	defer func() {
		if p := recover(); p != nil {
			s.log.Printf("a client is dropped: %v", p)
		}
	}()
	st := newStream(c)
	var conn *zmq4.Conn
	if err := st.handshake(func() (err error) {
		conn, err = zmq4.Open(st, null.Security(), s.kind, nil, true, nil)
		return err
	}); err != nil {
		if errors.Is(err, errHandshake) {
			s.log.Printf("a client is dropped: %v", errHandshake)
		}
		return
	}
	p := newPeer(conn, st)
	s.mu.Lock()
	if s.peers == nil { // closed meanwhile
		s.mu.Unlock()
		return
	}
	s.peers[p] = true
	s.mu.Unlock()
	go p.write()
	defer func() {
		p.close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.peers, p)
	}()
	for {
		frames, command, err := st.message()
		if errors.Is(err, errMessage) {
			s.log.Printf("a client is dropped: %v", err)
		}
		if err != nil {
			return
		}
		if command {
			if context, ok := ping(frames[0]); ok {
				p.ping(context)
			}
			continue
		}
		s.handle(p, frames)
	}
}

func (s *Socket) handle(p *Peer, frames [][]byte) {
	if s.receive != nil {
		s.receive(p, frames)
		return
	}
	if len(frames) == 1 && len(frames[0]) > 0 && frames[0][0] <= 1 {
		if topic, isNew := p.subscribe(frames[0]); isNew && s.subscribed != nil {
			s.subscribed(p, topic)
		}
	}
}

// Send sends a message to the peers of an identity: there is one, save where a
// client connects anew before the old connection is known to be dead.
func (s *Socket) Send(identity string, frames [][]byte) {
	for _, p := range s.all() {
		if p.identity == identity {
			p.Send(frames)
		}
	}
}

// Publish sends a message to all that have subscribed to its first frame.
func (s *Socket) Publish(frames [][]byte) {
	topic := string(frames[0])
	for _, p := range s.all() {
		if p.wants(topic) {
			p.Send(frames)
		}
	}
}

func (s *Socket) all() []*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	peers := make([]*Peer, 0, len(s.peers))
	for p := range s.peers {
		peers = append(peers, p)
	}
	return peers
}

// Identity is what replies to the peer are addressed to.
func (p *Peer) Identity() string { return p.identity }

// Close stops listening, gives what was sent a second to leave, and closes the
// connections.
func (s *Socket) Close() {
	s.listener.Close()
	peers := s.all()
	late := time.AfterFunc(time.Second, func() {
		for _, p := range peers {
			p.close()
		}
	})
	defer late.Stop()
	for _, p := range peers {
		p.drained()
		p.close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers = nil
}
