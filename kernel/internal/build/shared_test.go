package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// class are kernels of one user that share what they find.
type class struct {
	*workshop
	tools Tools
	calls string // of the Go tool, a line each
	n     int
}

func newClass(t *testing.T) *class {
	w := newWorkshop(t)
	tmp := filepath.Dir(w.dir)
	c := &class{workshop: w, tools: w.Tools, calls: filepath.Join(tmp, "calls")}
	c.tools.Go, c.tools.Shared = filepath.Join(tmp, "go.sh"), filepath.Join(tmp, "shared")
	w.write(c.tools.Go, fmt.Sprintf("#!/bin/sh\necho \"$1\" >> %q\nexec %q \"$@\"\n", c.calls, w.Tools.Go))
	if err := os.Chmod(c.tools.Go, 0o755); err != nil {
		t.Fatal(err)
	}
	return c
}

// kernel starts another one, in a folder of its own.
func (c *class) kernel() *workshop {
	c.Helper()
	c.n++
	k := &workshop{T: c.T, lab: c.lab, env: slices.Clone(c.env)}
	if c.n%2 == 0 { // the order of an environment is of no meaning
		slices.Reverse(k.env[len(os.Environ()):])
	}
	folder := filepath.Join(filepath.Dir(c.dir), fmt.Sprint("nnlab-", c.n))
	if err := os.Mkdir(folder, 0o700); err != nil {
		c.Fatal(err)
	}
	k.dir = filepath.Join(folder, fmt.Sprint("gonb_", c.n))
	k.write(filepath.Join(k.dir, "go.mod"), fmt.Sprintf("module gonb_%d\n\ngo 1.26.0\n", c.n))
	k.write(filepath.Join(k.dir, "go.work"), fmt.Sprintf("go 1.26.0\n\nuse (\n\t.\n\t%s\n)\n", c.lab))
	var err error
	if k.Server, err = Start(filepath.Join(folder, "b"), c.tools); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(k.Close)
	return k
}

// listed is how often the Go tool was asked about packages.
func (c *class) listed() int {
	text, _ := os.ReadFile(c.calls)
	return strings.Count(string(text), "list\n")
}

// Kernels that start at once have the Go tool look at the packages once, and so do
// those that come later, until a package changes.
func TestShared(t *testing.T) {
	c := newClass(t)
	const program = "package main\n\nimport (\n\t\"fmt\"\n\t\"github.com/nnlab-go/lab/word\"\n)\n\nfunc main() { fmt.Println(word.Word) }\n"
	paths := []string{"fmt", "github.com/nnlab-go/lab/word"}
	check := func(k *workshop, want string, lists int) {
		t.Helper()
		if got := k.make(program); got != want+"\n" {
			t.Errorf("%s prints %q, want %q", filepath.Base(k.dir), got, want)
		}
		if got := c.listed(); got != lists {
			t.Errorf("after %s the Go tool was asked %d times, want %d", filepath.Base(k.dir), got, lists)
		}
	}
	kernels := []*workshop{c.kernel(), c.kernel(), c.kernel(), c.kernel()}
	var all sync.WaitGroup
	for _, k := range kernels {
		all.Go(func() { k.Warm(k.dir, k.env, paths) })
	}
	all.Wait()
	for _, k := range kernels {
		check(k, "one", 1)
	}
	c.write(filepath.Join(c.lab, "word/word.go"), "package word\n\nconst Word = \"another\"\n")
	for range 2 {
		k := c.kernel()
		k.Warm(k.dir, k.env, paths)
		check(k, "another", 2)
	}
	// What cannot be read, or has other settings, is found anew.
	files, _ := filepath.Glob(filepath.Join(c.tools.Shared, "*.json"))
	if len(files) != 1 {
		t.Fatalf("there are %v", files)
	}
	c.write(files[0], "{")
	k := c.kernel()
	k.Warm(k.dir, k.env, paths)
	check(k, "another", 3)
	k = c.kernel()
	k.env = append(k.env, "GOFLAGS=-ldflags=-s -buildvcs=false")
	k.Warm(k.dir, k.env, paths)
	if got := c.listed(); got != 4 {
		t.Errorf("with another setting the Go tool was asked %d times", got)
	}
}
