package gocache

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is the Go tool's cache when it is started as that.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == Command {
		if err := Serve(os.Args[2], os.Args[3], os.Stdin, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// build builds a program with a cache, and returns which packages were compiled.
func build(t *testing.T, env ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module m\n\ngo 1.26.0\n", "main.go": "package main\n\nimport _ \"m/p\"\n\nfunc main() {}\n", "p/p.go": "package p\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "-v", "-trimpath", "-o", os.DevNull, "./p")
	cmd.Dir, cmd.Env = dir, append(append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// What the shared cache has is not compiled again; what it has not is compiled
// once, into the own, and the shared stays as it is.
func TestServe(t *testing.T) {
	shared, own := t.TempDir(), t.TempDir()
	if got := build(t, "GOCACHE="+shared); !strings.Contains(got, "m/p") {
		t.Fatalf("an empty cache: compiled %q", got)
	}
	before := files(t, shared)
	with := func(shared string) []string {
		return []string{"GOCACHE=" + own, "GOCACHEPROG=" + os.Args[0] + " " + Command + " " + own + " " + shared}
	}
	if got := build(t, with(shared)...); got != "" {
		t.Errorf("from the shared cache: compiled %q", got)
	}
	if after := files(t, shared); after != before {
		t.Error("the shared cache has changed")
	}
	none := t.TempDir()
	if got := build(t, with(none)...); !strings.Contains(got, "m/p") {
		t.Errorf("from no shared cache: compiled %q", got)
	}
	if got := build(t, with(none)...); got != "" {
		t.Errorf("from the own cache: compiled %q", got)
	}
	if after := files(t, none); after != "" {
		t.Errorf("the empty one has %s", after)
	}
}

// What is damaged is not there.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	action, output := []byte{1, 2}, []byte{3, 4}
	path, err := put(dir, action, output, []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	if a := get(dir, action); a.Miss || a.DiskPath != path || a.Size != 4 || string(a.OutputID) != string(output) {
		t.Fatalf("got %+v", a)
	}
	if err := os.Truncate(path, 3); err != nil {
		t.Fatal(err)
	}
	if a := get(dir, action); !a.Miss {
		t.Errorf("a short output: %+v", a)
	}
	if err := os.WriteFile(file(dir, action, "a"), []byte("v1 junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	if a := get(dir, action); !a.Miss {
		t.Errorf("a damaged entry: %+v", a)
	}
}

// files lists what lies in a folder, with its time.
func files(t *testing.T, dir string) string {
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			b.WriteString(path + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The command that Go is told is split by Go itself as it was joined: a cache program
// that is not there is named by its path, blanks and all.
func TestQuoted(t *testing.T) {
	for _, program := range []string{"/nowhere/a b", "/nowhere/it's", `/nowhere/"a"`, "/nowhere/a\tb", "/nowhere/ab"} {
		command, err := quoted(program, "x y")
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("go", "list", "-export", "runtime")
		cmd.Env = append(cmd.Environ(), "GOCACHEPROG="+command)
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), program+": ") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	if command, err := quoted("a", "", "b'c"); err != nil || command != `a '' "b'c"` {
		t.Errorf("%s, %v", command, err)
	}
	if command, err := quoted("a", `b'"c`); err == nil {
		t.Errorf("%s", command)
	}
}

// What is used stays, what is not goes after five days, and no look costs more than one
// a day.
func TestPrune(t *testing.T) {
	dir, begin := t.TempDir(), time.Now()
	wanted, unwanted, output := []byte{1}, []byte{2}, []byte{3}
	for _, action := range [][]byte{wanted, unwanted} {
		if _, err := put(dir, action, output, []byte("text")); err != nil {
			t.Fatal(err)
		}
	}
	for day := range 7 {
		now := begin.Add(time.Duration(day) * 25 * time.Hour)
		if err := prune(dir, now); err != nil {
			t.Fatal(err)
		}
		if a := get(dir, wanted); a.Miss {
			t.Fatalf("day %d: what is used is gone", day)
		}
		used(dir, wanted, output, now)
		if gone, want := get(dir, unwanted).Miss, day >= 5; gone != want {
			t.Errorf("day %d: what is not used is gone: %v, want %v", day, gone, want)
		}
	}
	old := file(dir, wanted, "a")
	past := begin.Add(-30 * 24 * time.Hour)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if err := prune(dir, begin.Add(6*25*time.Hour+time.Hour)); err != nil {
		t.Fatal(err)
	}
	if get(dir, wanted).Miss {
		t.Error("pruned twice in a day")
	}
}
