package session

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/report"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// explain does what a cell asks that is a name with a question mark behind it:
// it shows what the name's documentation says, in the front end's pager.
func (x *execution) explain(name string) {
	s := x.session
	late := time.After(patience)
	for !s.completes() {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-late:
			x.failure = report.New(report.Published{Value: "a documentação ainda não está pronta; tente outra vez"}, x.place)
			return
		}
	}
	code := name
	if cells.Statements(code) {
		code = "%%\n" + code
	}
	h := wire.NewHeader(x.request.Header.Session, "inspect_request")
	answer := s.waiting.expect(h.ID)
	defer s.waiting.forget(h.ID)
	err := s.engine.Send(engine.Shell, h, map[string]any{"code": code, "cursor_pos": utf8.RuneCountInString(code) - 1, "detail_level": 0})
	if err != nil {
		x.failure = report.New(report.Published{Value: err.Error()}, x.place)
		return
	}
	var found struct {
		Data map[string]string `json:"data"`
	}
	select {
	case m := <-answer:
		json.Unmarshal(m.Content, &found) // what cannot be read has not been found
	case <-x.interrupted:
		x.failure = report.Interrupted()
		return
	case <-s.life.Done():
		return
	}
	text := found.Data["text/markdown"] + found.Data["text/plain"]
	if strings.TrimSpace(text) == "" {
		x.failure = report.New(report.Published{Value: "não há documentação de " + name}, x.place)
		return
	}
	found.Data["text/plain"] = text
	x.payload = []any{map[string]any{"source": "page", "data": found.Data, "start": 0}}
}
