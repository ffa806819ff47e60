// Package report shows what was measured: as tables for a terminal, as a page in
// Markdown, and as JSON.
package report

import (
	"fmt"
	"io"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// kinds are the tables, in their order.
var kinds = []struct {
	kind  work.Kind
	title string
}{
	{work.Epoch, "An epoch of training"},
	{work.Goal, "From the start of the process to an accuracy on the test images"},
	{work.Gemm, "Matrix products, m×k×n"},
	{work.Conv, "Convolutions, batch·side² channels→filters"},
}

// Text writes the run for a terminal.
func (r *Run) Text(out io.Writer) {
	fmt.Fprintln(out, r.Machine)
	fmt.Fprintln(out, r.ceiling())
	for _, k := range kinds {
		if t := r.table(k.kind, k.title); len(t.Rows) > 0 {
			t.Text(out)
		}
	}
}

// String is the machine in a line.
func (m Machine) String() string {
	s := fmt.Sprintf("%s (%s), %d cores, %d threads, %s, %s", m.Processor, m.Vectors, m.Cores, m.Threads, m.System, m.Go)
	if m.Memory > 0 {
		s += fmt.Sprintf(", %.0f GB", float64(m.Memory)/(1<<30))
	}
	return s
}

// ceiling says what the processor can do at most.
func (r *Run) ceiling() string {
	s := "FMA peak: "
	for i, p := range r.Peaks {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%.0f GFLOP/s (%s)", p.GFLOPS, p.Loop)
	}
	if !r.Peaks[0].Ceiling {
		s += ": a loop in plain Go, not the true peak"
	}
	return s
}

// table is what was measured of one kind of work, by the lab alone.
func (r *Run) table(kind work.Kind, title string) *Table {
	t := &Table{Title: title, Head: []string{"", "time", "GFLOP/s", "of the peak"}}
	for _, m := range r.Measured {
		if m.Item.Kind == kind {
			t.Rows = append(t.Rows, r.row(m))
		}
	}
	return t
}

// row is a line of the table.
func (r *Run) row(m *drive.Measured) []string {
	title := m.Item.Title
	if m.Item.Kind == work.Epoch && m.Item.Samples < work.Images {
		title += fmt.Sprintf(", %d images", m.Item.Samples)
	}
	if m.Error != "" {
		return []string{title, m.Error}
	}
	return []string{
		title, duration(m.Median()),
		fmt.Sprintf("%.1f", m.Rate()), fmt.Sprintf("%.0f %%", 100*m.Rate()/r.peak()),
	}
}

// duration is a number of seconds with its unit, to three digits.
func duration(seconds float64) string {
	switch {
	case seconds < 1e-3:
		return fmt.Sprintf("%.3g µs", seconds*1e6)
	case seconds < 1:
		return fmt.Sprintf("%.3g ms", seconds*1e3)
	}
	return fmt.Sprintf("%.3g s", seconds)
}
