package notebook

import (
	"fmt"
	"os"
)

// Text and displays reach the kernel in two ways, and so in any order. Hence a
// display that has a place among the text leaves a mark in the text where that is,
// and says which: the kernel shows it when the mark has come, which nobody sees.

// Marks names the environment variable with a file that is there while the kernel
// looks for marks.
const Marks = "NNLAB_MARKS"

// MarkKey is the entry of a display's metadata with the number of its mark.
const MarkKey = "nnlab_mark"

// A mark is its number between these, an escape sequence that terminals leave out.
const (
	MarkBegin = "\x1b]nnlab;"
	MarkEnd   = "\x1b\\"
)

// stdout is where the text goes that the kernel hears, whatever os.Stdout is later.
var stdout = os.Stdout

// mark leaves a mark in the text and returns its number; 0 where none is wanted.
func (l *line) mark() int {
	if _, err := os.Stat(os.Getenv(Marks)); err != nil {
		return 0
	}
	if info, err := stdout.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return 0 // it goes elsewhere
	}
	l.marks++
	if _, err := fmt.Fprintf(stdout, "%s%d%s", MarkBegin, l.marks, MarkEnd); err != nil {
		return 0
	}
	return l.marks
}
