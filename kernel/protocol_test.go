package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// endless is a cell that says that it has begun and never ends.
const endless = "%%\nfmt.Println(\"begun\")\ntime.Sleep(time.Hour)"

// What can be answered without a cell's end is answered while one runs, on the
// socket on which it was asked, between busy and idle of its own.
func TestAnswersWhileACellRuns(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	long := f.ask("shell", "execute_request", cell(endless))
	f.published(long, "stream")
	for kind, c := range map[string]struct{ ask, want map[string]any }{
		"kernel_info": {nil, map[string]any{"protocol_version": "5.4", "status": "ok"}},
		"is_complete": {map[string]any{"code": "for {"}, map[string]any{"status": "incomplete", "indent": "\t"}},
		"comm_info":   {map[string]any{"target_name": "x"}, map[string]any{"status": "ok", "comms": map[string]any{}}},
		"history":     {map[string]any{"hist_access_type": "tail", "n": 3, "output": false, "raw": true}, map[string]any{"status": "ok"}},
		"complete":    {map[string]any{"code": "fmt.Pr", "cursor_pos": 6}, map[string]any{"status": "ok"}},
		"inspect":     {map[string]any{"code": "fmt", "cursor_pos": 1, "detail_level": 0}, map[string]any{"status": "ok"}},
	} {
		if c.ask == nil {
			c.ask = map[string]any{}
		}
		for _, socket := range []string{"shell", "control"} {
			id := f.ask(socket, kind+"_request", c.ask)
			h, got := f.reply(id)
			if h.socket != socket || h.Header.Type != kind+"_reply" {
				t.Errorf("%s asked on %s was answered on %s by %s", kind, socket, h.socket, h.Header.Type)
			}
			for k, v := range c.want {
				if !reflect.DeepEqual(got[k], v) {
					t.Errorf("%s: %s is %v, want %v", kind, k, got[k], v)
				}
			}
			f.done(id)
			if got := f.about(id); !slices.Equal(got, []string{"busy", "idle"}) {
				t.Errorf("%s: published %v", kind, got)
			}
		}
	}
	if err := f.sockets["heartbeat"].Send(zmq4.NewMsgString("beat")); err != nil {
		t.Fatal(err)
	}
	if m, err := f.sockets["heartbeat"].Recv(); err != nil || string(m.Bytes()) != "beat" {
		t.Errorf("the heartbeat's echo is %q, %v", m.Bytes(), err)
	}
	h, _ := f.reply(f.ask("control", "interrupt_request", map[string]any{}))
	if h.socket != "control" || h.Header.Type != "interrupt_reply" {
		t.Errorf("the interrupt was answered on %s by %s", h.socket, h.Header.Type)
	}
	if got := f.done(long); got["status"] != "error" || got["ename"] != "interrompida" {
		t.Errorf("the interrupted cell ended with %v", got)
	}
	if got := f.about(long); !slices.Equal(got[len(got)-2:], []string{"error interrompida", "idle"}) {
		t.Errorf("published %v", got)
	}
	id, _ := f.run("%%\nfmt.Print(6 * 7)")
	if got := f.about(id); !slices.Equal(got, []string{"busy", "execute_input", `stdout "42"`, "idle"}) {
		t.Errorf("the next cell published %v", got)
	}
	bye := f.ask("control", "shutdown_request", map[string]any{"restart": true})
	if h, got := f.reply(bye); h.socket != "control" || got["restart"] != true {
		t.Errorf("the shutdown was answered on %s with %v", h.socket, got)
	}
	f.nothingLeft()
}

// What a cell prints when it has heard of the interrupt is shown.
func TestOutputBehindAnInterrupt(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("n := 1\nfmt.Print()")
	for _, code := range []string{
		"%%\nstop := make(chan os.Signal, 1)\nsignal.Notify(stop, os.Interrupt)\nfmt.Println(\"begun\")\n<-stop\nn++\nfmt.Println(\"the last line\")",
		"ended, _ := signal.NotifyContext(context.Background(), os.Interrupt)\nfmt.Println(\"begun\")\n<-ended.Done()\nn++\nfmt.Println(\"the last line\")",
	} {
		id := f.ask("shell", "execute_request", cell(code))
		f.published(id, "stream")
		f.ask("control", "interrupt_request", map[string]any{})
		f.done(id)
		if said := strings.Join(f.about(id), "\n"); !strings.Contains(said, "the last line") || strings.Contains(said, "demais") {
			t.Errorf("published %s", said)
		}
	}
	play(t, f, []step{{"n", "execute_result text/plain 3"}})
}

