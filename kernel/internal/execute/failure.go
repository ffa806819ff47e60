package execute

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Failure is the error of a cell.
type Failure struct {
	Cell   int // from 1, among the code cells
	Count  int // the cell's execution count, by which errors name it
	Source string
	Text   string // what the cell wrote to say so
}

func (f *Failure) Error() string {
	return fmt.Sprintf("a célula %d falhou:\n\n%s\n%s", f.Cell, f.listing(), f.Text)
}

// at is how an error names a line.
var at = regexp.MustCompile(`Célula \[(\d+)\], linha (\d+)`)

// listing is the cell's source with the lines that Text names marked.
func (f *Failure) listing() string {
	marked := map[string]bool{}
	for _, m := range at.FindAllStringSubmatch(f.Text, -1) {
		if m[1] == strconv.Itoa(f.Count) {
			marked[m[2]] = true
		}
	}
	var b strings.Builder
	n := 0
	for line := range strings.Lines(f.Source) {
		n++
		mark := " "
		if marked[strconv.Itoa(n)] {
			mark = "→"
		}
		fmt.Fprintf(&b, "%s%3d │ %s", mark, n, line)
	}
	return b.String() + "\n"
}

// ErrorText is what a failed cell wrote to say why: its error outputs and what
// it sent to standard error, without the colours of a terminal.
func ErrorText(outputs []ipynb.Output, reply client.Reply) string {
	var b strings.Builder
	for _, o := range outputs {
		switch {
		case o["output_type"] == "error":
			for _, line := range o["traceback"].([]any) {
				fmt.Fprintln(&b, line)
			}
		case o["output_type"] == "stream" && o["name"] == "stderr":
			b.WriteString(ipynb.Text(o["text"]))
		}
	}
	if b.Len() == 0 {
		fmt.Fprintf(&b, "%s: %s\n", reply.EName, reply.EValue)
	}
	return plain.Text(b.String())
}

// LateText says to a student that a cell took too long.
func (o Outcome) LateText(limit time.Duration) string {
	how := "interrompida"
	if o.Killed {
		how = "encerrada à força"
	}
	return fmt.Sprintf("a célula passou do tempo limite de %s e foi %s", pt.Duration(limit), how)
}
