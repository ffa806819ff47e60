package main

import (
	"slices"
	"testing"
)

// A notebook is run in JupyterLab until it has passed, and again when it or its sheet changes;
// the others are not.
func TestChangedNotebooks(t *testing.T) {
	write := repository(t, ".ci", "frontend", "notebooks/professor")
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
