package main

import (
	"slices"
	"testing"
)

// A notebook is run in JupyterLab until it has passed, and again when it or its sheet changes;
// the others are not.
func TestChangedLecture(t *testing.T) {
	write := repository(t, ".ci", "frontend", "notebooks/professor")
	const a, b = "notebooks/a.ipynb", "notebooks/b.ipynb"
	write(a, "{}")
	write(b, "{}")
	write("notebooks/b.executed.ipynb", "{}") // of a student's run
	write("frontend/lecture.py", "")
	all, err := inLabAll(nil)
	if err != nil {
		t.Fatal(err)
	}
	expect := func(what string, want ...string) {
		t.Helper()
		parts, err := stale(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range parts {
			got = append(got, s.paths[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v are to be run, want %v", what, got, want)
		}
	}
	expect("none has passed", a, b)
	if p := noted(t.Context(), part{passed: 1}, all[:1]...); p.failed > 0 {
		t.Fatal(p.detail)
	}
	expect("one has passed", b)
	if p := noted(t.Context(), part{passed: 1}, all...); p.failed > 0 {
		t.Fatal(p.detail)
	}
	expect("both have passed")
	write("notebooks/professor/a.toml", "")
	expect("one has a sheet", a)
	write(b, "{} ")
	expect("the other is another", a, b)
	if p := noted(t.Context(), part{passed: 1}, all...); p.failed > 0 {
		t.Fatal(p.detail)
	}
	expect("they have passed again")
	write("frontend/lecture.py", "# more")
	expect("the test is another", a, b)
}
