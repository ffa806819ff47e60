package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever the user has set of Go, and wherever his temporary files shall lie, a
// notebook runs, and tools are built, as on a machine without any setting.
func TestHostileSettings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("GOWORK=/nowhere/go.work\nGOARCH=wasm\nGOOS=js\nGOFLAGS=-mod=vendor\nGOTOOLCHAIN=go1.99.0\nGO111MODULE=off\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	long := filepath.Join(p.tmp, strings.Repeat("long", 30))
	if err := os.Mkdir(long, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, env := range [][]string{
		{"GO111MODULE=off"}, {"GOENV=" + file}, {"GOFLAGS=-mod=mod -n", "GOWORK=off", "GOEXPERIMENT=nosuch", "GODEBUG=gctrace=1"},
		{"GOROOT=/nowhere", "GOTOOLDIR=/nowhere", "GOTMPDIR=/nowhere", "GOBIN=/nowhere", "GOTRACEBACK=none"},
		{"TMPDIR=" + long}, {"TMPDIR=/nowhere/at/all"}, {"TMPDIR=/proc"},
	} {
		out := filepath.Join(p.tmp, "out")
		c := p.command("exec", "testdata/good.ipynb", "-o", out+".ipynb", "--html", out+".html")
		c.Env = append(c.Env, env...)
		text, err := c.CombinedOutput()
		if err != nil || !strings.Contains(string(text), "um 3 3\n") {
			t.Errorf("%q: %v\n%s", env, err, text)
		}
		if strings.HasPrefix(env[0], "TMPDIR") && !strings.Contains(string(text), env[0]+" não serve: ") {
			t.Errorf("%q is not told of\n%s", env, text)
		}
	}
}
