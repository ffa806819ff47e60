// Package report shows what was measured: as tables for a terminal, as a page in
// Markdown, and as JSON.
package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/nnlab-go/lab/internal/whole"
)

// Text writes the run for a terminal.
func (r *Run) Text(out io.Writer) {
	fmt.Fprintln(out, r.Machine)
	fmt.Fprintln(out, r.ceiling())
	for _, t := range r.Tables() {
		t.text(out)
	}
}

// Markdown is the run as a page, which names the command that made it.
func (r *Run) Markdown(command string) []byte {
	var page bytes.Buffer
	fmt.Fprintf(&page, `# Side by side

All numbers of this page are from one run of

    %s

in which the contenders took turns: each did one run, then the next one did it,
%d rounds of it; the medians count. All were warmed up, had the same number of
threads and the same images in memory.

- %v
- %s
`, command, r.Rounds, r.Machine, r.ceiling())
	for _, name := range slices.Sorted(maps.Keys(r.Contenders)) {
		h := r.Contenders[name]
		fmt.Fprintf(&page, "- %s: %s, threads: %d\n", name, h.Versions, h.Threads)
	}
	for _, t := range r.Tables() {
		t.markdown(&page)
	}
	return page.Bytes()
}

// WriteMarkdown writes the page to a file, whole or not at all.
func (r *Run) WriteMarkdown(path, command string) error {
	return whole.WriteFile(path, r.Markdown(command), 0o666)
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
	if r.Bandwidth > 0 {
		s += fmt.Sprintf("; copies: %.0f GB/s", r.Bandwidth)
	}
	return s
}
