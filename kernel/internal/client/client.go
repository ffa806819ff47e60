// Package client speaks the Jupyter messaging protocol as a front end does: it
// sends requests to a kernel and hands on what the kernel says.
package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Client is a front end connected to one kernel.
type Client struct {
	connection *wire.Connection
	session    string
	cancel     context.CancelFunc
	shell      zmq4.Socket
	control    zmq4.Socket
	iopub      zmq4.Socket

	published chan wire.Message // what the kernel says to all
	replies   chan wire.Message // its answers to requests
}

// Dial connects to a kernel that may still be starting, and returns when it
// answers and its publications arrive, or with an error when ctx ends before.
func Dial(ctx context.Context, c *wire.Connection) (*Client, error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	k := &Client{connection: c, session: rand.Text(), cancel: cancel,
		published: make(chan wire.Message, 1024), replies: make(chan wire.Message, 64)}
	id := zmq4.WithID(zmq4.SocketIdentity(k.session))
	retry := zmq4.WithDialerRetry(100 * time.Millisecond)
	tries := zmq4.WithDialerMaxRetries(-1)
	k.shell = zmq4.NewDealer(life, id, retry, tries)
	k.control = zmq4.NewDealer(life, id, retry, tries)
	k.iopub = zmq4.NewSub(life, retry, tries)
	err := errors.Join(dial(life, k.shell, c.Address(c.ShellPort)), dial(life, k.control, c.Address(c.ControlPort)),
		dial(life, k.iopub, c.Address(c.IOPubPort)), k.iopub.SetOption(zmq4.OptionSubscribe, ""))
	if err == nil {
		go k.receive(k.shell, k.replies)
		go k.receive(k.control, k.replies)
		go k.receive(k.iopub, k.published)
		err = k.greet(ctx)
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		k.Close()
		return nil, fmt.Errorf("a ligação com o kernel falhou: %w", err)
	}
	return k, nil
}

// dial connects a socket, however often that takes: who has chosen the port may
// still hold it for a moment, and then lets go of us with it.
func dial(ctx context.Context, s zmq4.Socket, address string) error {
	for {
		err := s.Dial(address)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// greet asks for the kernel's info until both the answer and a publication have
// come: a subscription takes a moment to be made, and what is published before
// is lost.
func (k *Client) greet(ctx context.Context) error {
	heard, answered := false, false
	for !heard || !answered {
		if _, err := k.send(k.shell, "kernel_info_request", map[string]any{}); err != nil {
			return err
		}
		wait := time.After(300 * time.Millisecond)
		for waiting := true; waiting && !(heard && answered); {
			select {
			case <-k.published:
				heard = true
			case <-k.replies:
				answered = true
			case <-wait:
				waiting = false
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// receive hands on the messages of a socket until it is closed. A message with
// a wrong signature is not for us and is passed over.
func (k *Client) receive(s zmq4.Socket, to chan<- wire.Message) {
	for {
		raw, err := s.Recv()
		if err != nil {
			return
		}
		if m, err := wire.Decode(k.connection.Key, raw.Frames); err == nil {
			to <- m
		}
	}
}

func (k *Client) send(s zmq4.Socket, kind string, content any) (id string, err error) {
	data, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	h := wire.NewHeader(k.session, kind)
	frames, err := wire.Message{Header: h, Content: data}.Frames(k.connection.Key)
	if err != nil {
		return "", err
	}
	return h.ID, s.SendMulti(zmq4.NewMsgFrom(frames...))
}

// Reply is the end of an execution.
type Reply struct {
	Status string `json:"status"` // "ok", "error" or "aborted"
	Count  int    `json:"execution_count"`
	EName  string `json:"ename"`
	EValue string `json:"evalue"`
}

// Execute runs code and calls publish for each message that the kernel
// publishes about it, until the kernel is idle again. When ctx ends it returns
// its error; the kernel runs on.
func (k *Client) Execute(ctx context.Context, code string, publish func(wire.Message)) (Reply, error) {
	id, err := k.send(k.shell, "execute_request", map[string]any{
		"code": code, "silent": false, "store_history": true, "user_expressions": map[string]any{},
		"allow_stdin": false, "stop_on_error": true,
	})
	if err != nil {
		return Reply{}, err
	}
	var reply Reply
	idle, answered := false, false
	for !idle || !answered {
		select {
		case m := <-k.published:
			if m.Parent.ID != id {
				continue
			}
			if m.Header.Type == "status" {
				var s struct {
					State string `json:"execution_state"`
				}
				if err := json.Unmarshal(m.Content, &s); err != nil {
					return reply, err
				}
				idle = s.State == "idle"
				continue
			}
			publish(m)
		case m := <-k.replies:
			if m.Parent.ID == id {
				answered = true
				if err := json.Unmarshal(m.Content, &reply); err != nil {
					return reply, err
				}
			}
		case <-ctx.Done():
			return reply, ctx.Err()
		}
	}
	return reply, nil
}

// Interrupt asks the kernel to stop what it runs.
func (k *Client) Interrupt() error {
	_, err := k.send(k.control, "interrupt_request", map[string]any{})
	return err
}

// Shutdown asks the kernel to end.
func (k *Client) Shutdown() error {
	_, err := k.send(k.control, "shutdown_request", map[string]any{"restart": false})
	return err
}

// Close ends the connection.
func (k *Client) Close() {
	k.cancel()
	for _, s := range []zmq4.Socket{k.shell, k.control, k.iopub} {
		s.Close() // the kernel may be gone already
	}
}
