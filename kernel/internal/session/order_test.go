package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// However the text is cut into pieces, nothing but the marks is taken out of it.
func TestMarksInPieces(t *testing.T) {
	const text = "a\x1b]nnlab;1\x1b\\b\x1b[1m\x1b]nnlab;x\x1b\\\x1b]nnlab;2\x1b\\\x1b]nnlab;99999999999999999999999999999999 c\x1b]nnlab;3"
	const want = "ab\x1b[1m\x1b]nnlab;x\x1b\\\x1b]nnlab;99999999999999999999999999999999 c\x1b]nnlab;3"
	for i := range len(text) {
		for j := i; j <= len(text); j++ {
			var got strings.Builder
			x := &execution{session: &Session{}, order: order{shown: 2}, out: output{now: time.Now, publish: func(_, text string) { got.WriteString(text) }}}
			for _, piece := range []string{text[:i], text[i:j], text[j:]} {
				x.printed(piece)
			}
			x.stream("stdout", x.order.rest)
			x.out.flush()
			if got.String() != want || x.order.seen != 2 {
				t.Fatalf("cut at %d and %d: %q, seen %d", i, j, got.String(), x.order.seen)
			}
		}
	}
}

// A text waits for the display whose mark it stands behind, which may come late.
func TestTextBehindADisplay(t *testing.T) {
	var got strings.Builder
	x := &execution{session: &Session{controls: controls{}}, asked: asked{Silent: true}, out: output{now: time.Now, publish: func(_, text string) { got.WriteString(text) }}}
	x.printed("a\x1b]nnlab;1\x1b\\b")
	x.printed("c\x1b]nnlab;2\x1b\\d")
	x.out.flush()
	if got.String() != "a" || x.order.awaits != 1 || x.order.late == nil {
		t.Errorf("before the display: %q, waits for %d", got.String(), x.order.awaits)
	}
	for mark, want := range []string{"a", "abc", "abcd"} {
		if mark > 0 {
			x.inOrder(event{message: wire.Message{Content: json.RawMessage(fmt.Sprintf(`{"data":{},"metadata":{"nnlab_mark":%d}}`, mark))}})
		}
		if x.out.flush(); got.String() != want {
			t.Errorf("behind display %d: %q, want %q", mark, got.String(), want)
		}
	}
	if x.order.awaits != 0 || x.order.late != nil || len(x.order.held) > 0 {
		t.Errorf("it still waits: %+v", x.order)
	}
}

func TestMarkOf(t *testing.T) {
	for content, want := range map[string]int{
		`{"data":{},"metadata":{"nnlab_mark":7},"transient":{"display_id":"a"}}`: 7,
		`{"data":{"text/plain":"nnlab_mark"},"metadata":{}}`:                     0,
		`{"data":{},"metadata":{"nnlab_mark":"x"}}`:                              0,
		`{"metadata":["nnlab_mark"]}`:                                            0,
		`{}`:                                                                     0,
	} {
		n, m := markOf(wire.Message{Content: json.RawMessage(content)})
		if n != want || n > 0 && string(m.Content) != `{"data":{},"metadata":{},"transient":{"display_id":"a"}}` {
			t.Errorf("%s: %d, %s", content, n, m.Content)
		}
	}
}
