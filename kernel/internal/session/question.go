package session

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/complete"
)

// Completer is what a session needs of what knows how names go on and what they
// are. known is what other cells have declared; offsets are in bytes.
type Completer interface {
	Complete(ctx context.Context, source string, at int, known cells.Known) (items []complete.Item, from, to int)
	// Inspect returns Markdown, "" when nothing is known.
	Inspect(ctx context.Context, source string, at int, known cells.Known) string
	// Await waits until all that there is to know is known, or ctx ends.
	Await(ctx context.Context)
}

// latest lets the newest of the questions of a kind cancel the one before: a
// front end asks anew when more has been typed.
type latest struct {
	mu     sync.Mutex
	cancel map[string]func()
}

// begin returns the context of a question, and what ends it.
func (l *latest) begin(life context.Context, kind string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(life)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cancel == nil {
		l.cancel = map[string]func(){}
	}
	if before := l.cancel[kind]; before != nil {
		before()
	}
	l.cancel[kind] = cancel
	return ctx, cancel
}

// ask answers a question about the cell that is being typed, also while a cell
// runs.
func (s *Session) ask(ctx context.Context, done func(), r request) {
	defer s.busy(r)()
	defer done()
	var asked struct {
		Code   string `json:"code"`
		Cursor *int   `json:"cursor_pos"`
	}
	if !s.content(r, &asked) {
		return
	}
	runes := []rune(asked.Code)
	cursor := len(runes)
	if asked.Cursor != nil {
		cursor = min(max(*asked.Cursor, 0), cursor)
	}
	source := string(runes)
	if r.Header.Type == "inspect_request" {
		text := ""
		if at, ok := subject(runes, cursor); ok {
			offset := len(string(runes[:at]))
			text = s.value(source, offset) + s.Completer.Inspect(ctx, source, offset, s.known())
		}
		data := map[string]string{}
		if text != "" {
			data = map[string]string{"text/markdown": text, "text/plain": plain(text)}
		}
		s.reply(r, "inspect_reply", map[string]any{"status": "ok", "found": text != "", "data": data, "metadata": struct{}{}})
		return
	}
	items, from, to := s.Completer.Complete(ctx, source, len(string(runes[:cursor])), s.known())
	start, end := utf8.RuneCountInString(source[:from]), utf8.RuneCountInString(source[:to])
	matches, types := []string{}, []map[string]any{}
	for _, i := range items {
		matches = append(matches, i.Text)
		types = append(types, map[string]any{"start": start, "end": end, "text": i.Text, "type": i.Kind, "signature": i.Signature})
	}
	s.reply(r, "complete_reply", map[string]any{"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
		"metadata": map[string]any{"_jupyter_types_experimental": types}})
}

// fences stand around code in Markdown.
var fences = regexp.MustCompile("(?m)^```.*\n?|^---\n")

// plain is Markdown as a terminal shows it.
func plain(markdown string) string {
	return strings.TrimSpace(fences.ReplaceAllString(markdown, "")) + "\n"
}

// subject finds what is to be inspected at a cursor: the name there or before
// it; behind a comma or a parenthesis, the function that is called.
func subject(code []rune, at int) (int, bool) {
	opens := func(r rune) bool { return r == '(' || r == '{' }
	for at = min(at, len(code)); at >= 0; at-- {
		switch {
		case at == len(code):
		case code[at] == ',' || code[at] == ')':
			for at >= 0 && !opens(code[at]) {
				at--
			}
		case !strings.ContainsRune("\x00 \t\n\r({}[]\"`'", code[at]):
			return at, true
		}
	}
	return 0, false
}
