package complete

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"
)

// connection speaks JSON-RPC 2.0 with a language server, each message with its
// length in front.
type connection struct {
	out     io.WriteCloser
	answer  func(method string, params json.RawMessage) any // what the server asks
	sending sync.Mutex

	mu      sync.Mutex
	last    int
	waiting map[int]chan rpc
	ended   chan struct{}
}

// rpc is a message of either side: a request, an answer or, without an id, a
// notification.
type rpc struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

var errEnded = errors.New("gopls has ended")

func connect(in io.Reader, out io.WriteCloser, answer func(string, json.RawMessage) any) *connection {
	c := &connection{out: out, answer: answer, waiting: map[int]chan rpc{}, ended: make(chan struct{})}
	go c.receive(textproto.NewReader(bufio.NewReader(in)))
	return c
}

func (c *connection) receive(in *textproto.Reader) {
	defer close(c.ended)
	for {
		header, err := in.ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil || n < 0 {
			return
		}
		text := make([]byte, n)
		if _, err := io.ReadFull(in.R, text); err != nil {
			return
		}
		var m rpc
		if err := json.Unmarshal(text, &m); err != nil {
			return
		}
		switch {
		case m.Method == "":
			c.deliver(m)
		case m.ID != nil:
			result, err := json.Marshal(c.answer(m.Method, m.Params))
			if err != nil || c.send(rpc{ID: m.ID, Result: result}) != nil {
				return
			}
		}
	}
}

// deliver gives an answer to whom waits for it.
func (c *connection) deliver(m rpc) {
	id, err := strconv.Atoi(string(m.ID))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if waits, ok := c.waiting[id]; ok {
		delete(c.waiting, id)
		waits <- m
	}
}

func (c *connection) send(m rpc) error {
	m.Version = "2.0"
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	if _, err = fmt.Fprintf(c.out, "Content-Length: %d\r\n\r\n%s", len(text), text); err != nil {
		return errors.Join(errEnded, err)
	}
	return nil
}

// notify tells the server something.
func (c *connection) notify(method string, params any) error {
	text, err := json.Marshal(params)
	if err != nil {
		return err
	}
	return c.send(rpc{Method: method, Params: text})
}

// call asks the server something. When ctx ends before the answer, the question
// is taken back.
func (c *connection) call(ctx context.Context, method string, params, result any) error {
	text, err := json.Marshal(params)
	if err != nil {
		return err
	}
	waits := make(chan rpc, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.waiting[id] = waits
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, id)
	}()
	if err := c.send(rpc{ID: json.RawMessage(strconv.Itoa(id)), Method: method, Params: text}); err != nil {
		return err
	}
	select {
	case m := <-waits:
		if m.Error != nil {
			return fmt.Errorf("gopls: %s: %s", method, m.Error.Message)
		}
		return json.Unmarshal(m.Result, result)
	case <-c.ended:
		return errEnded
	case <-ctx.Done():
		c.notify("$/cancelRequest", map[string]int{"id": id}) // it may have ended
		return ctx.Err()
	}
}
