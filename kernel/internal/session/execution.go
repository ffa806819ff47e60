package session

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/build"
	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/hints"
	"github.com/nnlab-go/lab/kernel/internal/report"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// execution is the run of one cell.
type execution struct {
	session *Session
	request request
	asked   asked
	count   int

	events      chan event // what GoNB says about it
	interrupted chan struct{}
	over        chan struct{} // closed when it has been answered
	errors      report.Stderr // what it writes to standard error
	failure     *report.Error // nil while all is well
	lost        bool          // the kernel ends before it has
	payload     []any         // what the front end shows beside the cell
	out         output
	flush       <-chan time.Time // when the text that waits goes out; nil while none does
	output      string           // the text of its result
	imports     []cells.Import   // of the cell, if it does something itself
	origins     cells.Origins    // of the declarations of the program that it is
	behind      [][]string       // orders behind all else of the cell
	order       order
	own         bool // the cell is a program of its own
	piped
}

// asked is the content of an execute_request.
type asked struct {
	Code         string            `json:"code"`
	Silent       bool              `json:"silent"`
	StoreHistory *bool             `json:"store_history"`
	Expressions  map[string]string `json:"user_expressions"`
	AllowStdin   *bool             `json:"allow_stdin"`
	StopOnError  *bool             `json:"stop_on_error"`
}

// event is a message of GoNB.
type event struct {
	from    engine.Socket
	message wire.Message
}

func orTrue(b *bool) bool { return b == nil || *b }

// execute runs a cell. Should it fail, it returns the cells that wait behind it
// and shall not run then: those that were there before it was said to have failed.
func (s *Session) execute(r request) (aborted []request) {
	defer s.busy(r)()
	a := r.asked
	x := &execution{session: s, request: r, asked: a, events: make(chan event, 256), interrupted: make(chan struct{}, 1), over: make(chan struct{}), payload: []any{},
		piped: piped{answers: make(chan request, 4), places: map[string]string{}}}
	x.out.now = time.Now
	x.out.publish = func(name, text string) {
		if !a.Silent {
			s.publish(r, "stream", map[string]string{"name": name, "text": text})
		}
	}
	s.mu.Lock()
	if !a.Silent && orTrue(a.StoreHistory) {
		s.count++
	}
	x.count = s.count
	s.running = x
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.running = nil
		close(x.over)
		s.mu.Unlock()
		s.endControls()
	}()
	if !a.Silent {
		s.publish(r, "execute_input", map[string]any{"code": a.Code, "execution_count": x.count})
	}
	x.split()
	for _, words := range x.behind {
		if x.failure == nil && !x.lost {
			x.obey(words)
		}
	}
	x.did()
	x.out.end()
	if !a.Silent && orTrue(a.StoreHistory) {
		s.history.add(entry{x.count, a.Code, x.output})
	}
	if x.failure != nil && orTrue(a.StopOnError) {
		aborted = s.queue.take()
	}
	x.answer()
	return aborted
}

// answer publishes the error, if there was one, and replies. A cell with which the
// kernel ends has no answer: that it went well would be wrong.
func (x *execution) answer() {
	if x.lost {
		return
	}
	if e := x.failure; e != nil {
		x.publish("error", map[string]any{"ename": e.Name, "evalue": e.Value, "traceback": e.Traceback})
		content := failure(e.Name, e.Value, e.Traceback)
		content["execution_count"] = x.count
		x.session.reply(x.request, "execute_reply", content)
		return
	}
	expressions := map[string]any{}
	for name := range x.asked.Expressions {
		expressions[name] = failure("não disponível", "em Go, o valor de uma expressão só existe dentro de uma célula", nil)
	}
	x.session.reply(x.request, "execute_reply", map[string]any{"status": "ok", "execution_count": x.count,
		"user_expressions": expressions, "payload": x.payload})
}

// publish shows something, unless the cell is to be silent. Text that waits is
// shown before.
func (x *execution) publish(kind string, content any) {
	x.out.flush()
	if !x.asked.Silent {
		x.session.publish(x.request, kind, content)
	}
}

