package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// front is a front end that keeps all that it hears, socket by socket.
type front struct {
	*started
	connection *wire.Connection
	sockets    map[string]zmq4.Socket

	mu      sync.Mutex
	heard   []heard
	changed chan struct{} // closed, and made anew, at each message
}

type heard struct {
	socket string
	wire.Message
}

// newFront starts a kernel and connects to all five of its sockets.
func newFront(t testing.TB) *front {
	t.Helper()
	return newFrontIn(t, newPlace(t))
}

func newFrontIn(t testing.TB, p *place) *front {
	t.Helper()
	s := start(t, p, t.TempDir())
	c, err := wire.ReadConnection(filepath.Join(s.dir, "connection.json"))
	if err != nil {
		t.Fatal(err)
	}
	f := &front{started: s, connection: c, changed: make(chan struct{})}
	f.connect(zmq4.SocketIdentity("front"))
	return f
}

// connect connects to the kernel's sockets.
func (f *front) connect(name zmq4.SocketIdentity) {
	t, c := f.t, f.connection
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	id := zmq4.WithID(name)
	f.sockets = map[string]zmq4.Socket{"shell": zmq4.NewDealer(ctx, id), "control": zmq4.NewDealer(ctx, id),
		"stdin": zmq4.NewDealer(ctx, id), "iopub": zmq4.NewSub(ctx), "heartbeat": zmq4.NewReq(ctx)}
	for name, port := range map[string]int{"shell": c.ShellPort, "control": c.ControlPort, "stdin": c.StdinPort, "iopub": c.IOPubPort, "heartbeat": c.HBPort} {
		socket := f.sockets[name]
		if err := socket.Dial(c.Address(port)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { socket.Close() })
		if name != "heartbeat" {
			go f.listen(name, socket)
		}
	}
	if err := f.sockets["iopub"].SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatal(err)
	}
	f.await("iopub_welcome", func(h heard) bool { return h.Header.Type == "iopub_welcome" })
}

func (f *front) listen(name string, socket zmq4.Socket) {
	for {
		raw, err := socket.Recv()
		if err != nil {
			return
		}
		m, err := wire.Decode(f.connection.Key, raw.Frames)
		if err != nil {
			f.t.Errorf("the kernel sent a bad message on %s: %v", name, err)
			continue
		}
		f.mu.Lock()
		f.heard = append(f.heard, heard{name, m})
		close(f.changed)
		f.changed = make(chan struct{})
		f.mu.Unlock()
	}
}

// ask sends a request and returns its id.
func (f *front) ask(socket, kind string, content any) string {
	f.t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		f.t.Fatal(err)
	}
	m := wire.Message{Header: wire.NewHeader("front", kind), Content: data}
	frames, err := m.Frames(f.connection.Key)
	if err != nil {
		f.t.Fatal(err)
	}
	f.sendFrames(socket, frames)
	return m.Header.ID
}

func (f *front) sendFrames(socket string, frames [][]byte) {
	f.t.Helper()
	if err := f.sockets[socket].SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		f.t.Fatal(err)
	}
}

// await waits for a message.
func (f *front) await(what string, is func(heard) bool) heard {
	f.t.Helper()
	late := time.After(kerneltest.Patience)
	seen := 0
	for {
		f.mu.Lock()
		for _, h := range f.heard[seen:] {
			if is(h) {
				f.mu.Unlock()
				return h
			}
		}
		seen = len(f.heard)
		changed := f.changed
		f.mu.Unlock()
		select {
		case <-changed:
		case <-late:
			f.t.Fatalf("no %s came", what)
		}
	}
}

// reply waits for the reply to a request.
func (f *front) reply(id string) (heard, map[string]any) {
	f.t.Helper()
	h := f.await("reply", func(h heard) bool {
		return h.Parent.ID == id && h.socket != "iopub" && strings.HasSuffix(h.Header.Type, "_reply")
	})
	return h, content(h)
}

// done waits until a request has been answered and the kernel is idle again, and
// returns its reply.
func (f *front) done(id string) map[string]any {
	f.t.Helper()
	_, c := f.reply(id)
	f.await("idle", func(h heard) bool { return h.Parent.ID == id && content(h)["execution_state"] == "idle" })
	return c
}

// about lists what has been published about a request, as short words; a stream
// may come in pieces.
func (f *front) about(id string) (words []string) {
	name, text := "", ""
	end := func() {
		if name != "" {
			words = append(words, fmt.Sprintf("%s %q", name, text))
		}
		name, text = "", ""
	}
	defer end()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range f.heard {
		if h.Parent.ID != id || h.socket != "iopub" {
			continue
		}
		c := content(h)
		if h.Header.Type != "stream" || c["name"] != name {
			end()
		}
		switch h.Header.Type {
		case "status":
			words = append(words, fmt.Sprint(c["execution_state"]))
		case "stream":
			name, text = c["name"].(string), text+c["text"].(string)
		case "error":
			words = append(words, fmt.Sprintf("error %s", c["ename"]))
		default:
			words = append(words, h.Header.Type)
		}
	}
	return words
}

// published waits for something of a kind that is published about a request.
func (f *front) published(id, kind string) map[string]any {
	f.t.Helper()
	return content(f.await(kind, func(h heard) bool { return h.Parent.ID == id && h.Header.Type == kind && h.socket == "iopub" }))
}

// find returns what of a kind has been published about a request, nil if nothing.
func (f *front) find(id, kind string) map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range f.heard {
		if h.Parent.ID == id && h.Header.Type == kind && h.socket == "iopub" {
			return content(h)
		}
	}
	return nil
}

func content(h heard) (c map[string]any) {
	json.Unmarshal(h.Content, &c) // Decode has seen that it is an object
	return c
}

// run executes a cell and returns its id and reply when it has ended.
func (f *front) run(code string) (string, map[string]any) {
	f.t.Helper()
	id := f.ask("shell", "execute_request", cell(code))
	return id, f.done(id)
}

// cell is the content of a request to execute code.
func cell(code string, set ...any) map[string]any {
	c := map[string]any{"code": code, "silent": false, "store_history": true, "user_expressions": map[string]any{},
		"allow_stdin": false, "stop_on_error": true}
	for i := 0; i < len(set); i += 2 {
		c[set[i].(string)] = set[i+1]
	}
	return c
}

// raw is a connection to the shell socket that does not speak ZeroMQ.
func (f *front) raw() net.Conn {
	f.t.Helper()
	return f.rawTo(f.connection.ShellPort)
}

func (f *front) rawTo(port int) net.Conn {
	f.t.Helper()
	network, address := f.connection.Socket(port)
	c, err := net.Dial(network, address)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	return c
}
