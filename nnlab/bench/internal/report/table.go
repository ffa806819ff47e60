package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table is rows of text under a head, the first column to the left and numbers to
// the right.
type Table struct {
	Title, Note string
	Head        []string
	Rows        [][]string
}

// Text writes the table for a terminal.
func (t *Table) Text(out io.Writer) {
	fmt.Fprintf(out, "\n%s\n", t.Title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
	if t.Note != "" {
		fmt.Fprintln(out, t.Note)
	}
}
