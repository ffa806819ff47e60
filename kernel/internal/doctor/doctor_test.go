package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/install"
)

func ExampleReport() {
	Report(os.Stdout, []Finding{
		{What: "Go", State: "go version go1.26", OK: true},
		{What: "JupyterLab", State: "not found", Optional: true, Mend: "make lab"},
	})
	// Output:
	// ok       Go: go version go1.26
	// without  JupyterLab: not found
	//          → make lab
}

// Paths and what programs say come from outside.
func TestNamesDoNothing(t *testing.T) {
	var out strings.Builder
	Report(&out, []Finding{{What: "Go", State: "a\x1b[31mb\u202e", Mend: "unset \x1b]0;t\ax"}})
	if got, want := out.String(), "missing  Go: ab\n         → unset x\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReportTellsWhetherTheLabWorks(t *testing.T) {
	for _, c := range []struct {
		finding Finding
		healthy bool
	}{
		{Finding{OK: true}, true}, {Finding{Optional: true}, true}, {Finding{}, false},
	} {
		if got := Report(&strings.Builder{}, []Finding{c.finding}); got != c.healthy {
			t.Errorf("%+v: healthy is %v", c.finding, got)
		}
	}
}

// In an empty folder data and tools are missing, each with its mend.
func TestExamine(t *testing.T) {
	root := t.TempDir()
	for _, f := range []string{"go.mod", "go.sum"} {
		if err := os.WriteFile(filepath.Join(root, f), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("NNLAB_CACHE", t.TempDir())
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	found := map[string]Finding{}
	for _, f := range Examine(root) {
		found[f.What] = f
		if !f.OK && f.Mend == "" {
			t.Errorf("%s: no mend", f.What)
		}
	}
	if !found["Go"].OK || found["MNIST"].OK || found["GoNB, goimports, gopls"].OK {
		t.Errorf("found %+v", found)
	}
}

// A machine without git runs notebooks: nothing in the report says otherwise, and no mend
// asks for it where it is not.
func TestWithoutGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if f := git(); !Report(&out, []Finding{f}) || !strings.HasPrefix(out.String(), "without  git: not found; notebooks run without it") || strings.Contains(out.String(), "PATH") {
		t.Errorf("healthy? %s", out.String())
	}
	if f := data(root); strings.Contains(f.Mend, "git ") {
		t.Errorf("%+v", f)
	}
	if f := version("Python", "python3", "--version", "install it"); f.State != "not found" {
		t.Errorf("%+v", f)
	}

	// One that pip brought has no checkout to be mended by.
	t.Setenv(gonb.ModulesName, t.TempDir())
	t.Setenv("NNLAB_CACHE", t.TempDir())
	for _, f := range Examine(root) {
		if f.What == "git" || !f.OK && (strings.Contains(f.Mend, "./kernel") || strings.Contains(f.Mend, "git ") || strings.Contains(f.Mend, "make ")) {
			t.Errorf("%+v", f)
		}
	}
}

// The machine's troubles are named, each with its mend.
func TestTroubles(t *testing.T) {
	bin, file := t.TempDir(), filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\necho go version go1.20.1 linux/amd64\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("GO111MODULE=off\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"PATH": bin + ":/bin:/usr/bin", "GO111MODULE": "", "GOWORK": "", "GOROOT": bin, "GOENV": file, "GOFLAGS": "-v", "TMPDIR": filepath.Join(bin, "none")} {
		t.Setenv(name, value)
	}
	for _, c := range []struct {
		f          Finding
		state, end string
		optional   bool
	}{
		{goVersion(), "go1.20.1 linux/amd64 (" + filepath.Join(bin, "go") + "), which is too old", "install Go 1.26 or newer", false},
		{goSettings(), "GO111MODULE=off in " + file + "; GOFLAGS=-v; GOROOT=" + bin + ", where no Go is", "go env -u GO111MODULE; unset GOROOT", true},
		{temporary(), filepath.Join(bin, "none") + " não serve: não existe", "export TMPDIR=/tmp", true},
	} {
		if c.f.OK || c.f.Optional != c.optional || !strings.Contains(c.f.State, c.state) || !strings.HasPrefix(c.f.Mend, c.end) {
			t.Errorf("%+v, want %q with %q", c.f, c.state, c.end)
		}
	}
	t.Setenv("GOROOT", "")
	t.Setenv("GOENV", "off")
	if f := goSettings(); !f.OK || !strings.Contains(f.State, "GOFLAGS=-v: the kernel does not see them") {
		t.Errorf("%+v", f)
	}
	t.Setenv("PATH", "/nowhere")
	if f := goVersion(); f.OK || !strings.Contains(f.State, "not found") {
		t.Errorf("%+v", f)
	}
}

// A kernel below any prefix is found, and one whose program has gone is told from
// one that works.
func TestKernelspecs(t *testing.T) {
	for _, name := range []string{"NNLAB_CACHE", "JUPYTER_DATA_DIR", "HOME"} {
		t.Setenv(name, t.TempDir())
	}
	t.Setenv("VIRTUAL_ENV", "")
	root, prefix := t.TempDir(), filepath.Join(t.TempDir(), "a place")
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if f, folder := kernelspecs(root); f.OK || folder != "" {
		t.Skipf("a kernel is installed in the system: %+v", f)
	}
	dir, err := install.Kernelspec(prefix, program, root)
	if err != nil {
		t.Fatal(err)
	}
	if f, folder := kernelspecs(root); !f.OK || folder != dir || f.State != dir {
		t.Errorf("%+v, %s", f, folder)
	}
	if err := os.Remove(filepath.Join(dir, "nnlab-kernel")); err != nil {
		t.Fatal(err)
	}
	if f, folder := kernelspecs(root); f.OK || folder != "" || !strings.Contains(f.State, "nnlab-kernel is gone") {
		t.Errorf("%+v, %s", f, folder)
	}
}
