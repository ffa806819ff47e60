// Package notebook is the line from a cell to the front end: it shows bundles of
// MIME types under the cell and changes them in place. It is the only package
// that knows how: the kernel names a pipe in GONB_PIPE, to which the cell writes
// gob-encoded displays, and one in GONB_PIPE_BACK, from which it reads that they
// have arrived.
package notebook

import (
	"encoding/gob"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Bundle is one thing to show in several forms, of which the front end takes
// the richest that it can show: MIME type → text, or what its JSON is made of.
type Bundle map[string]any

// The MIME types of bundles.
const (
	Plain  = "text/plain"
	HTML   = "text/html"
	SVG    = "image/svg+xml"
	Result = "application/vnd.nnlab.result+json" // see Report

	// ClearMIME is not shown: the kernel clears the cell's output. See Clear.
	ClearMIME = "application/vnd.nnlab.clear+json"
)

// Available tells whether there is a notebook to show things in.
func Available() bool { return os.Getenv(protocol.GONB_PIPE_ENV) != "" }

// NewID returns a display id that no other display has: the kernel remembers
// ids for as long as it lives.
func NewID() string { return fmt.Sprintf("nnlab-%016x%016x", rand.Uint64(), rand.Uint64()) }

// line is the pair of pipes of this process.
type line struct {
	mu    sync.Mutex
	send  *gob.Encoder
	reply *gob.Decoder
	syncs int
	marks int
	shown map[string]bool // ids of displays that have their place
	err   error
}

// kernel is the line of this process. It is opened, and gob is told what is in a bundle,
// where something is shown: a program that shows nothing is linked without all that.
func kernel() *line {
	opened.Do(func() {
		gob.Register(map[string]any{}) // JSON in a bundle
		// Opening waits for the other end, which is opened in the same order.
		out, err := os.OpenFile(os.Getenv(protocol.GONB_PIPE_ENV), os.O_WRONLY, 0)
		if err != nil {
			own.err = fmt.Errorf("opening the line to the notebook: %w", err)
			return
		}
		in, err := os.Open(os.Getenv(protocol.GONB_PIPE_BACK_ENV))
		if err != nil {
			own.err = fmt.Errorf("opening the line from the notebook: %w", err)
			return
		}
		own.send, own.reply = gob.NewEncoder(out), gob.NewDecoder(in)
	})
	return &own
}

var (
	opened sync.Once
	own    = line{shown: map[string]bool{}}
)

// Show shows a bundle under the cell; shown again with the same id, it changes
// in place. An empty id is of no other display. Its place is behind what the cell
// has printed before and in front of what it prints afterwards. It returns when the kernel has
// taken it, so that nothing is lost when the cell ends.
func Show(id string, b Bundle) error {
	if !Available() {
		return fmt.Errorf("there is no notebook: expected the kernel to set %s", protocol.GONB_PIPE_ENV)
	}
	data := make(map[protocol.MIMEType]any, len(b))
	for mime, content := range b {
		data[protocol.MIMEType(mime)] = content
	}
	l := kernel()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	display := &protocol.DisplayData{Data: data, DisplayID: id}
	if !l.shown[id] {
		if n := l.mark(); n > 0 {
			display.Metadata = map[string]any{MarkKey: n}
		}
		l.shown[id] = id != ""
	}
	if l.err = l.send.Encode(display); l.err == nil {
		l.err = l.sync()
	}
	return l.err
}

// sync waits until the kernel has handled all that was sent.
func (l *line) sync() error {
	l.syncs++
	request := protocol.CommValue{Address: protocol.GonbuiSyncAddress, Value: l.syncs}
	if err := l.send.Encode(&protocol.DisplayData{Data: map[protocol.MIMEType]any{protocol.MIMECommValue: request}}); err != nil {
		return err
	}
	for {
		var answer protocol.CommValue
		if err := l.reply.Decode(&answer); err != nil {
			return fmt.Errorf("waiting for the notebook: %w", err)
		}
		if n, ok := answer.Value.(int); ok && answer.Address == protocol.GonbuiSyncAckAddress && n == l.syncs {
			return nil
		}
	}
}

// Clear takes away what the cell has shown so far; with wait, only when it shows
// something else, so that the page does not jump.
func Clear(wait bool) error { return Show("", Bundle{ClearMIME: map[string]any{"wait": wait}}) }

// Report shows a number with its words and marks it as a result of the
// notebook: nnlab-kernel exec prints all results at the end of a run. The same
// name again replaces the number.
func Report(name string, value float64, text string) error {
	return Show("", Bundle{Plain: text, Result: map[string]any{"name": name, "value": value, "text": text}})
}
