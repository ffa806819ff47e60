package datasets

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	s, err := Lookup("mnist")
	if err != nil || s != &mnist {
		t.Errorf("mnist: got %v, %v", s, err)
	}
	if _, err := Lookup("mnits"); err == nil || !strings.Contains(err.Error(), `one of ["mnist" "fashion-mnist" "kmnist" "cifar10" "cifar100"], got "mnits"`) {
		t.Errorf("mnits: got %v", err)
	}
}

// NNLAB_DATA comes before the repository, when it has all files; the cache after.
func TestPlaces(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	find := func(want string) {
		t.Helper()
		dir, err := mnist.Find()
		if err != nil || dir != want {
			t.Errorf("got %q, %v, want %q", dir, err, want)
		}
	}
	repository := filepath.Join(here, "mnist")
	data, cache := t.TempDir(), t.TempDir()
	t.Setenv("NNLAB_CACHE", cache)
	for _, f := range mnist.Files {
		write(t, filepath.Join(cache, "mnist", f.Name), nil)
	}
	find(repository)
	t.Setenv("NNLAB_DATA", data)
	for i, f := range mnist.Files {
		find(repository)
		write(t, filepath.Join(data, "mnist", f.Name), []byte{byte(i)})
	}
	find(filepath.Join(data, "mnist"))
	os.Remove(filepath.Join(data, "mnist", mnist.Files[2].Name))
	if err := os.Mkdir(filepath.Join(data, "mnist", mnist.Files[2].Name), 0o755); err != nil {
		t.Fatal(err)
	}
	find(repository) // a folder is no file
}

func TestUserCacheIsLast(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("NNLAB_CACHE", cache)
	s := &Source{Name: "letters", Files: []File{{Name: "a"}, {Name: "b"}}}
	write(t, filepath.Join(cache, "letters", "a"), nil)
	_, err := s.Find()
	if err == nil {
		t.Fatal("found")
	}
	// Each place that was tried is named, with what it lacks, and so is the mend.
	for _, w := range []string{"letters: expects a, b", "NNLAB_DATA is not set", "the lab's repository, ", "letters: no file a",
		"the user's cache, " + filepath.Join(cache, "letters") + ": no file b", "kernel fetch letters", "set NNLAB_DATA"} {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in: %v", w, err)
		}
	}
	write(t, filepath.Join(cache, "letters", "b"), nil)
	if dir, err := s.Find(); err != nil || dir != filepath.Join(cache, "letters") {
		t.Errorf("got %q, %v", dir, err)
	}
}

func TestModuleCache(t *testing.T) {
	t.Setenv("HOME", "/home/ana")
	t.Setenv("GOMODCACHE", "")
	t.Setenv("GOPATH", "")
	equal(t, "by default", moduleCache(), filepath.FromSlash("/home/ana/go/pkg/mod"))
	t.Setenv("GOPATH", "/first"+string(filepath.ListSeparator)+"/second")
	equal(t, "with GOPATH", moduleCache(), filepath.FromSlash("/first/pkg/mod"))
	t.Setenv("GOMODCACHE", "/cache")
	equal(t, "with GOMODCACHE", moduleCache(), "/cache")
}

// A cell is a program of another module, compiled in a workspace with the
// checkout, that runs beside its notebook. It finds the repository, and with
// -trimpath, where the compiler keeps the paths to itself, too.
func TestCellFindsRepository(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	cell := t.TempDir()
	write(t, filepath.Join(cell, "go.mod"), []byte("module cell\n\ngo 1.26.0\n"))
	write(t, filepath.Join(cell, "go.work"), []byte("go 1.26.0\n\nuse .\nuse "+filepath.Dir(here)+"\n"))
	write(t, filepath.Join(cell, "main.go"), []byte(`package main

import "github.com/nnlab-go/lab/datasets"

func main() {
	s, _ := datasets.Lookup("mnist")
	dir, err := s.Find()
	if err != nil {
		panic(err)
	}
	print(dir)
}
`))
	command := func(arg ...string) *exec.Cmd {
		cmd := exec.Command("go", arg...)
		cmd.Dir = cell
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=")
		return cmd
	}
	// In a workspace Go reads the go.mod of more modules than in one module. The
	// kernel fetches them when it is prepared (package gonb); a cell is then
	// compiled without the network.
	if text, err := command("list", "-deps", ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	// This trims the paths of one package; -trimpath would compile the standard
	// library anew.
	trim := "-gcflags=" + modulePath + "/datasets=-trimpath=" + filepath.Dir(here) + "=>" + modulePath
	for _, c := range []struct{ flag, dir string }{{"-gcflags=", cell}, {trim, filepath.Join(here, "mnist")}} {
		program := filepath.Join(cell, "cell")
		build := command("build", "-ldflags=-s -w", c.flag, "-o", program, ".")
		build.Env = append(build.Env, "GOPROXY=off")
		if text, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		run := exec.Command(program)
		run.Dir = c.dir
		text, err := run.CombinedOutput()
		if want := filepath.Join(here, "mnist"); err != nil || string(text) != want {
			t.Errorf("%s in %s: %v, %q, want %q", c.flag, c.dir, err, text, want)
		}
	}
}

// Each cell is linked before it runs, so what the package imports is waited for
// again and again (see SetDownloader).
func TestLightImports(t *testing.T) {
	text, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(text))
	if len(deps) < 20 {
		t.Fatalf("go list: %s", text)
	}
	for _, d := range deps {
		for _, heavy := range []string{"net", "net/http", "crypto/tls", "os/exec", "encoding/json", "text/template", modulePath + "/nnlab/nn"} {
			if d == heavy {
				t.Errorf("imports %s", d)
			}
		}
	}
}
