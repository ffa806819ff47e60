package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// What no front end with the key has sent does nothing, and the kernel lives.
func TestBadMessages(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	data, err := json.Marshal(cell("!echo once"))
	if err != nil {
		t.Fatal(err)
	}
	m := wire.Message{Header: wire.NewHeader("front", "execute_request"), Content: data}
	forged, err := m.Frames("another key")
	if err != nil {
		t.Fatal(err)
	}
	f.sendFrames("shell", forged)
	signed, err := m.Frames(f.connection.Key)
	if err != nil {
		t.Fatal(err)
	}
	f.sendFrames("shell", signed)
	f.sendFrames("shell", signed)
	f.sendFrames("shell", [][]byte{[]byte("<IDS|MSG>")})
	f.sendFrames("shell", [][]byte{{}, {}, {}})
	f.ask("shell", "execute_request", map[string]any{"code": 1})
	f.ask("shell", "no_such_request", map[string]any{})
	f.ask("stdin", "input_reply", map[string]any{"value": "nobody asked"})
	// Not even ZeroMQ, or a frame longer than the world.
	for _, noise := range []string{"GET / HTTP/1.1\r\n\r\n", "\xff", "", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00NULL" + strings.Repeat("\x00", 48) +
		"\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00" + "\x02\x7f\xff\xff\xff\xff\xff\xff\xff"} {
		if _, err := f.raw().Write([]byte(noise)); err != nil {
			t.Fatal(err)
		}
	}
	f.done(m.Header.ID)
	id, reply := f.run("!echo alive")
	if reply["execution_count"] != 2.0 {
		t.Errorf("the execution count is %v: a message was executed that should not be", reply["execution_count"])
	}
	if got := f.about(id); !slices.Contains(got, `stdout "alive\n"`) {
		t.Errorf("published %v", got)
	}
	// It is busy again where another request has ended meanwhile.
	got := slices.DeleteFunc(f.about(m.Header.ID), func(what string) bool { return what == "busy" })
	if len(got) != 3 {
		t.Errorf("the message that was sent twice published %v", got)
	}
}

// A request to execute that cannot be read fails at once, also while a cell runs, and
// the cells behind it run: they build on nothing of it.
func TestMalformedRequestHarmsNoOther(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	long := f.ask("shell", "execute_request", cell(endless, "stop_on_error", false))
	f.published(long, "stream")
	bad := f.ask("shell", "execute_request", map[string]any{"code": 1})
	next := f.ask("shell", "execute_request", cell("!echo next"))
	if got := f.done(bad); got["status"] != "error" || got["ename"] != "mensagem inválida" {
		t.Errorf("the malformed request got %v", got)
	}
	if got := f.about(bad); !slices.Equal(got, []string{"busy", "idle"}) {
		t.Errorf("the malformed request published %v", got)
	}
	f.ask("control", "interrupt_request", map[string]any{})
	f.done(long)
	if got := f.done(next); got["status"] != "ok" || got["execution_count"] != 2.0 || !slices.Contains(f.about(next), `stdout "next\n"`) {
		t.Errorf("the cell behind it ended with %v and published %v", got, f.about(next))
	}
}

// A comm whose target nobody knows is closed, as the protocol asks.
func TestUnknownCommIsClosed(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "comm_open", map[string]any{"comm_id": "c", "target_name": "nobody", "data": map[string]any{}})
	got := f.published(id, "comm_close")
	if got["comm_id"] != "c" {
		t.Errorf("closed %v", got)
	}
	_, info := f.reply(f.ask("shell", "comm_info_request", map[string]any{}))
	if comms, ok := info["comms"].(map[string]any); !ok || len(comms) != 0 {
		t.Errorf("open comms: %v", info["comms"])
	}
}

// What JupyterLab's resource display asks is answered, also while a cell runs, whose
// memory counts.
func TestUsage(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	memory := func() float64 {
		h, got := f.reply(f.ask("control", "usage_request", map[string]any{}))
		if h.socket != "control" || h.Header.Type != "usage_reply" {
			t.Fatalf("answered on %s by %s", h.socket, h.Header.Type)
		}
		for _, name := range []string{"hostname", "pid", "kernel_cpu", "kernel_memory", "host_cpu_percent", "cpu_count", "host_virtual_memory"} {
			if got[name] == nil {
				t.Errorf("no %s in %v", name, got)
			}
		}
		bytes, _ := got["kernel_memory"].(float64)
		return bytes
	}
	f.run("!true") // GoNB has started
	before := memory()
	id := f.ask("shell", "execute_request", cell("%%\nb := make([]byte, 200<<20)\nfor i := range b {\n\tb[i] = 1\n}\nfmt.Println(\"begun\", len(b))\ntime.Sleep(time.Hour)\nfmt.Println(b[0])"))
	f.published(id, "stream")
	if during := memory(); before < 1<<20 || during < before+150<<20 {
		t.Errorf("%.0f MB, with a cell of 200 MiB %.0f MB", before/1e6, during/1e6)
	}
	f.ask("control", "interrupt_request", map[string]any{})
	f.done(id)
}

// Dates have microseconds, for readers that take nothing else.
func TestDates(t *testing.T) {
	for range 100 {
		d := wire.NewHeader("s", "status").Date
		if at, err := time.Parse("2006-01-02T15:04:05.000000Z", d); err != nil || len(d) != 27 || time.Since(at).Abs() > time.Minute {
			t.Fatalf("date %q: %v", d, err)
		}
	}
}

func TestExecuteOptions(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	ask := func(code string, set ...any) (string, map[string]any) {
		id := f.ask("shell", "execute_request", cell(code, set...))
		return id, f.done(id)
	}
	id, got := ask("!echo quiet", "silent", true)
	if want := []string{"busy", "idle"}; !slices.Equal(f.about(id), want) || got["execution_count"] != 0.0 {
		t.Errorf("silent: published %v, replied %v", f.about(id), got)
	}
	_, got = ask("!echo stored nowhere", "store_history", false)
	if got["execution_count"] != 0.0 {
		t.Errorf("store_history: replied %v", got)
	}
	_, got = ask("!echo stored", "user_expressions", map[string]any{"x": "1+1"})
	x := got["user_expressions"].(map[string]any)["x"].(map[string]any)
	if got["execution_count"] != 1.0 || x["status"] != "error" || x["evalue"] == "" {
		t.Errorf("user_expressions: replied %v", got)
	}
	_, got = ask(" \n")
	if got["status"] != "ok" {
		t.Errorf("an empty cell ended with %v", got)
	}
	_, h := f.reply(f.ask("shell", "history_request", map[string]any{"hist_access_type": "tail", "n": 10, "output": true}))
	if want := "[[1 1 [!echo stored <nil>]] [1 2 [ \n <nil>]]]"; fmt.Sprint(h["history"]) != want {
		t.Errorf("the history is %v, want %s", h["history"], want)
	}
}
