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
		``:                                       "esperava ao menos um [[check]]",
		`titel = "x"`:                            `não há uma chave "titel"`,
		`timeout = "fast"`:                       "linha 1, coluna",
		`title = 3`:                              "linha 1: title: esperava um texto, veio um número",
		`files = "a"`:                            "linha 1: files: esperava uma lista, veio um texto",
		`check = 3`:                              "linha 1: check: esperava uma lista, veio um número",
		"[[check]]\npoints = \"dois\"":           "linha 2: check.points: esperava um número, veio um texto",
		"[[check]]\ncell = [1]":                  "linha 2: check.cell: esperava um texto, veio uma lista",
		"timeout = true":                         "linha 1: timeout: esperava um número inteiro, veio true ou false",
		check(`expr = "f()"`, "points = nan"):    "points: esperava 0 ou mais, veio NaN",
		check(`expr = "f()"`, "points = inf"):    "points: esperava 0 ou mais, veio",
		check(`expr = "f()"`, "min = nan"):       "min: esperava um número, veio NaN",
		"timeout = 90\n" + check():               "timeout: esperava um tempo como \"90s\" ou \"10m\", veio 90ns",
		check(`expr = "f()"`, `timeout = "-3s"`): "timeout: esperava um tempo como \"90s\" ou \"10m\", veio -3s",
		`memory = "1MB"` + "\n" + check():        "esperava ao menos 512 MiB",
		`files = ["../x"]` + "\n" + check():      "abaixo da pasta deste arquivo",
		`files = ["nowhere"]` + "\n" + check():   "nowhere: não existe",
		"[[check]]\npoint = 1":                   `não há uma chave "check.point"`,
		"[[check]]":                              "teste 1 (): esperava um de cell, expr e model",
		"[[check]]\ncell = \"a\"\n[[check]]\ncell = \"b\"\npoints = -1": "teste 2 (b): points: esperava 0 ou mais, veio −1",
		check(`expr = "f("`):                              "expr: não é uma expressão de Go",
		check(`expr = "f()"`, `setup = "x :="`):           "setup: não são comandos de Go",
		check(`setup = "x := 1"`):                         "setup vem antes de um expr",
		check(`expr = "f()"`, `model = "m"`, `min = 1`):   "esperava expr ou model",
		check(`data = "x"`):                               "data e metric são de um modelo",
		check(`model = "m"`):                              "um modelo se julga por um número",
		check(`model = "m"`, `min = 1`, `text = "x"`):     "um modelo se julga por um número",
		check(`regexp = "("`):                             "regexp: não é uma expressão regular",
		check(`value = true`):                             "true e false são para um expr",
		check(`value = []`):                               "a lista está vazia",
		check(`value = [1, "a"]`):                         "uma lista é de números",
		check(`value = 2026-01-01`):                       "value: esperava um número",
		check(`value = "a"`, `text = "b"`):                "esperava text ou value",
		check(`text = "a"`, `absolute = 0.1`):             "absolute e relative são tolerâncias",
		check(`after = "x"`):                              "esperava value, min ou max ao lado",
		check(`after = "x"`, `expr = "f()"`, `value = 1`): "after é da saída",
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
