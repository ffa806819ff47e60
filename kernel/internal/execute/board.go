package execute

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/internal/plain"
)

// Board is what several notebooks write their progress on at once: whole lines,
// each behind the name of its notebook, and on a terminal, below them, one line
// that changes for each notebook that is running.
type Board struct {
	W        io.Writer
	Terminal bool
	Width    int // of the terminal, 0 when not known

	mu      sync.Mutex
	running []*Lane
	drawn   int // lines of the running notebooks that stand on the terminal
}

// Lane is a notebook's part of a board. Lines that are not ended yet wait.
type Lane struct {
	board  *Board
	name   string
	status string
	line   []byte
}

// Lane opens a part of the board; Close ends it.
func (b *Board) Lane(name string) *Lane {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := &Lane{board: b, name: plain.Line(name)}
	b.running = append(b.running, l)
	return l
}

// Write writes the lines that p ends.
func (l *Lane) Write(p []byte) (int, error) {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	l.line = append(l.line, p...)
	end := bytes.LastIndexByte(l.line, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	text := string(l.line[:end])
	l.line = append(l.line[:0], l.line[end:]...)
	return len(p), l.board.write(l.name, text)
}

// Status changes the line of the notebook that is running. Not on a terminal it
// does nothing.
func (l *Lane) Status(text string) {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	l.status = text
	l.board.write("", "")
}

// Close writes the line that was not ended and takes the notebook from those
// that are running.
func (l *Lane) Close() {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	l.board.running = slices.DeleteFunc(l.board.running, func(o *Lane) bool { return o == l })
	text := ""
	if len(l.line) > 0 {
		text = string(l.line) + "\n"
	}
	l.line = nil
	l.board.write(l.name, text)
}

// write puts lines above those of the running notebooks. What a carriage return
// writes over is left out.
func (b *Board) write(name, text string) error {
	var out strings.Builder
	if b.drawn > 0 {
		fmt.Fprintf(&out, "\x1b[%dA\r\x1b[J", b.drawn)
		b.drawn = 0
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		fmt.Fprintf(&out, "%s │ %s\n", name, line[strings.LastIndexByte(line, '\r')+1:])
	}
	if b.Terminal {
		for _, l := range b.running {
			if l.status != "" {
				fmt.Fprintln(&out, cut(l.name+" ▸ "+l.status, b.Width-1))
				b.drawn++
			}
		}
	}
	if out.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(b.W, out.String())
	return err
}
