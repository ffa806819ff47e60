package main

import (
	"os"
	"os/exec"
	"slices"
	"testing"
)

// A notebook is run in JupyterLab until it has passed, and again when it or its sheet changes;
// the others are not.
func TestChangedNotebooks(t *testing.T) {
	t.Chdir(t.TempDir())
	if text, err := exec.Command("git", "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{".ci", "frontend", "notebooks/professor"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	const a, b = "notebooks/a.ipynb", "notebooks/b.ipynb"
	write(a, "{}")
	write(b, "{}")
	write("notebooks/b.executed.ipynb", "{}") // of a student's run
	write("frontend/lecture.py", "")
	expect := func(what string, want ...string) {
		t.Helper()
		if got, err := changedNotebooks(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v are to be run, %v, want %v", what, got, err, want)
		}
	}
	expect("none has passed", a, b)
	if err := notePassed(t.Context(), []string{a}); err != nil {
		t.Fatal(err)
	}
	expect("one has passed", b)
	if err := notePassed(t.Context(), []string{a, b}); err != nil {
		t.Fatal(err)
	}
	expect("both have passed")
	write("notebooks/professor/a.toml", "")
	expect("one has a sheet", a)
	write(b, "{} ")
	expect("the other is another", a, b)
	if err := notePassed(t.Context(), []string{a, b}); err != nil {
		t.Fatal(err)
	}
	expect("they have passed again")
	write("frontend/lecture.py", "# more")
	expect("the test is another", a, b)
}
