package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// sheetOf reads a sheet with this text.
func sheetOf(t *testing.T, text string) (*Sheet, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "checks.toml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return ReadSheet(path)
}

func TestSheetDefaults(t *testing.T) {
	s, err := sheetOf(t, "[[check]]\ncell = \"a\"\n[[check]]\nexpr = \"f()\"\npoints = 0\n[[check]]\nmodel = \"m\"\nmin = 0.9\ntimeout = \"1h\"")
	if err != nil {
		t.Fatal(err)
	}
	a, f, m := s.Checks[0], s.Checks[1], s.Checks[2]
	if a.Name != "a" || *a.Points != 1 || f.Name != "f()" || *f.Points != 0 || f.Value != true || m.Name != "m" || m.Data != "mnist" || m.Metric != "accuracy" {
		t.Errorf("got %+v %+v %+v", a, f, m)
	}
	if s.timeout() != 5*time.Minute || s.timeout(a) != 5*time.Minute || s.timeout(a, m) != time.Hour {
		t.Errorf("time-outs %v %v %v", s.timeout(), s.timeout(a), s.timeout(a, m))
	}
}

func TestSheetMistakes(t *testing.T) {
	for text, want := range map[string]string{
		``:                                     "expected at least one [[check]]",
		`titel = "x"`:                          `unknown key "titel"`,
		`timeout = "fast"`:                     "At line 1",
		`memory = "1MB"` + "\n" + check():      "expected at least 512 MiB",
		`files = ["../x"]` + "\n" + check():    "below this file's folder",
		`files = ["nowhere"]` + "\n" + check(): "no such file",
		"[[check]]\npoint = 1":                 `unknown key "check.point"`,
		"[[check]]":                            "check 1 (): expected one of cell, expr and model",
		"[[check]]\ncell = \"a\"\n[[check]]\ncell = \"b\"\npoints = -1": "check 2 (b): points: expected 0 or more, got -1",
		check(`expr = "f("`):                              "expr: not a Go expression",
		check(`expr = "f()"`, `setup = "x :="`):           "setup: not Go statements",
		check(`setup = "x := 1"`):                         "setup stands before an expr",
		check(`expr = "f()"`, `model = "m"`, `min = 1`):   "expected expr or model",
		check(`data = "x"`):                               "data and metric belong to a model",
		check(`model = "m"`):                              "a model is judged by a number",
		check(`model = "m"`, `min = 1`, `text = "x"`):     "a model is judged by a number",
		check(`regexp = "("`):                             "regexp: error parsing regexp",
		check(`value = true`):                             "true and false are for an expr",
		check(`value = []`):                               "the list is empty",
		check(`value = [1, "a"]`):                         "a list holds numbers",
		check(`value = 2026-01-01`):                       "value: expected a number",
		check(`value = "a"`, `text = "b"`):                "expected text or value",
		check(`text = "a"`, `absolute = 0.1`):             "absolute and relative are tolerances",
		check(`after = "x"`):                              "expected value, min or max beside it",
		check(`after = "x"`, `expr = "f()"`, `value = 1`): "after belongs to the output",
	} {
		if _, err := sheetOf(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func check(lines ...string) string { return "[[check]]\ncell = \"a\"\n" + strings.Join(lines, "\n") }

func TestFilesAndParameters(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("in/data.csv", "1;2")
	write("checks.toml", "files = [\"in/data.csv\"]\n[parameters]\nn = 2\nrate = 1.0\nword = \"a\"\non = true\n[[check]]\ncell = \"a\"")
	s, err := ReadSheet(filepath.Join(dir, "checks.toml"))
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := s.copyFiles(to); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(to, "in", "data.csv")); err != nil || string(data) != "1;2" {
		t.Errorf("copied %q, %v", data, err)
	}
	if entries, _ := os.ReadDir(to); len(entries) != 1 {
		t.Errorf("the cells would see %v", entries)
	}
	want := []ipynb.Parameter{{Name: "n", Value: "2"}, {Name: "on", Value: "true"}, {Name: "rate", Value: "1.0"}, {Name: "word", Value: "a"}}
	got := s.parameters()
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}
