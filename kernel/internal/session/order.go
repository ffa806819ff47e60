package session

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/wire"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// order brings text and displays, which come on two ways, into the order in which the
// cell made them: a display waits until its mark has come in the text, and the text
// behind a mark until its display has come.
type order struct {
	seen   int    // the number of the last mark
	shown  int    // the number of the last display that has come
	awaits int    // the number of the display that the text waits for; 0: of none
	rest   string // the end of the text, which waits or may be the beginning of a mark
	held   []held
	late   <-chan time.Time // when what waits is shown all the same
}

type held struct {
	mark    int
	message wire.Message
}

// How long the text may stand still while a display waits, and a text for a display,
// which does come unless the cell is killed or has printed what only looks like a mark.
const (
	markPatience    = 500 * time.Millisecond
	displayPatience = 5 * time.Second
)

// longestMark is how long a mark can be.
const longestMark = len(notebook.MarkBegin) + 20 + len(notebook.MarkEnd)

// inOrder shows a display when it is its turn.
func (x *execution) inOrder(e event) {
	mark, m := markOf(e.message)
	x.order.shown = max(x.order.shown, mark)
	if mark <= x.order.seen && len(x.order.held) == 0 {
		x.display(m)
		if x.order.awaits > 0 && x.order.shown >= x.order.awaits {
			x.readOn()
		}
		return
	}
	x.order.held = append(x.order.held, held{mark, m})
	x.order.late = time.After(markPatience)
}

// markOf is the number of a display's mark, 0 if it has none, and the display
// without it.
func markOf(m wire.Message) (int, wire.Message) {
	if !bytes.Contains(m.Content, []byte(notebook.MarkKey)) {
		return 0, m
	}
	var content, metadata map[string]json.RawMessage
	if json.Unmarshal(m.Content, &content) != nil || json.Unmarshal(content["metadata"], &metadata) != nil {
		return 0, m
	}
	n, err := strconv.Atoi(string(metadata[notebook.MarkKey]))
	if err != nil {
		return 0, m
	}
	content["metadata"] = json.RawMessage("{}") // it had nothing else in it
	if text, err := json.Marshal(content); err == nil {
		m.Content = text
	}
	return n, m
}

// printed shows what the cell has printed, without the marks, and behind each mark
// the displays that have waited for it.
func (x *execution) printed(text string) {
	text = x.order.rest + text
	x.order.rest = ""
	if x.order.awaits > 0 {
		x.order.rest = text
		return
	}
	if len(x.order.held) > 0 {
		x.order.late = time.After(markPatience)
	}
	for {
		before, after, found := strings.Cut(text, notebook.MarkBegin)
		if !found {
			break
		}
		number, behind, ended := strings.Cut(after, notebook.MarkEnd)
		if !ended && len(after) < longestMark {
			x.stream("stdout", before)
			x.order.rest = text[len(before):]
			return
		}
		n, err := strconv.Atoi(number)
		if !ended || err != nil { // the student's own
			x.stream("stdout", before+notebook.MarkBegin)
			text = after
			continue
		}
		x.stream("stdout", before)
		x.order.seen = n
		due := 0
		for due < len(x.order.held) && x.order.held[due].mark <= n {
			due++
		}
		x.release(due)
		if n > x.order.shown {
			x.order.rest, x.order.awaits = behind, n
			x.order.late = time.After(displayPatience)
			return
		}
		text = behind
	}
	keep := beginning(text)
	x.stream("stdout", text[:len(text)-keep])
	x.order.rest = text[len(text)-keep:]
}

// beginning is how many bytes at the end of a text may begin a mark.
func beginning(text string) int {
	for n := min(len(text), len(notebook.MarkBegin)-1); n > 0; n-- {
		if strings.HasSuffix(text, notebook.MarkBegin[:n]) {
			return n
		}
	}
	return 0
}

// release shows the first n displays that wait.
func (x *execution) release(n int) {
	for _, h := range x.order.held[:n] {
		x.display(h.message)
	}
	x.order.held = x.order.held[n:]
	if len(x.order.held) == 0 {
		x.order.late = nil
	}
}

// display shows a figure, or clears what has been shown.
func (x *execution) display(m wire.Message) {
	x.session.controls.shows(m.Content)
	var content struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(m.Content, &content); err == nil && content.Data[notebook.ClearMIME] != nil {
		x.publish("clear_output", content.Data[notebook.ClearMIME])
		return
	}
	x.publish(m.Header.Type, m.Content)
}
