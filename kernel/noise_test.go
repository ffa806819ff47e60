package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-zeromq/zmq4"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// noise makes messages that a front end might send, and others; the same ones
// each time.
type noise struct {
	*rand.Rand
	key  string
	last [][]byte // the last good message
}

// values are what stands where a request's content expects something.
var values = []any{nil, true, -1, 1e300, "", "x", "{", "\x00", "fmt.Pr", "%", "!", "?", "*", "ação", strings.Repeat("(", 2000), []any{}, map[string]any{}, map[string]any{"code": 1}}

// kinds are the requests that the kernel knows, save those that end it or that
// have a cell run, some that it does not know, and answers that nobody waits for.
var kinds = strings.Fields(`kernel_info_request is_complete_request history_request comm_info_request comm_open comm_msg comm_close
	interrupt_request input_reply no_such_request execute_reply status request _request`)

func (n *noise) pick(from []any) any { return from[n.IntN(len(from))] }

// content is an object in which anything may be.
func (n *noise) content() map[string]any {
	c := map[string]any{}
	for _, name := range strings.Fields(`code cursor_pos detail_level hist_access_type n pattern session start stop output unique
		target_name comm_id data value status`) {
		if n.IntN(3) == 0 {
			c[name] = n.pick(values)
		}
	}
	if n.IntN(4) == 0 {
		c["hist_access_type"] = n.pick([]any{"tail", "range", "search"})
	}
	return c
}

// good is a message that the kernel has to take, if not to like. Cells are
// empty: they are many. What GoNB completes is asked seldom: it takes its time.
func (n *noise) good(t *testing.T) [][]byte {
	kind, c := kinds[n.IntN(len(kinds))], n.content()
	switch n.IntN(100) {
	case 0:
		kind = []string{"complete_request", "inspect_request"}[n.IntN(2)]
	case 1, 2, 3, 4, 5:
		kind, c = "execute_request", cell(" \n", "silent", n.IntN(2) == 0)
	case 6:
		kind, c = "execute_request", map[string]any{"code": 1}
	case 7:
		kind, c = "shutdown_request", map[string]any{"restart": "perhaps"}
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	m := wire.Message{Header: wire.NewHeader("noise", kind), Content: data}
	for range n.IntN(3) {
		m.Identities = append(m.Identities, []byte{byte(n.Uint32())})
		m.Buffers = append(m.Buffers, []byte{byte(n.Uint32())})
	}
	frames, err := m.Frames(n.key)
	if err != nil {
		t.Fatal(err)
	}
	n.last = frames
	return frames
}

// sign is the signature of a message's four parts.
func sign(key string, parts [][]byte) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		mac.Write(p)
	}
	return []byte(hex.EncodeToString(mac.Sum(nil)))
}

// bad is a message that the kernel has to drop.
func (n *noise) bad(t *testing.T) [][]byte {
	if n.last != nil && n.IntN(8) == 0 {
		return n.last // which has come before
	}
	last := n.last
	frames := slices.Clone(n.good(t))
	n.last = last
	at := slices.IndexFunc(frames, func(f []byte) bool { return string(f) == "<IDS|MSG>" })
	part := at + 2 + n.IntN(4) // one of those that are signed
	resign := func(text string) {
		frames[part] = []byte(text)
		frames[at+1] = sign(n.key, frames[at+2:at+6])
	}
	switch n.IntN(8) {
	case 0: // signed by somebody else
		frames[at+1] = sign("another key", frames[at+2:at+6])
	case 1: // not signed
		frames[at+1] = nil
	case 2: // changed on the way
		frames[part] = bytes.Clone(frames[part])
		frames[part][n.IntN(len(frames[part]))] ^= 1 << n.IntN(8)
	case 3: // cut off
		frames = frames[:n.IntN(at+6)]
	case 4: // without a delimiter
		frames[at] = []byte("<IDS|MSG")
	case 5: // of the right key, but no message
		resign([]string{"", "null", "[]", "1", `"text"`, "{", "{}{}", "{\"a\":\"\xff\"}", "\x00", strings.Repeat("[", 20000)}[n.IntN(10)])
	case 6:
		part = at + 2 // a header of other types
		resign([]string{`{"msg_id":1}`, `{"msg_type":{}}`, `{"msg_type":"execute_request","session":[]}`}[n.IntN(3)])
	case 7: // no message at all
		frames = nil
		for range 1 + n.IntN(20) {
			f := make([]byte, n.IntN(300))
			for i := range f {
				f[i] = byte(n.Uint32())
			}
			frames = append(frames, f)
		}
	}
	if len(frames) == 0 {
		frames = [][]byte{{}}
	}
	return frames
}

// Ten thousand messages of all kinds on all sockets, every third of which is
// none: what is to be dropped is dropped, each with a line in the log, and the
// kernel runs the next cell.
func TestTenThousandMessages(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("!echo GoNB is there")
	heart := zmq4.NewDealer(t.Context())
	if err := heart.Dial(f.connection.Address(f.connection.HBPort)); err != nil {
		t.Fatal(err)
	}
	defer heart.Close()
	ports := []int{f.connection.ShellPort, f.connection.ControlPort, f.connection.StdinPort, f.connection.IOPubPort, f.connection.HBPort}
	n := &noise{Rand: rand.New(rand.NewPCG(6, 10_000)), key: f.connection.Key}
	dropped := 0
	for i := range 10_000 {
		socket := []string{"shell", "control", "stdin"}[n.IntN(3)]
		switch n.IntN(30) {
		case 0: // the heartbeat gives back whatever comes
			if err := heart.SendMulti(zmq4.NewMsgFrom([]byte{}, []byte(fmt.Sprint(i)))); err != nil {
				t.Fatal(err)
			}
			if m, err := heart.Recv(); err != nil || string(m.Frames[1]) != fmt.Sprint(i) {
				t.Fatalf("the heartbeat gave back %v, %v", m, err)
			}
		case 1: // what a subscriber may say
			option := []string{zmq4.OptionSubscribe, zmq4.OptionUnsubscribe}[n.IntN(2)]
			if err := f.sockets["iopub"].SetOption(option, fmt.Sprint("topic ", n.IntN(5))); err != nil {
				t.Fatal(err)
			}
		case 2: // not even ZeroMQ
			if c := f.rawTo(ports[n.IntN(5)]); n.IntN(2) == 0 {
				junk := make([]byte, n.IntN(200))
				for k := range junk {
					junk[k] = byte(n.Uint32())
				}
				c.Write(junk) // the kernel may have closed it
				c.Close()
			} else {
				c.Close()
			}
		case 3, 4, 5, 6, 7, 8, 9, 10, 11:
			frames := n.bad(t)
			dropped++
			f.sendFrames(socket, frames)
		default:
			f.sendFrames(socket, n.good(t))
		}
	}
	for _, socket := range []string{"shell", "control"} { // all before it has been handled then
		f.done(f.ask(socket, "kernel_info_request", map[string]any{}))
	}
	id, reply := f.run("fmt.Print(\"alive\")")
	if got := f.about(id); reply["status"] != "ok" || !slices.Contains(got, `stdout "alive"`) {
		t.Errorf("the next cell ended with %v, published %v", reply, got)
	}
	logged := 0
	if !kerneltest.Eventually(func() bool { // what came on the stdin socket may still be on its way to the log
		logged = strings.Count(f.log(), "a message is dropped: ")
		return logged == dropped
	}) {
		t.Errorf("%d messages should have been dropped, and %d were", dropped, logged)
	}
	f.ask("control", "shutdown_request", map[string]any{"restart": false})
	f.nothingLeft()
}
