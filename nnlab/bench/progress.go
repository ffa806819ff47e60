package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
)

// progress returns a function that shows on standard error how far the run is, in
// one line that changes on a terminal, elsewhere in a line every ten seconds, and
// one that takes the line away.
func progress() (show func(drive.Progress), clear func()) {
	last := time.Now()
	line := func(p drive.Progress) string {
		return fmt.Sprintf("%3.0f %%, about %v left: %s, %s", 100*p.Done, p.Left, p.Work, p.Contender)
	}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		show = func(p drive.Progress) { fmt.Fprintf(os.Stderr, "\r\033[K%s", line(p)) }
		return show, func() { fmt.Fprint(os.Stderr, "\r\033[K") }
	}
	show = func(p drive.Progress) {
		if time.Since(last) > 10*time.Second {
			fmt.Fprintln(os.Stderr, line(p))
			last = time.Now()
		}
	}
	return show, func() {}
}
