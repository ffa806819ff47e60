// Package engine is the line from the kernel to the GoNB behind it, which sees
// one front end: this one.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Socket names one of the sockets.
type Socket int

// The sockets that requests go to and messages come from. What GoNB answers to
// a request of the control socket comes from the shell's.
const (
	Shell Socket = iota
	Control
	Stdin
	IOPub
)

// Engine is a connected GoNB.
type Engine struct {
	key     string
	session string
	cancel  context.CancelFunc
	sockets [4]zmq4.Socket
	sending [4]sync.Mutex
}

// Dial connects to a GoNB that may still be starting. receive gets all that it
// says, from several goroutines at once, except what greets it and the publications that
// are unwanted, which are not even read. Dial returns when GoNB answers and its publications
// arrive, or with ctx's error.
func Dial(ctx context.Context, c *wire.Connection, receive func(Socket, wire.Message), unwanted func(frames [][]byte) bool) (*Engine, error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	header := wire.NewHeader("", "")
	e := &Engine{key: c.Key, session: header.ID, cancel: cancel}
	// GoNB sends a question for input to the identity that asked on the shell.
	id := zmq4.WithID(zmq4.SocketIdentity(e.session))
	retry, tries := zmq4.WithDialerRetry(5*time.Millisecond), zmq4.WithDialerMaxRetries(-1)
	e.sockets = [4]zmq4.Socket{zmq4.NewDealer(life, id, retry, tries), zmq4.NewDealer(life, id, retry, tries),
		zmq4.NewDealer(life, id, retry, tries), zmq4.NewSub(life, retry, tries)}
	ports := [4]int{c.ShellPort, c.ControlPort, c.StdinPort, c.IOPubPort}
	g := &greeting{session: e.session, heard: make(chan struct{}), answered: make(chan struct{})}
	var err error
	for i, s := range e.sockets {
		if err = errors.Join(err, s.Dial(c.Address(ports[i]))); err != nil {
			break
		}
		if Socket(i) == IOPub {
			err = s.SetOption(zmq4.OptionSubscribe, "")
		}
		go e.receive(Socket(i), func(from Socket, m wire.Message) {
			if !g.is(from, m) {
				receive(from, m)
			}
		}, unwanted)
	}
	if err == nil {
		err = e.greet(ctx, g)
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		e.Close()
		return nil, fmt.Errorf("a ligação com o GoNB falhou: %w", err)
	}
	return e, nil
}

// greeting notes the answers to the requests by which Dial finds out that GoNB
// is there: a subscription takes a moment to be made, and what is published
// before is lost.
type greeting struct {
	session         string
	once            [2]sync.Once
	heard, answered chan struct{}
}

func (g *greeting) is(from Socket, m wire.Message) bool {
	if m.Parent.Session != g.session {
		return false
	}
	if from == IOPub {
		g.once[0].Do(func() { close(g.heard) })
	} else {
		g.once[1].Do(func() { close(g.answered) })
	}
	return true
}

func (e *Engine) greet(ctx context.Context, g *greeting) error {
	for {
		if err := e.Send(Shell, wire.NewHeader(g.session, "kernel_info_request"), struct{}{}); err != nil {
			return err
		}
		again := time.After(20 * time.Millisecond)
		heard, answered := g.heard, g.answered
		for again != nil {
			select {
			case <-heard:
				heard = nil
			case <-answered:
				answered = nil
			case <-again:
				again = nil
			case <-ctx.Done():
				return ctx.Err()
			}
			if heard == nil && answered == nil {
				return nil
			}
		}
	}
}

// receive hands on the messages of a socket until it is closed.
func (e *Engine) receive(from Socket, receive func(Socket, wire.Message), unwanted func(frames [][]byte) bool) {
	for {
		raw, err := e.sockets[from].Recv()
		if err != nil {
			return
		}
		if from == IOPub && unwanted(raw.Frames) {
			continue
		}
		if m, err := wire.Decode(e.key, raw.Frames); err == nil {
			receive(from, m)
		}
	}
}

// Send sends a message with a header of our choice: what GoNB says about it
// names that as its parent.
func (e *Engine) Send(to Socket, h wire.Header, content any) error {
	data, err := json.Marshal(content)
	if err != nil {
		return err
	}
	frames, err := wire.Message{Header: h, Content: data}.Frames(e.key)
	if err != nil {
		return err
	}
	e.sending[to].Lock()
	defer e.sending[to].Unlock()
	return e.sockets[to].SendMulti(zmq4.NewMsgFrom(frames...))
}

// Close ends the connection.
func (e *Engine) Close() {
	e.cancel()
	for _, s := range e.sockets {
		s.Close() // GoNB may be gone already
	}
}
