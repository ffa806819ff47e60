package session

import (
	"context"
	"encoding/json"
	"log"
	"path/filepath"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/build"
	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/streams"
	"github.com/nnlab-go/lab/kernel/internal/wire"
	"github.com/nnlab-go/lab/nnlab/vars"
)

// echo stands in for a GoNB and what makes its programs: a cell that it runs writes
// its own code.
type echo struct{ to *Session }

func (e echo) Send(_ engine.Socket, h wire.Header, content any) error {
	say := func(from engine.Socket, kind string, content any) {
		data, err := json.Marshal(content)
		if err != nil {
			panic(err)
		}
		e.to.Receive(from, wire.Message{Header: wire.NewHeader("engine", kind), Parent: h, Content: data})
	}
	code := content.(map[string]any)["code"]
	say(engine.IOPub, "stream", map[string]any{"name": "stdout", "text": code})
	say(engine.Shell, "execute_reply", map[string]any{"status": "ok"})
	say(engine.IOPub, "status", map[string]any{"execution_state": "idle"})
	return nil
}

func (echo) Begin(build.Plan)                                  {}
func (echo) Finish(bool) []string                              { return nil }
func (echo) Failure() (f vars.Failure, ok bool)                { return f, false }
func (echo) Variables() []build.Living                         { return nil }
func (echo) Drop(...string) ([]string, error)                  { return nil, nil }
func (echo) Blamed() []string                                  { return nil }
func (echo) Lost(string) string                                { return "" }
func (echo) Program() []byte                                   { return nil }
func (echo) Unused() []build.Unused                            { return nil }
func (echo) Unknown(context.Context, []string) []build.Unknown { return nil }
func (echo) Result() map[string]string                         { return nil }

// An interrupt ends a cell that waits for GoNB, which still starts; those behind it
// are aborted, GoNB never hears of them, and the next cell is run.
func TestInterruptBeforeTheEngine(t *testing.T) {
	c, err := wire.NewPrivateConnection(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(Options{Connection: c, Builder: echo{}, Streams: streams.Folder(t.TempDir()), Marks: func(bool) error { return nil }, Log: log.Default(),
		Interrupt: func() { t.Error("there is no GoNB to interrupt") }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), kerneltest.Patience)
	defer cancel()
	front := func() *client.Client {
		k, err := client.Dial(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(k.Close)
		return k
	}
	type answer struct {
		client.Reply
		err error
	}
	begun := make(chan string, 8)
	run := func(k *client.Client, code string) chan answer {
		a := make(chan answer, 1)
		go func() {
			reply, err := k.Execute(ctx, code, func(m wire.Message) {
				if m.Header.Type == "execute_input" || m.Header.Type == "stream" {
					begun <- m.Header.Type
				}
			})
			a <- answer{reply, err}
		}()
		return a
	}
	first := run(front(), "var a = 1")
	select {
	case <-begun:
	case <-ctx.Done():
		t.Fatal("the cell has not begun")
	}
	behind := run(front(), "var b = 1")
	for queued := false; !queued && ctx.Err() == nil; time.Sleep(time.Millisecond) {
		s.queue.mu.Lock()
		queued = len(s.queue.waiting) == 1
		s.queue.mu.Unlock()
	}
	if err := front().Interrupt(); err != nil {
		t.Fatal(err)
	}
	if a := <-first; a.Status != "error" || a.EName != "interrompida" {
		t.Errorf("the interrupted cell was answered with %+v", a)
	}
	if a := <-behind; a.Status != "aborted" {
		t.Errorf("the cell behind it was answered with %+v", a)
	}
	s.Run(echo{s})
	if a := <-run(front(), "var c = 1"); a.Status != "ok" || a.Count != 2 {
		t.Errorf("the next cell was answered with %+v", a)
	}
	if len(s.sources.cells) != 1 {
		t.Errorf("GoNB has run one cell and is said to have run %d", len(s.sources.cells))
	}
}
