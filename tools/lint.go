package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checks look at the source without running it. Each returns what is wrong.
var checks = []struct {
	name string
	run  func(context.Context) (string, error)
}{
	{"gofmt", gofmt},
	{"go vet", func(ctx context.Context) (string, error) { return output(ctx, "go", "vet", "./...") }},
	{"go vet for arm64", vetArm},
	{"go vet for macOS", goFor("darwin", "arm64", "vet", "./...")},
	{"the libraries for Windows", goFor("windows", "amd64", "build", "./nnlab/...", "./datasets/...")},
	{"staticcheck", func(ctx context.Context) (string, error) { return output(ctx, "go", "tool", "staticcheck", "./...") }},
	{"go generate", generate},
	{"notebooks", lintNotebooks},
	{"spelling of the notebooks", spelling},
}

func lint(ctx context.Context, _ bool) part {
	heading("Lint")
	p := part{name: "Lint"}
	for _, c := range checks {
		text, err := c.run(ctx)
		if errors.Is(err, errNotHere) {
			p.notRun++
			p.why = append(p.why, c.name+": "+err.Error())
			continue
		}
		if err != nil {
			p.failed++
			fmt.Printf("FAIL  %s: %v\n%s\n", c.name, err, lastLines(text, 40))
			continue
		}
		p.passed++
		fmt.Println("ok   ", c.name)
	}
	return p
}

// vetArm holds the assembly that is not for this machine against its declarations.
func vetArm(ctx context.Context) (string, error) {
	cmd := command(ctx, "go", "vet", armPackage)
	cmd.Env = append(os.Environ(), armEnvironment...)
	return outputOf(cmd)
}

// goFor runs the Go tool for another system, without cgo: there is no C compiler for it.
func goFor(system, processor string, args ...string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		cmd := command(ctx, "go", args...)
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0")
		return outputOf(cmd)
	}
}

func gofmt(ctx context.Context) (string, error) {
	root, err := output(ctx, "go", "env", "GOROOT")
	if err != nil {
		return root, err
	}
	files, err := output(ctx, "go", "list", "-e", "-f", "{{range .GoFiles}}{{$.Dir}}/{{.}}\n{{end}}{{range .TestGoFiles}}{{$.Dir}}/{{.}}\n{{end}}{{range .XTestGoFiles}}{{$.Dir}}/{{.}}\n{{end}}{{range .IgnoredGoFiles}}{{$.Dir}}/{{.}}\n{{end}}", "./...")
	if err != nil {
		return files, err
	}
	program := filepath.Join(strings.TrimSpace(root), "bin", "gofmt")
	text, err := output(ctx, program, append([]string{"-l"}, strings.Fields(files)...)...)
	if err == nil && text != "" {
		err = errors.New("run gofmt -w on these files")
	}
	return text, err
}

// generate runs go generate, which must change nothing.
func generate(ctx context.Context) (string, error) {
	return unchanged(ctx, func() (string, error) { return output(ctx, "go", "generate", "./...") })
}

// unchanged runs what must change no file that is kept.
func unchanged(ctx context.Context, run func() (string, error)) (string, error) {
	before, err := workTree(ctx)
	if err != nil {
		return before, err
	}
	if text, err := run(); err != nil {
		return text, err
	}
	after, err := workTree(ctx)
	if err == nil && after != before {
		err = errors.New("it changed files; commit what it makes")
	}
	return lastLines(after, 40), err
}

// workTree describes what differs from the last commit.
func workTree(ctx context.Context) (string, error) {
	status, err := output(ctx, "git", "status", "--porcelain", "--untracked-files=all")
	if err != nil {
		return status, err
	}
	diff, err := output(ctx, "git", "diff", "HEAD")
	return status + diff, err
}
