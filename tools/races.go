package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// raced is the packages under the race detector, each a slow part of its own: a change
// of viz is no reason to watch the kernel's goroutines again. Those are left out in which no
// goroutines meet: the tests of ./kernel drive a kernel that is a program of its own, which
// the detector does not see (what it is made of is tested in ./kernel/internal), and the
// reference backend starts none.
func raced(ctx context.Context, patterns []string) (parts []slow, err error) {
	const module = "github.com/nnlab-go/lab/"
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	text, err := output(ctx, "go", append([]string{"list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}"}, patterns...)...)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, lastLines(text, 3))
	}
	for _, pkg := range strings.Fields(text) {
		name := strings.TrimPrefix(pkg, module)
		if name != "kernel" && name != "nnlab/backend/ref" {
			parts = append(parts, slow{name: "Races, " + name, packages: []string{pkg}, paths: []string{"tools/gotest.go", "tools/races.go"}})
		}
	}
	return parts, nil
}

// changedRaces runs the packages that are not as they were when no race was found in them.
func changedRaces(ctx context.Context, _ bool) part {
	parts, err := raced(ctx, nil)
	if err == nil {
		parts, err = stale(ctx, parts)
	}
	return raceTests(ctx, parts, err)
}

// racesAnew runs these packages, all where there is none, and notes those that have passed.
func racesAnew(ctx context.Context, patterns []string) part {
	parts, err := raced(ctx, patterns)
	p := raceTests(ctx, parts, err)
	for _, s := range parts {
		if !slices.Contains(p.packages, s.packages[0]) {
			continue
		}
		if q := noted(ctx, part{passed: 1}, s); q.failed > 0 {
			p.failed++
			p.detail = q.detail
		}
	}
	return p
}

// raceTests runs these packages under the race detector, which needs cgo and a C compiler, as
// nothing else here does, unless they could not be listed.
func raceTests(ctx context.Context, parts []slow, err error) part {
	const name = "Go, races"
	switch {
	case err != nil:
		return part{name: name, failed: 1, detail: err.Error()}
	case len(parts) == 0:
		return leftOut(name, "all packages are as they were when they passed")
	}
	heading("go test -race -short")
	cc, err := output(ctx, "go", "env", "CC")
	if err != nil {
		return missing(name, 1, lastLines(cc, 3))
	}
	compiler := strings.Fields(cc)[0]
	if _, err := exec.LookPath(compiler); err != nil {
		return missing(name, 1, "the race detector needs a C compiler, and there is no "+compiler+"; Debian, Ubuntu: sudo apt install gcc libc6-dev")
	}
	args := []string{"-race", "-short"}
	for _, s := range parts {
		args = append(args, s.packages...)
	}
	return goTest(ctx, name, []string{"CGO_ENABLED=1"}, args...)
}
