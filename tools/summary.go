package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// part is what came out of one part of the tests.
type part struct {
	name                   string
	detail                 string // "12 packages ok, 0 failed", "" for the bare numbers
	passed, failed, notRun int
	why                    []string // why something was not run
	packages               []string // of Go, which passed
	took                   time.Duration
}

// missing is a part of which nothing could be run.
func missing(name string, tests int, why string) part {
	return part{name: name, notRun: tests, why: []string{why}}
}

// summarize prints the parts and, alone on the last line, "N passed, N failed".
// It returns an error when something failed or, with complete, was not run.
func summarize(w io.Writer, parts []part, complete bool) error {
	fmt.Fprintln(w, "\n== Summary")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var sum part
	for _, p := range parts {
		sum.passed, sum.failed, sum.notRun = sum.passed+p.passed, sum.failed+p.failed, sum.notRun+p.notRun
		numbers := fmt.Sprintf("%d passed, %d failed", p.passed, p.failed)
		if p.notRun > 0 {
			numbers += fmt.Sprintf(", %d not run", p.notRun)
		}
		if p.detail != "" {
			numbers = p.detail + ": " + numbers
		}
		fmt.Fprintf(table, "%s\t%s\t%v\n", p.name, numbers, p.took.Round(time.Second))
	}
	table.Flush()
	for _, p := range parts {
		for _, why := range p.why {
			fmt.Fprintf(w, "not run: %s: %s\n", p.name, strings.ReplaceAll(why, "\n", "\n    "))
		}
	}
	fmt.Fprintf(w, "\n%d passed, %d failed\n", sum.passed, sum.failed)
	switch {
	case sum.failed > 0:
		return errors.New("tests failed")
	case complete && sum.notRun > 0:
		return fmt.Errorf("%d tests were not run, and here nothing may be left out", sum.notRun)
	}
	return nil
}
