package nn

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Verbose(false) keeps Fit from printing its progress.
type Verbose bool

func (v Verbose) applyFit(f *fit) { f.quiet = !bool(v) }

// progress prints where a training is: in a terminal a bar that is drawn anew
// in place, in a log a line an epoch.
type progress struct {
	builtIn
	w        io.Writer
	terminal bool
	drawn    time.Time
}

func newProgress() *progress {
	return &progress{w: os.Stdout, terminal: isTerminal(os.Stdout)}
}

// isTerminal tells whether a file is a terminal, or nobody reads it: golang.org/x/term
// knows the difference, with all the names that Unix has for anything.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const barWidth = 24

func (p *progress) On(e *Event) {
	switch e.Phase {
	case BatchEnd:
		if p.terminal && time.Since(p.drawn) > 100*time.Millisecond {
			p.drawn = time.Now()
			done := barWidth * e.Batch / e.Batches
			fmt.Fprintf(p.w, "\r\x1b[KEpoch %d/%d %s%s %d/%d · %v · ETA %v", e.Epoch, e.Epochs,
				strings.Repeat("━", done), strings.Repeat("╌", barWidth-done), e.Batch, e.Batches, e.Logs, e.ETA.Round(time.Second))
		}
	case EpochEnd:
		if p.terminal {
			fmt.Fprint(p.w, "\r\x1b[K")
		}
		seconds := e.History.Seconds[len(e.History.Seconds)-1]
		fmt.Fprintf(p.w, "Epoch %d/%d · %.1fs · %v · ETA %v\n", e.Epoch, e.Epochs, seconds, e.Logs, e.ETA.Round(time.Second))
	case FitEnd:
		if e.Err == nil && e.History.Stopped != "" {
			fmt.Fprintf(p.w, "Training ended after %d epochs: %s\n", e.History.Epochs(), e.History.Stopped)
		}
	}
}