// An error ends the queue, unless the front end has asked otherwise.
func TestCellsBehindAnErrorAreAborted(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for _, stop := range []bool{true, false} {
		f.published(f.ask("shell", "execute_request", cell("%%\nfmt.Println(1)\ntime.Sleep(time.Second)")), "stream") // the queue fills
		bad := f.ask("shell", "execute_request", cell("nosuch(1)", "stop_on_error", stop))
		next := f.ask("shell", "execute_request", cell("!echo next"))
		if got := f.done(bad); got["status"] != "error" {
			t.Errorf("the bad cell ended with %v", got)
		}
		want := map[bool]string{true: "aborted", false: "ok"}[stop]
		if got := f.done(next); got["status"] != want {
			t.Errorf("stop_on_error %v: the next cell ended with %v", stop, got["status"])
		}
		if ran := slices.Contains(f.about(next), `stdout "next\n"`); ran == stop {
			t.Errorf("stop_on_error %v: published %v", stop, f.about(next))
		}
	}
	if _, got := f.run("!echo later"); got["status"] != "ok" {
		t.Errorf("a later cell ended with %v", got)
	}
}

// An error is one message, and what it quotes is text, not HTML.
func TestOneErrorMessage(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for code, want := range map[string][]string{
		"%%\nvar x int = \"<b>\"\nfmt.Print(x)": {"erro de compilação", "Célula [", "linha 2", "   2 │ var x int = \"<b>\""},
		"%%\npanic(\"<b>bold</b>\")":            {"panic", "<b>bold</b>", "linha 2", "   2 │ panic("},
		"%%\nos.Exit(3)":                        {"erro de execução", "código 3"},
		"%%\nvar p []int\nfmt.Print(p[1])":      {"panic", "index out of range [1] with length 0", "linha 3"},
		"%env one two three four":               {"erro", "it takes 2 arguments"},
	} {
		id, reply := f.run(code)
		if got := f.about(id); len(got) != 4 || !strings.HasPrefix(got[2], "error") {
			t.Errorf("%q published %v", code, got)
		}
		text := fmt.Sprint(reply["ename"], reply["evalue"], reply["traceback"])
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%q: expected %q in %s", code, w, text)
			}
		}
		if strings.Contains(text, "goroutine ") || strings.Contains(text, "main.go") {
			t.Errorf("%q: the error speaks of what the student has not written: %s", code, text)
		}
	}
}

// A cell is a script, as in GoNB: what it prints is published, what it writes is
// there for the cells behind it, its status is words and no error of the cell. It is
// interrupted like any other.
func TestScripts(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	published := func(id string) []string {
		return slices.DeleteFunc(f.about(id), func(w string) bool { return w == "busy" || w == "idle" || w == "execute_input" })
	}
	for _, c := range []struct {
		code string
		want []string
	}{
		{"%%bash\nfor i in {1..3}; do [[ $i == 2 ]] || echo \"n $i\"; done | tee numbers.txt", []string{`stdout "n 1\nn 3\n"`}},
		{"%%sh\necho 'ação <b>' >&2", []string{`stderr "ação <b>\n"`}},
		{"%%script sed s/a/b/\nabc", []string{`stdout "bbc\n"`}},
		{"b, err := os.ReadFile(\"numbers.txt\")\nfmt.Print(string(b), err)", []string{`stdout "n 1\nn 3\n<nil>"`}},
		{"%%bash\necho before\nexit 3", []string{`stdout "before\n"`, `stderr "exit status 3\n"`}},
	} {
		id, got := f.run(c.code)
		if got["status"] != "ok" || !slices.Equal(published(id), c.want) {
			t.Errorf("%q ended with %v, published %v, want %v", c.code, got, published(id), c.want)
		}
	}
	id := f.ask("shell", "execute_request", cell("%%bash\necho begun\nsleep 3600\necho after"))
	f.published(id, "stream")
	f.ask("control", "interrupt_request", map[string]any{})
	if got := f.done(id); got["status"] != "error" || published(id)[0] != `stdout "begun\n"` {
		t.Errorf("the interrupted script ended with %v, published %v", got, published(id))
	}
	if id, got := f.run("%%bash\necho next"); got["status"] != "ok" || !slices.Equal(published(id), []string{`stdout "next\n"`}) {
		t.Errorf("the next script ended with %v, published %v", got, published(id))
	}
}

// A front end that does not introduce itself keeps nobody waiting.
func TestSilentConnection(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for range 3 {
		f.raw()
	}
	other := zmq4.NewDealer(t.Context())
	if err := other.Dial(f.connection.Address(f.connection.ShellPort)); err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	frames, err := wire.Message{Header: wire.NewHeader("other", "kernel_info_request"), Content: json.RawMessage("{}")}.Frames(f.connection.Key)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() { _, err := other.Recv(); answered <- err }()
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(kerneltest.Patience):
		t.Error("another front end gets no answer")
	}
}
