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
var always = []string{"go.mod", "go.sum", "tools/gotest.go", "tools/slow.go"}

// unlessPassed runs a slow part, unless what it depends on is as it was when it passed.
func (s slow) unlessPassed(ctx context.Context, complete bool) part {
	sum, err := s.sum(ctx)
	if err == nil && passed()[s.name] == sum {
		heading(s.name + ": what it depends on is as it was when it passed (make test-all runs it)")
		return part{name: s.name, detail: "unchanged since it passed"}
	}
	return s.run(ctx, complete)
}

// anew runs a slow part and notes that it has passed.
func (s slow) anew(ctx context.Context, complete bool) part {
	p := s.run(ctx, complete)
	if p.failed > 0 || p.notRun > 0 || p.passed == 0 {
		return p
	}
	sum, err := s.sum(ctx)
	if err == nil {
		err = note(s.name, sum)
	}
	if err != nil {
		p.failed++
		p.detail = err.Error()
	}
	return p
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

// files are the part's files that git knows or would know, in order.
func (s slow) files(ctx context.Context) ([]string, error) {
	paths := slices.Concat(always, s.paths)
	if len(s.packages) > 0 {
		top, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		args := append([]string{"list", "-deps", "-test", "-tags", s.tags, "-f", "{{if .Module}}{{if .Module.Main}}{{.Dir}}{{end}}{{end}}"}, s.packages...)
		text, err := output(ctx, "go", args...)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, text)
		}
		for dir := range strings.Lines(text) {
			if dir = strings.TrimSpace(dir); dir == "" {
				continue
			}
			dir, err := filepath.Rel(top, dir)
			if err != nil {
				return nil, err
			}
			// The package itself, not those below it, and what its tests read.
			dir = filepath.ToSlash(dir)
			paths = append(paths, ":(glob)"+dir+"/*", dir+"/testdata")
		}
	}
	text, err := output(ctx, "git", append([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, paths...)...)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	files := strings.Split(strings.TrimSuffix(text, "\x00"), "\x00")
	slices.Sort(files)
	return slices.Compact(files), nil
}
