package session

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// question is a request to complete or inspect a cell, in the form in which
// GoNB understands it.
type question struct {
	session *Session
	request request
	content map[string]any
	cursor  int // as the front end counts, in characters
	shift   int // by how much GoNB's positions are greater
}

func (s *Session) question(r request) (*question, bool) {
	var asked struct {
		Code   string `json:"code"`
		Cursor *int   `json:"cursor_pos"`
		Detail int    `json:"detail_level"`
	}
	if !s.content(r, &asked) {
		return nil, false
	}
	q := &question{session: s, request: r, cursor: utf8.RuneCountInString(asked.Code)}
	if asked.Cursor != nil {
		q.cursor = min(max(*asked.Cursor, 0), q.cursor)
	}
	code, cursor := asked.Code, q.cursor
	if r.Header.Type == "inspect_request" {
		var ok bool
		if cursor, ok = subject([]rune(code), cursor); !ok {
			q.nothing()
			return nil, false
		}
	}
	if cells.Statements(code) {
		const start = "%%\n"
		code, q.shift = start+code, len(start)
	}
	q.content = map[string]any{"code": code, "cursor_pos": cursor + q.shift, "detail_level": asked.Detail}
	return q, true
}

// subject finds what is to be inspected at a cursor: the name there or before
// it; behind a comma or a parenthesis, the function that is called. GoNB would
// find it too, but look for ever where there is none.
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

// nothing answers that nothing was found.
func (q *question) nothing() {
	if q.request.Header.Type == "inspect_request" {
		q.reply(map[string]any{"status": "ok", "found": false, "data": struct{}{}, "metadata": struct{}{}})
		return
	}
	q.reply(map[string]any{"status": "ok", "matches": []string{}, "cursor_start": q.cursor, "cursor_end": q.cursor, "metadata": struct{}{}})
}

// answer hands on what GoNB answers.
func (q *question) answer(content json.RawMessage) {
	var answer map[string]any
	if json.Unmarshal(content, &answer) != nil || answer["status"] != "ok" {
		q.nothing()
		return
	}
	for _, position := range []string{"cursor_start", "cursor_end"} {
		if at, ok := answer[position].(float64); ok {
			answer[position] = max(int(at)-q.shift, 0)
		}
	}
	q.reply(answer)
}

func (q *question) reply(content map[string]any) {
	q.session.reply(q.request, replyTo(q.request.Header.Type), content)
}
