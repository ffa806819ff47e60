//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The verdicts on a part.
const (
	passed  = "passed"
	failed  = "failed"
	late    = "out of time"
	missing = "not on this machine"
)

// outcome is what became of a part.
type outcome struct {
	Name    string  `json:"name"`
	Verdict string  `json:"verdict"`
	Seconds float64 `json:"seconds"`
	// Passed counts tests and subtests, and Failed names them.
	Passed int      `json:"passed,omitempty"`
	Failed []string `json:"failed,omitempty"`
	Detail string   `json:"detail,omitempty"` // the end of what it printed, where it has not passed
}

// String is the outcome in a line, with what failed below it.
func (o outcome) String() string {
	s := fmt.Sprintf("%-12s %s, %.0f s", o.Name, o.Verdict, o.Seconds)
	if o.Passed > 0 || len(o.Failed) > 0 {
		s += fmt.Sprintf(", %d tests passed, %d failed", o.Passed, len(o.Failed))
	}
	for _, line := range append(o.Failed, strings.Split(o.Detail, "\n")...) {
		if line != "" {
			s += "\n    " + line
		}
	}
	return s
}

// run runs a part and judges it. It is killed with all that it started when its time is over.
func (p part) run(ctx context.Context) outcome {
	o := outcome{Name: p.name, Verdict: passed}
	program, err := exec.LookPath(p.program)
	if err != nil {
		o.Verdict, o.Detail = missing, err.Error()
		return o
	}
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	var printed tail
	c := exec.CommandContext(limited, program, p.args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = p.dir, append(os.Environ(), p.env...), &printed, &printed
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	began := time.Now()
	err = c.Run()
	o.Seconds = time.Since(began).Seconds()
	text := printed.text()
	if p.tests {
		o.judge(text)
	}
	switch {
	case err != nil && (limited.Err() != nil || strings.Contains(text, "panic: test timed out after")):
		o.Verdict = late
	case err != nil || len(o.Failed) > 0:
		o.Verdict = failed
	case p.tests && o.Passed == 0:
		o.Verdict, err = failed, errors.New("no test has run")
	}
	if o.Verdict != passed {
		o.Detail = strings.TrimSpace(fmt.Sprintf("%s\n%v", lastLines(text, 30), err))
	}
	if p.log != "" {
		if err := os.WriteFile(p.log, []byte(text), 0o666); err != nil {
			o.Verdict, o.Detail = failed, err.Error()
		}
	}
	return o
}

// test is a line of go test -v with the end of one.
var test = regexp.MustCompile(`(?m)^\s*--- (PASS|FAIL|SKIP): (\S+)`)

// judge counts the tests that ended.
func (o *outcome) judge(text string) {
	for _, m := range test.FindAllStringSubmatch(text, -1) {
		switch m[1] {
		case "PASS":
			o.Passed++
		case "FAIL":
			o.Failed = append(o.Failed, m[2])
		}
	}
}

// together runs parts at once.
func together(ctx context.Context, parts []part) []outcome {
	all := make([]outcome, len(parts))
	var done sync.WaitGroup
	for i, p := range parts {
		done.Go(func() { all[i] = p.run(ctx) })
	}
	done.Wait()
	return all
}

// tail keeps the beginning and the end of what is written to it, which together are less than
// what may come back from a machine.
type tail struct {
	mu         sync.Mutex
	begin, end bytes.Buffer
}

const kept = 4 << 20 // bytes of each

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(len(p), kept-t.begin.Len())
	t.begin.Write(p[:n])
	t.end.Write(p[n:])
	if over := t.end.Len() - 2*kept; over > 0 {
		t.end.Next(over + kept)
	}
	return len(p), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.begin.String() + t.end.String()
}

// lastLines is the end of a text.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
