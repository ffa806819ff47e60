package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// workshop is a folder like GoNB's, beside a module "lab" that cells import, and
// a server that works there.
type workshop struct {
	*testing.T
	*Server
	dir, lab string
	env      []string
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	realGo, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	if err := os.Chmod(tmp, 0o700); err != nil { // as a kernel's folder is
		t.Fatal(err)
	}
	w := &workshop{T: t, dir: filepath.Join(tmp, "gonb_1"), lab: filepath.Join(tmp, "lab")}
	w.write(filepath.Join(w.dir, "go.mod"), "module gonb_1\n\ngo 1.26.0\n")
	w.write(filepath.Join(w.dir, "go.work"), "go 1.26.0\n\nuse (\n\t.\n\t../lab\n)\n")
	w.write(filepath.Join(w.lab, "go.mod"), "module github.com/nnlab-go/lab\n\ngo 1.26.0\n")
	w.write(filepath.Join(w.lab, "nnlab/notebook/result/result.go"), "package result\n\nimport \"fmt\"\n\nfunc Show(v ...any) { fmt.Println(v...) }\n")
	w.write(filepath.Join(w.lab, "nnlab/notebook/result/picture/picture.go"), "package picture\n")
	w.write(filepath.Join(w.lab, "nnlab/vars/vars.go"), "package vars\n")
	w.write(filepath.Join(w.lab, "word/word.go"), "package word\n\nconst Word = \"one\"\n")
	// The first folder of PATH stands for the kernel's own.
	w.env = append(os.Environ(), "GOFLAGS=-ldflags=-s", "CGO_ENABLED=0", "GOWORK=", "GOPROXY=off", "PATH=/nowhere:"+os.Getenv("PATH"))
	if w.Server, err = Start(filepath.Join(tmp, "b"), Tools{Go: realGo, GoImports: "/no goimports", Flags: "-ldflags=-s"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func (w *workshop) write(path, text string) {
	w.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.Fatal(err)
	}
}

// make makes the program of main.go and returns what it prints, or what is wrong
// with it.
func (w *workshop) make(text string) string {
	w.Helper()
	w.write(filepath.Join(w.dir, "main.go"), text)
	program := filepath.Join(w.dir, "gonb_1")
	a, err := Ask(w.listener.Addr().String(), Request{"go", []string{"build", "-o", program}, w.dir, w.env})
	if err != nil {
		w.Fatal(err)
	}
	if a.Status != 0 {
		return a.Output
	}
	out, err := exec.Command(program).CombinedOutput()
	if err != nil {
		w.Fatal(err)
	}
	return string(out)
}

func TestBuild(t *testing.T) {
	w := newWorkshop(t)
	const cell = "package main\n\nimport \"github.com/nnlab-go/lab/word\"\n\nfunc main() {\n\tprintln(word.Word)\n}\n"
	if got := w.make(cell); got != "one\n" {
		t.Errorf("got %q", got)
	}
	if w.known.config == "" {
		t.Error("the Go tool has made it")
	}
	// A package that has changed is compiled anew.
	w.write(filepath.Join(w.lab, "word/word.go"), "package word\n\nconst Word = \"another\"\n")
	if got := w.make(cell); got != "another\n" {
		t.Errorf("after a change got %q", got)
	}
	if got := w.make("package main\n\nfunc main() {\n\tnosuch()\n}\n"); !strings.Contains(got, filepath.Join(w.dir, "main.go")+":4:2: undefined: nosuch") {
		t.Errorf("got %q", got)
	}
	w.Begin(Plan{Result: true})
	if got := w.make("package main\n\nfunc main() {\n\tx := 1\n\t6 * 7\n}\n"); got != "42\n" {
		t.Errorf("the result is %q", got)
	}
	if u := w.Unused(); len(u) != 1 || u[0] != (Unused{Name: "x", Line: 4}) {
		t.Errorf("unused: %v", u)
	}
	w.Begin(Plan{})
	// What is not an ordinary cell is made by the Go tool.
	w.write(filepath.Join(w.dir, "more.go"), "package main\n\nconst more = \"of two files\"\n")
	if got := w.make("package main\n\nfunc main() { println(more) }\n"); got != "of two files\n" {
		t.Errorf("got %q", got)
	}
}

// What no package has is looked for in the usual one of the name.
func TestFind(t *testing.T) {
	w := newWorkshop(t)
	w.Warm(w.dir, w.env, []string{"fmt", "github.com/nnlab-go/lab/word"})
	for _, c := range []struct {
		name, selector, want string
	}{
		{"fmt", "Println", "fmt"}, {"fmt", "Prin", "fmt"}, {"os", "Exit", "os"}, {"os", "Exi", ""}, {"rand", "Int", ""},
		{"word", "Word", "github.com/nnlab-go/lab/word"}, {"word", "W", "github.com/nnlab-go/lab/word"}, {"nosuch", "X", ""},
	} {
		if got := w.find(c.name, []string{c.selector}); got != c.want {
			t.Errorf("%s.%s is of %q, want %q", c.name, c.selector, got, c.want)
		}
	}
}

// An import path that is wrong is told from one that is not used yet, and the path
// that was meant is found.
func TestUnknown(t *testing.T) {
	w := newWorkshop(t)
	w.Tools.Modules = []string{"github.com/nnlab-go/lab"}
	for path, want := range map[string]string{
		"fmt": "", "math/rand/v2": "", "unsafe": "", "github.com/nnlab-go/lab/word": "",
		"fnt": "fmt", "math/random": "math/rand", "string": "strings", "github.com/nnlab-go/lab/wrod": "github.com/nnlab-go/lab/word",
		"word": "github.com/nnlab-go/lab/word", "numpy": "none", "github.com/elsewhere/nothing": "none", "./word": "github.com/nnlab-go/lab/word", "Fmt": "fmt",
	} {
		got := ""
		for _, u := range w.Unknown(t.Context(), w.dir, w.env, []string{"os", path}) {
			if got = u.Nearest; got == "" {
				got = "none"
			}
			if u.Path != path || u.Reason == "" {
				t.Errorf("%q: %+v", path, u)
			}
		}
		if got != want {
			t.Errorf("%q: the nearest is %q, want %q", path, got, want)
		}
	}
}

func TestCancel(t *testing.T) {
	w := newWorkshop(t)
	// A tool that never ends.
	w.Tools.GoImports = filepath.Join(w.dir, "endless")
	w.write(w.Tools.GoImports, "#!/bin/sh\n: > begun\nsleep 1000\n")
	if err := os.Chmod(w.Tools.GoImports, 0o755); err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(w.dir, "main.go"), "package main\n\nfunc main() { nosuch.Thing() }\n")
	answered := make(chan Response, 1)
	go func() {
		a, _ := Ask(w.listener.Addr().String(), Request{"goimports", []string{"-w", filepath.Join(w.dir, "main.go")}, w.dir, w.env})
		answered <- a
	}()
	for begun := false; !begun; time.Sleep(5 * time.Millisecond) {
		_, err := os.Stat(filepath.Join(w.dir, "begun"))
		begun = err == nil
	}
	w.Cancel()
	if a := <-answered; a.Status == 0 || a.Output != "interrupted\n" {
		t.Errorf("got %+v", a)
	}
	w.Cancel() // of nothing
}

// What is wrong about two places is said of GoNB's file alone, in the form that GoNB reads.
func TestWrongAboutTwoPlaces(t *testing.T) {
	w := newWorkshop(t)
	w.Begin(Plan{Declares: []string{"f"}})
	file := filepath.Join(w.dir, "main.go")
	want := "# gonb_1\n" + file + ":3:11: a redeclared in this block\n\t" + file + ":3:8: other declaration of a\n"
	if got := w.make("package main\n\nfunc f(a, a int) {}\n\nfunc main() {\n}\n"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
