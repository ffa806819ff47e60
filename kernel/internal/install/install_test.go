package install

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestKernelspec(t *testing.T) {
	t.Setenv("NNLAB_CACHE", t.TempDir())
	prefix := t.TempDir()
	dir, err := Kernelspec(prefix, os.Args[0], "/checkout")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(prefix, "share", "jupyter", "kernels", "nnlab"); dir != want {
		t.Errorf("installed in %s, Jupyter looks in %s", dir, want)
	}
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec Spec
	if err := json.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.DisplayName != "nnlab (Go)" || spec.Language != "go" || spec.Argv[1] != "run" || spec.Argv[2] != "{connection_file}" || spec.Env["NNLAB_ROOT"] != "/checkout" {
		t.Errorf("kernel.json: %s", data)
	}
	for _, f := range []string{spec.Argv[0], filepath.Join(dir, "logo-32x32.png"), filepath.Join(dir, "logo-64x64.png"), filepath.Join(dir, "logo-svg.svg")} {
		if info, err := os.Stat(f); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", f, err)
		}
	}
	if info, err := os.Stat(spec.Argv[0]); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("the program cannot be started: %v", err)
	}
	if HasECharts(dir) {
		t.Error("found a library that nobody put there")
	}
}

// A package is taken only when the file in it is the known one.
func TestFetch(t *testing.T) {
	const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // SHA-256 of "abc", FIPS 180-2, appendix B.1
	pack := func(name string, write func(*os.File) error) func(string) *exec.Cmd {
		return func(dir string) *exec.Cmd {
			f, err := os.Create(filepath.Join(dir, name))
			if err == nil {
				err = write(f)
			}
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
			return exec.Command("true")
		}
	}
	tgz := pack("p.tgz", func(f *os.File) error {
		z := gzip.NewWriter(f)
		w := tar.NewWriter(z)
		w.WriteHeader(&tar.Header{Name: "a/other", Size: 1})
		w.Write([]byte("x"))
		w.WriteHeader(&tar.Header{Name: "a/b.js", Size: 3})
		w.Write([]byte("abc"))
		w.Close()
		return z.Close()
	})
	whl := pack("p.whl", func(f *os.File) error {
		z := zip.NewWriter(f)
		w, err := z.Create("a/b.js")
		w.Write([]byte("abc"))
		z.Close()
		return err
	})
	for _, s := range []source{{download: tgz, read: fromTar}, {download: whl, read: fromZip}} {
		s.member, s.sum = "a/b.js", sum
		if script, err := s.fetch(); err != nil || string(script) != "abc" {
			t.Errorf("got %q, %v", script, err)
		}
		s.sum = strings.Repeat("0", 64)
		if _, err := s.fetch(); err == nil || !strings.Contains(err.Error(), "expected the SHA-256 0000") {
			t.Errorf("another file passed: %v", err)
		}
		s.member = "a/c.js"
		if _, err := s.fetch(); err == nil {
			t.Error("a missing file passed")
		}
	}
	failing := source{download: func(string) *exec.Cmd { return exec.Command("false") }}
	if _, err := failing.fetch(); err == nil {
		t.Error("a failing download passed")
	}
}
