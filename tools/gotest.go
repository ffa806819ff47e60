package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

func goTests(ctx context.Context, _ bool) part {
	heading("go test ./...")
	return goTest(ctx, "Go", nil, "./...")
}

// goTest runs go test with additions to the environment, and prints a line a
// package and all that a failed test printed.
func goTest(ctx context.Context, name string, env []string, args ...string) part {
	cmd := command(ctx, "go", append([]string{"test", "-json", "-shuffle=on", "-timeout=40m"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	pipe, w := io.Pipe()
	cmd.Stdout = w
	go func() { w.CloseWithError(cmd.Run()) }()
	r := newGoReport(os.Stdout)
	err := r.read(pipe)
	if err != nil && r.failed == 0 { // go test itself could not run
		fmt.Println(err)
		r.failed++
	}
	return part{name: name, detail: fmt.Sprintf("%d packages ok, %d failed", len(r.ok), r.packagesFailed),
		passed: r.passed, failed: r.failed, packages: r.ok}
}

// goEvent is a line of go test -json; see go doc test2json.
type goEvent struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

// goReport follows go test -json.
type goReport struct {
	out            io.Writer
	ok             []string // packages that passed
	packagesFailed int
	passed, failed int                         // tests, without their subtests
	printed        map[string]*strings.Builder // by package or test
	tests          map[string]int              // by package
}

func newGoReport(out io.Writer) *goReport {
	return &goReport{out: out, printed: map[string]*strings.Builder{}, tests: map[string]int{}}
}

func (r *goReport) read(lines io.Reader) error {
	scan := bufio.NewScanner(lines)
	scan.Buffer(nil, 1<<24)
	for scan.Scan() {
		var e goEvent
		if err := json.Unmarshal(scan.Bytes(), &e); err != nil {
			fmt.Fprintln(r.out, scan.Text())
			continue
		}
		r.event(e)
	}
	return scan.Err()
}

func (r *goReport) event(e goEvent) {
	key := e.Package + " " + e.Test
	topLevel := e.Test != "" && !strings.Contains(e.Test, "/")
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		if r.printed[key] == nil {
			r.printed[key] = new(strings.Builder)
		}
		r.printed[key].WriteString(e.Output)
	case "pass":
		if topLevel {
			r.passed++
			r.tests[e.Package]++
		} else if e.Test == "" {
			r.ok = append(r.ok, e.Package)
			fmt.Fprintf(r.out, "ok    %s  %.1fs  %d tests\n", e.Package, e.Elapsed, r.tests[e.Package])
		}
		delete(r.printed, key)
	case "fail":
		if p := r.printed[key]; p != nil {
			fmt.Fprint(r.out, p)
		}
		if topLevel {
			r.failed++
			r.tests[e.Package]++
		} else if e.Test == "" {
			r.packagesFailed++
			if r.tests[e.Package] == 0 { // it did not build, or died before its first test
				r.failed++
			}
			fmt.Fprintf(r.out, "FAIL  %s  %.1fs\n", e.Package, e.Elapsed)
		}
	}
}