// split has the cell run, if there is something in it that can be run.
func (x *execution) split() {
	source := x.orders(strings.ReplaceAll(x.asked.Code, "\r\n", "\n"))
	if x.failure != nil || strings.TrimSpace(source) == "" {
		return
	}
	if name, ok := cells.Question(source); ok {
		x.explain(name)
		return
	}
	if word := strings.TrimSpace(source); word == "exit" || word == "quit" {
		x.payload = []any{map[string]any{"source": "ask_exit", "keepkernel": false}} // jupyter console leaves the rest to the kernel
		return
	}
	cell, wrong := cells.Split(source)
	if wrong != nil {
		problems := make([]report.Problem, len(wrong))
		for i, w := range wrong {
			problems[i] = report.Problem{Place: report.Place{Cell: x.count, Line: w.Line, Column: w.Column, Source: source}, Message: w.Message,
				Hint: hints.Syntax(source, w.Line, w.Column, w.Message)}
		}
		x.failure = report.Compilation(report.Telling(problems))
		return
	}
	if !x.await() || !x.importable(source) {
		return
	}
	x.own = !cell.Statements
	x.origins = x.session.sources.add(source, cell, x.count)
	x.session.Builder.Begin(x.plan(cell))
	// A file that GoNB writes what is printed to has no marks.
	if err := x.session.Marks(!strings.Contains(cell.Code, "%capture")); err != nil {
		x.session.Log.Printf("text and figures may come in another order: %v", err)
	}
	x.run(cell.Code)
	x.variables()
	x.session.sources.keep(x.origins, x.failure)
	x.warn()
	if r := x.session.Builder.Result(); len(r) > 0 && x.failure == nil {
		x.output = r["text/plain"]
		x.publish("execute_result", map[string]any{"execution_count": x.count, "data": r, "metadata": struct{}{}})
	}
}

// await waits for GoNB, which may still be starting. It returns false when the
// cell was stopped before, or the kernel ends; GoNB never hears of it then.
func (x *execution) await() bool {
	var long <-chan time.Time
	if x.session.Preparing != "" {
		long = time.After(moment)
	}
	for {
		select {
		case <-x.session.ready:
			return true
		case <-long:
			x.out.add("stderr", x.session.Preparing)
			x.out.flush()
		case <-x.interrupted:
			x.failure = report.Interrupted()
			return false
		case <-x.session.life.Done():
			x.lost = true
			return false
		}
	}
}

// moment is how long an engine may take to start without a word.
const moment = 2 * time.Second

// run has GoNB run code and hands on what it says and what the programs of the cell
// write, until it is idle again and they have ended.
func (x *execution) run(code string) {
	x.commands = x.session.Streams.Commands(code)
	var err error
	if x.cell, err = x.session.Streams.Open(x.commands.Programs); err == nil {
		defer x.cell.Close()
		err = x.session.engine.Send(engine.Shell, x.session.header(x.request, "execute_request"), map[string]any{
			"code": x.commands.Code, "silent": false, "store_history": true, "user_expressions": struct{}{}, "allow_stdin": true,
		})
	}
	if err != nil {
		x.failure = &report.Error{Name: "kernel", Value: err.Error(), Traceback: []string{err.Error()}}
		return
	}
	var again, late, willing <-chan time.Time
	stopped, left := false, false
	for idle, answered := false, false; !idle || !answered || x.writing(); {
		select {
		case e := <-x.events:
			switch e.message.Header.Type {
			case "execute_reply":
				answered = true
			case "status":
				idle = stateOf(e.message) == "idle"
			default:
				x.handle(e)
			}
		case r := <-x.cell.Ready():
			x.read(r)
		case <-x.flush:
			x.flush = nil
			// Who has printed half a line may wait for the other half.
			if !x.out.inLine() || !x.lookForInput() {
				x.out.flush()
			}
		case <-x.look:
			x.lookForInput()
		case r := <-x.answers:
			x.answered(r)
		case <-x.order.late:
			x.release(len(x.order.held))
			x.readOn()
		case <-x.interrupted:
			x.session.Interrupt()
			x.cell.Interrupt()
			again = time.After(100 * time.Millisecond)
			if !stopped {
				late, willing = time.After(lastWord), time.After(byItself)
			}
			stopped = true
		case <-again:
			// GoNB forgets an interrupt that comes between two programs.
			x.session.Interrupt()
			again = time.After(100 * time.Millisecond)
		case <-willing:
			left = true // GoNB is going to kill it
		case <-late:
			x.session.Kill()
			late = time.After(time.Second)
		case <-x.session.life.Done():
			x.lost = true
			return
		}
		for idle && answered && x.order.awaits > 0 {
			x.readOn() // no display will come any more
		}
		if idle && answered && stopped && !left {
			left = true // and what it has started behind
			late = time.After(orphans)
		}
	}
	if stopped {
		<-again // the last interrupt may still be on its way to GoNB, and would stop the next cell
	}
	x.release(len(x.order.held))
	x.stream("stdout", x.order.rest)
	x.finish(stopped)
}

