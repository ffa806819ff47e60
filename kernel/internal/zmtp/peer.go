package zmtp

import (
	"crypto/rand"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// largestQueue is how much may wait for a peer that does not read. One that is
// further behind is let go, so that it cannot fill the kernel's memory.
const largestQueue = 256 << 20

// Peer is a connected socket of a front end.
type Peer struct {
	identity string
	conn     *zmq4.Conn
	stream   *stream

	mu     sync.Mutex
	topics map[string]int // what it has subscribed to, and how often
	queue  [][][]byte
	bytes  int
	pong   []byte // what the answer to its last PING repeats; nil when it is answered
	closed bool
	wake   *sync.Cond // the queue or closed has changed
}

func newPeer(c *zmq4.Conn, s *stream) *Peer {
	identity := c.Peer.Meta["Identity"]
	if identity == "" {
		identity = "\x00" + rand.Text()[:8]
	}
	p := &Peer{identity: identity, conn: c, stream: s, topics: map[string]int{}}
	p.wake = sync.NewCond(&p.mu)
	return p
}

// Send puts a message into the peer's queue; it never waits for the peer.
func (p *Peer) Send(frames [][]byte) {
	size := 0
	for _, f := range frames {
		size += len(f)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	if p.bytes += size; p.bytes > largestQueue {
		p.end()
		return
	}
	p.queue = append(p.queue, frames)
	p.wake.Broadcast()
}

// end closes the connection; p.mu is held.
func (p *Peer) end() {
	if !p.closed {
		p.closed = true
		p.queue, p.bytes = nil, 0
		p.stream.Close()
		p.wake.Broadcast()
	}
}

func (p *Peer) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}

// write sends the queue's messages until the peer is gone.
func (p *Peer) write() {
	for {
		p.mu.Lock()
		for len(p.queue) == 0 && p.pong == nil && !p.closed {
			p.wake.Wait()
		}
		if p.closed {
			p.mu.Unlock()
			return
		}
		messages := p.queue
		pong := p.pong
		p.queue, p.pong = nil, nil
		p.mu.Unlock()
		sent := 0
		var err error
		if pong != nil {
			err = p.conn.SendCmd(zmq4.CmdPong, pong)
		}
		for _, frames := range messages {
			if err == nil {
				err = p.conn.SendMsg(zmq4.NewMsgFrom(frames...))
			}
			for _, f := range frames {
				sent += len(f)
			}
		}
		if err == nil {
			err = p.stream.out.Flush()
		}
		p.mu.Lock()
		p.bytes -= sent
		if err != nil {
			p.end()
		}
		p.wake.Broadcast()
		p.mu.Unlock()
	}
}

// ping has a PING answered by write. Of several that wait one is answered.
func (p *Peer) ping(context []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pong = append([]byte{}, context...)
	p.wake.Broadcast()
}

// drained waits until all that was sent has left, or the peer is gone.
func (p *Peer) drained() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.bytes > 0 && !p.closed {
		p.wake.Wait()
	}
}

// subscribe notes what a peer wants to hear, and tells whether that is new.
func (p *Peer) subscribe(frame []byte) (topic string, isNew bool) {
	topic = string(frame[1:])
	p.mu.Lock()
	defer p.mu.Unlock()
	if frame[0] == 1 {
		p.topics[topic]++
		return topic, p.topics[topic] == 1
	}
	if p.topics[topic]--; p.topics[topic] <= 0 {
		delete(p.topics, topic)
	}
	return topic, false
}

// wants tells whether the peer has subscribed to a topic or a beginning of it.
func (p *Peer) wants(topic string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for t := range p.topics {
		if len(t) <= len(topic) && topic[:len(t)] == t {
			return true
		}
	}
	return false
}
