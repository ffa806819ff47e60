package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/whole"
)

// slow is a part of the tests that takes minutes and depends on some of the source alone:
// it is run again when that has changed since all of it passed.
type slow struct {
	name     string
	packages []string // with all that they and their tests import
	tags     string   // to build them
	paths    []string // what else it depends on: files, or folders with all in them
	run      func(context.Context, bool) part
}

// passedFile has what of each slow part passed last: the sum of its inputs. make test-all
// and what runs one part alone write it, and it is committed.
const passedFile = ".ci/passed.json"

// always are what each slow part depends on.
var always = []string{"go.mod", "go.sum", "tools/slow.go"}

// unlessPassed runs a slow part, unless what it depends on is as it was when it passed.
func (s slow) unlessPassed(ctx context.Context, complete bool) part {
	sum, err := s.sum(ctx)
	if err == nil && passed()[s.name] == sum {
		return leftOut(s.name, "what it depends on is as it was when it passed")
	}
	return s.run(ctx, complete)
}

// anew runs a slow part and notes that it has passed.
func (s slow) anew(ctx context.Context, complete bool) part {
	return noted(ctx, s.run(ctx, complete), s)
}

// noted notes, if all of p has passed, that these slow parts did as they are.
func noted(ctx context.Context, p part, parts ...slow) part {
	if p.failed > 0 || p.notRun > 0 || p.passed == 0 {
		return p
	}
	for _, s := range parts {
		sum, err := s.sum(ctx)
		if err == nil {
			err = note(s.name, sum)
		}
		if err != nil {
			p.failed++
			p.detail = err.Error()
			break
		}
	}
	return p
}

// stale are those of the parts that are not as they were when they passed.
func stale(ctx context.Context, parts []slow) (changed []slow, err error) {
	sums := passed()
	for _, s := range parts {
		sum, err := s.sum(ctx)
		if err != nil {
			return nil, err
		}
		if sums[s.name] != sum {
			changed = append(changed, s)
		}
	}
	return changed, nil
}

// leftOut is a part of which nothing was run.
func leftOut(name, why string) part {
	heading(name + ": " + why + " (make test-all runs it)")
	return part{name: name, detail: "unchanged since it passed"}
}

// passed are the sums of what passed; none where the file is not there or is damaged.
func passed() (sums map[string]string) {
	data, err := os.ReadFile(passedFile)
	if err != nil || json.Unmarshal(data, &sums) != nil {
		return nil
	}
	return sums
}

func note(name, sum string) error {
	sums := passed()
	if sums == nil {
		sums = map[string]string{}
	}
	sums[name] = sum
	data, err := json.MarshalIndent(sums, "", "\t")
	if err != nil {
		return err
	}
	return whole.WriteFile(passedFile, append(data, '\n'), 0o644)
}

// sum is the SHA-256 of all files that the part depends on, with their names.
func (s slow) sum(ctx context.Context) (string, error) {
	files, err := s.files(ctx)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, f := range files {
		data, err := os.ReadFile(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and git does not know yet
		} else if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %x\n", f, sha256.Sum256(data))
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// files are the part's files that git knows or would know, in order: of a package that the
// tests only import everything but its own tests.
func (s slow) files(ctx context.Context) ([]string, error) {
	tested, imported, err := s.folders(ctx)
	if err != nil {
		return nil, err
	}
	files, err := inGit(ctx, slices.Concat(always, s.paths, tested))
	if err != nil || len(imported) == 0 {
		return files, err
	}
	more, err := inGit(ctx, imported)
	if err != nil {
		return nil, err
	}
	more = slices.DeleteFunc(more, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
	files = slices.Concat(files, more)
	slices.Sort(files)
	return slices.Compact(files), nil
}

// folders are where the packages of the part lie, and those of this module that they and their
// tests import, as git is asked for them: the package itself, not those below it, and what its
// tests read.
func (s slow) folders(ctx context.Context) (tested, imported []string, err error) {
	if len(s.packages) == 0 {
		return nil, nil, nil
	}
	top, err := os.Getwd()
	if err != nil {
		return nil, nil, err
	}
	args := append([]string{"list", "-deps", "-test", "-tags", s.tags, "-f", "{{if .Module}}{{if .Module.Main}}{{.DepOnly}} {{.Dir}}{{end}}{{end}}"}, s.packages...)
	text, err := output(ctx, "go", args...)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s", err, text)
	}
	for line := range strings.Lines(text) {
		depOnly, dir, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found {
			continue // of another module
		}
		dir, err := filepath.Rel(top, dir)
		if err != nil {
			return nil, nil, err
		}
		dir = filepath.ToSlash(dir)
		folder := []string{":(glob)" + dir + "/*", dir + "/testdata"}
		if depOnly == "true" {
			imported = append(imported, folder...)
		} else {
			tested = append(tested, folder...)
		}
	}
	return tested, imported, nil
}

// inGit are the files at these paths that git knows or would know, in order.
func inGit(ctx context.Context, paths []string) ([]string, error) {
	text, err := output(ctx, "git", append([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, paths...)...)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	files := strings.Split(strings.TrimSuffix(text, "\x00"), "\x00")
	slices.Sort(files)
	return slices.Compact(files), nil
}
