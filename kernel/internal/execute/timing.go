package execute

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Timing is how long a cell took.
type Timing struct {
	Notebook string // its short name
	Cell     int    // from 1, among the code cells
	Line     string // its first
	Took     time.Duration
}

// WriteSlowest writes a table of the n slowest cells: notebook, cell, seconds,
// share of the time of all cells, first line.
func WriteSlowest(w io.Writer, timings []Timing, n int) error {
	switch len(timings) {
	case 0:
		return nil
	case 1:
		_, err := fmt.Fprintf(w, "a célula %d levou %s s\n", timings[0].Cell, pt.Number(timings[0].Took.Seconds(), 1))
		return err
	}
	var all time.Duration
	several := false
	for _, t := range timings {
		all += t.Took
		several = several || t.Notebook != timings[0].Notebook
	}
	sorted := slices.Clone(timings)
	slices.SortStableFunc(sorted, func(a, b Timing) int { return cmp.Compare(b.Took, a.Took) })
	sorted = sorted[:min(n, len(sorted))]
	fmt.Fprintf(w, "as mais lentas de %d células, que levaram %s s:\n", len(timings), pt.Number(all.Seconds(), 1))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, t := range sorted {
		name := ""
		if several {
			name = plain.Line(t.Notebook) + " "
		}
		fmt.Fprintf(table, "%scélula %d\t%s s\t%.0f %%\t  %s\n", name, t.Cell, pt.Number(t.Took.Seconds(), 1),
			100*t.Took.Seconds()/max(all.Seconds(), 1e-9), cut(t.Line, 60))
	}
	return table.Flush()
}

// cut shortens a line to at most n characters.
func cut(line string, n int) string {
	if r := []rune(line); n > 1 && len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return line
}
