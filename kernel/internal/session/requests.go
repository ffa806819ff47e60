package session

import (
	"encoding/json"
	"runtime"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// dispatch handles a request of the shell or the control socket. It never waits
// for a cell.
func (s *Session) dispatch(r request) {
	kind := r.Header.Type
	if kind == "execute_request" {
		// One that cannot be read is no cell: it fails at once, and no cell that waits
		// builds on it.
		if json.Unmarshal(r.Content, &r.asked) == nil {
			s.queue.add(r)
			return
		}
		defer s.busy(r)()
		s.content(r, &r.asked)
		return
	}
	handle, known := map[string]func(request){
		"kernel_info_request": s.kernelInfo,
		"is_complete_request": s.isComplete,
		"history_request":     s.searchHistory,
		"comm_info_request":   s.commInfo,
		"comm_open":           s.comm,
		"comm_msg":            s.comm,
		"comm_close":          s.comm,
		"interrupt_request":   s.interruptRequest,
		"shutdown_request":    s.shutdown,
	}[kind]
	switch {
	case known:
		defer s.busy(r)()
		handle(r)
	case kind == "complete_request" || kind == "inspect_request":
		ctx, done := s.latest.begin(s.life, kind)
		go s.ask(ctx, done, r)
	case kind == "usage_request":
		go func() { // it looks at all the memory of all processes
			defer s.busy(r)()
			s.reply(r, "usage_reply", s.Usage())
		}()
	default:
		s.Log.Printf("nobody here answers a %s", kind)
	}
}

func (s *Session) kernelInfo(r request) {
	s.reply(r, "kernel_info_reply", map[string]any{
		"status": "ok", "protocol_version": "5.4", "implementation": "nnlab", "implementation_version": "1",
		"banner":     "nnlab: Go e redes neurais, com GoNB por trás",
		"debugger":   false,
		"help_links": []map[string]string{{"text": "Go", "url": "https://go.dev/doc/"}, {"text": "GoNB", "url": "https://github.com/janpfeifer/gonb"}},
		"language_info": map[string]any{"name": "go", "version": runtime.Version()[2:], "mimetype": "text/x-go",
			"file_extension": ".go", "pygments_lexer": "go", "codemirror_mode": "go", "nbconvert_exporter": ""},
	})
}

func (s *Session) isComplete(r request) {
	var asked struct {
		Code string `json:"code"`
	}
	if !s.content(r, &asked) {
		return
	}
	status, indent := cells.Complete(asked.Code)
	answer := map[string]any{"status": status}
	if status == cells.Incomplete {
		answer["indent"] = indent
	}
	s.reply(r, "is_complete_reply", answer)
}

func (s *Session) interruptRequest(r request) {
	s.InterruptCell()
	s.reply(r, "interrupt_reply", map[string]any{"status": "ok"})
}

// shutdown ends the kernel; starting it anew is the front end's business.
func (s *Session) shutdown(r request) {
	var asked struct {
		Restart bool `json:"restart"`
	}
	if !s.content(r, &asked) {
		return
	}
	answer := map[string]any{"status": "ok", "restart": asked.Restart}
	s.reply(r, "shutdown_reply", answer)
	s.publish(r, "shutdown_reply", answer)
	s.end.Do(func() { close(s.ended) })
}

// input hands what a student typed to the cell that asked for it.
func (s *Session) input(r request) {
	if x := s.current(); x != nil && r.Header.Type == "input_reply" {
		select {
		case x.answers <- r:
		default: // nobody asks as much
		}
	}
}

// toEngine hands a message on to the shell of GoNB, under its own id.
func (s *Session) toEngine(r request) {
	select {
	case <-s.ready:
	case <-s.life.Done():
		return
	}
	if err := s.engine.Send(engine.Shell, s.header(r, r.Header.Type), r.Content); err != nil {
		s.Log.Printf("GoNB did not get a %s: %v", r.Header.Type, err)
	}
}

// header is what GoNB gets for a request's header: it ends at one that it
// cannot read.
func (s *Session) header(r request, kind string) wire.Header {
	h := wire.NewHeader(r.Header.Session, kind)
	h.ID = r.Header.ID
	return h
}

// content reads a request's content; what cannot be read is answered with an
// error, where it is a kind of message that is answered.
func (s *Session) content(r request, to any) bool {
	err := json.Unmarshal(r.Content, to)
	switch {
	case err == nil:
	case !strings.HasSuffix(r.Header.Type, "_request"):
		s.Log.Printf("a %s is dropped: %v", r.Header.Type, err)
	default:
		s.reply(r, replyTo(r.Header.Type), failure("mensagem inválida", err.Error(), nil))
	}
	return err == nil
}

// replyTo is the kind of the reply to a request.
func replyTo(kind string) string { return kind[:len(kind)-len("request")] + "reply" }

// failure is the content of a reply that reports an error.
func failure(name, value string, traceback []string) map[string]any {
	if traceback == nil {
		traceback = []string{}
	}
	return map[string]any{"status": "error", "ename": name, "evalue": value, "traceback": traceback}
}
