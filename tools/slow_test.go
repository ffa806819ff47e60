package main

import (
	"context"
	"os"
	"os/exec"
	"testing"
)

// repository makes an empty repository of git with some folders, and the test run in it. It
// returns what writes a file there.
func repository(t *testing.T, folders ...string) (write func(path, text string)) {
	t.Helper()
	t.Chdir(t.TempDir())
	if text, err := exec.Command("git", "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, dir := range folders {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A slow part is left out exactly while what it depends on is as it was when it passed.
func TestSlow(t *testing.T) {
	write := repository(t, ".ci", "kernels", "pkg", "pkg/testdata", "pkg/below", "used/testdata")
	write("go.mod", "module example\n")
	write("pkg/pkg.go", "package pkg\n\nimport _ \"example/used\"\n")
	write("used/used.go", "package used\n")
	write("pkg/below/below.go", "package below\n")
	write("kernels/a.cu", "a")
	runs, result := 0, part{passed: 1}
	s := slow{name: "slow", packages: []string{"./pkg"}, paths: []string{"kernels"}, run: func(context.Context, bool) part { runs++; return result }}
	expect := func(what string, want int) {
		t.Helper()
		before := runs
		s.unlessPassed(t.Context(), true)
		if got := runs - before; got != want {
			t.Errorf("%s: it ran %d times, want %d", what, got, want)
		}
	}
	expect("it has never passed", 1)
	for _, result = range []part{{passed: 1, failed: 1}, {notRun: 1}, {}} {
		s.anew(t.Context(), true)
	}
	expect("it has failed, or was not run", 1)
	result = part{passed: 1}
	if p := s.anew(t.Context(), true); p.failed != 0 {
		t.Fatal(p.detail)
	}
	expect("it has passed", 0)
	write("pkg/below/below.go", "package below // which the package does not import\n")
	expect("another file has changed", 0)
	write("used/used_test.go", "package used\n")
	expect("the tests of a package that it imports have changed", 0)
	for path, text := range map[string]string{"kernels/b.cu": "b", "pkg/testdata/c": "c", "go.mod": "module example // changed\n", "pkg/pkg_test.go": "package pkg\n", "used/used.go": "package used // changed\n", "used/testdata/d": "d"} {
		write(path, text)
		expect(path+" has changed", 1)
		s.anew(t.Context(), true)
		expect(path+" has passed", 0)
	}
	if err := os.Remove("kernels/a.cu"); err != nil {
		t.Fatal(err)
	}
	expect("a file is gone", 1)
	s.anew(t.Context(), true)
	write(passedFile, "{")
	expect("the notes are damaged", 1)
	s.anew(t.Context(), true)
	expect("it has passed again", 0)
}