// lastWord is how long after an interrupt a cell has ended, by itself or by
// GoNB, which kills its program after five seconds. What still keeps it then is
// something that the program has started. Who runs notebooks without a front end
// kills after six seconds, and says so.
const lastWord = 7 * time.Second

// When an interrupted program has ended by itself, what it has started and left behind
// has a moment to do so, too.
const (
	byItself = 4 * time.Second
	orphans  = 300 * time.Millisecond
)

func stateOf(m wire.Message) string {
	var s struct {
		State string `json:"execution_state"`
	}
	json.Unmarshal(m.Content, &s) // no state is none of those that are looked for
	return s.State
}

// handle hands on one message of GoNB.
func (x *execution) handle(e event) {
	m := e.message
	switch m.Header.Type {
	case "execute_input": // already published, as the student wrote it
	case "error":
		if x.early(e) {
			return
		}
		var content report.Published
		if err := json.Unmarshal(m.Content, &content); err != nil {
			content.Value = err.Error()
		}
		x.failure = report.New(content, x.place)
		if names := x.failure.Undefined; names != nil {
			x.failure.Traceback = append(x.failure.Traceback, x.absent(names, !strings.HasPrefix(x.failure.Value, "undefined: "))...)
		}
		if x.failure.Name == report.NotCompiled {
			x.failure.Traceback = append(x.failure.Traceback, x.session.Builder.Blamed()...)
		}
	case "stream":
		var content struct{ Name, Text string }
		if err := json.Unmarshal(m.Content, &content); err != nil {
			return
		}
		switch {
		case x.begins(content.Text):
		case x.early(e):
		case content.Name == "stdout":
			x.printed(content.Text)
		default:
			x.stream(content.Name, x.errors.Add(content.Text))
		}
	case "input_request":
		x.wished(m.Content)
	case "comm_open", "comm_msg", "comm_close":
		x.session.publish(x.request, m.Header.Type, m.Content)
	case "display_data", "update_display_data":
		x.inOrder(e)
	default:
		x.publish(m.Header.Type, m.Content)
	}
}

// stream shows text, which may wait a moment for more.
func (x *execution) stream(name, text string) {
	if x.out.skip(len(text)) {
		return
	}
	if text != "" && x.out.add(name, text) && x.flush == nil {
		x.flush = time.After(gather)
	}
}

// finish says in one error what several messages of GoNB have said.
func (x *execution) finish(stopped bool) {
	// To GoNB a shell's command that was stopped has ended well.
	if x.failure == nil && stopped && x.errors.Ended() {
		x.failure = report.Interrupted()
	}
	rest, dump := x.errors.End(x.failure != nil)
	x.stream("stderr", rest)
	switch {
	case x.failure == nil:
	case stopped:
		x.failure = report.Interrupted()
	case dump != "":
		x.session.dump = build.Unmarked(dump)
		x.failure = report.Panic(dump, x.session.Memory, x.place)
	}
}

// place finds a line of the program that GoNB made of the cells.
func (x *execution) place(line, column int) report.Place {
	return x.session.sources.find(x.origins, x.session.Builder.Program(), line, column)
}
