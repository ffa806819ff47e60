package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table is rows of text under a head. A row may end early.
type Table struct {
	Title, Note string
	Head        []string
	Rows        [][]string
}

// text writes the table for a terminal.
func (t *Table) text(out io.Writer) {
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

// markdown writes the table as a section of a page.
func (t *Table) markdown(out io.Writer) {
	fmt.Fprintf(out, "\n## %s\n\n", t.Title)
	if t.Note != "" {
		fmt.Fprintf(out, "%s\n\n", t.Note)
	}
	line := func(row []string) {
		cells := make([]string, len(t.Head))
		copy(cells, row)
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(c, "|", `\|`)
		}
		fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
	}
	line(t.Head)
	fmt.Fprintf(out, "|---|%s\n", strings.Repeat("--:|", len(t.Head)-1))
	for _, row := range t.Rows {
		line(row)
	}
}
