package check

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// A notebook whose kernel does not start has a table, which says why in each row; only an
// interrupt and a mistake of the teacher's end all notebooks.
func TestNoKernel(t *testing.T) {
	sheet, err := sheetOf(t, "title = \"t\"\n[[check]]\ncell = \"a\"\npoints = 2\n[[check]]\nexpr = \"f()\"\npoints = 3")
	if err != nil {
		t.Fatal(err)
	}
	notebook := filepath.Join(t.TempDir(), "ana.ipynb")
	text := `{"cells": [{"cell_type": "code", "metadata": {"tags": ["a"]}, "source": "1", "outputs": [], "execution_count": null}],
		"metadata": {"kernelspec": {"name": "nnlab", "display_name": "nnlab", "language": "go"}}, "nbformat": 4, "nbformat_minor": 5}`
	if err := os.WriteFile(notebook, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	g := &Grader{Sheet: sheet, Setting: gonb.Setting{Root: t.TempDir(), Tools: t.TempDir(), Program: "/nowhere/nnlab-kernel"}}
	defer g.Close()
	r, err := g.Grade(t.Context(), notebook, "ana", "", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(rows) != 4 || !strings.Contains(rows[1], "0 / 2  não foi avaliado: ") || !strings.Contains(rows[2], "0 / 3  não foi avaliado: ") || !strings.Contains(rows[3], "0 / 5") || r.Full() {
		t.Error(b.String())
	}
	if reason, said := strings.CutPrefix(r.Checks[0].Reasons[0], notDone+": "); !said || reason == "" || strings.Contains(reason, "no such file") {
		t.Errorf("%q", r.Checks[0].Reasons)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := g.Grade(stopped, notebook, "ana", "", func(string) {}); !errors.Is(err, execute.ErrInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
	if r, err := sheet.blank("", "").unfinished(ErrTeacher); r != nil || err != ErrTeacher {
		t.Errorf("a mistake of the teacher's: %v, %v", r, err)
	}
}

// A folder that is handed in as a link is another's work, or none of the class's, and is not
// followed wherever it stands on the way; links on the way to the teacher's own folders are.
func TestHandInBehindALink(t *testing.T) {
	top := t.TempDir()
	for _, folder := range []string{"aulas/entregas/maria/semana1", "aulas/entregas/jose"} {
		if err := os.MkdirAll(filepath.Join(top, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"aulas/entregas/maria/ex.ipynb", "aulas/entregas/maria/semana1/ex.ipynb"} {
		if err := os.WriteFile(filepath.Join(top, file), []byte(`{"cells": [], "nbformat": 4}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"aulas/entregas/joao": "maria", "aulas/entregas/jose/semana1": "../maria/semana1", "curso": "aulas"} {
		if err := os.Symlink(to, filepath.Join(top, link)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(top, "aulas"))
	for _, c := range []struct{ sheet, notebook, link string }{
		{".", "entregas/maria/ex.ipynb", ""},
		{".", "entregas/joao/ex.ipynb", "joao"},
		{".", "entregas/joao/semana1/ex.ipynb", "joao"},
		{".", "entregas/jose/semana1/ex.ipynb", "semana1"},
		{".", "entregas/joao/../maria/ex.ipynb", ""},
		{".", top + "/aulas/entregas/jose/semana1/ex.ipynb", "semana1"},
		{top + "/curso", top + "/curso/entregas/maria/ex.ipynb", ""},
		{top + "/curso", top + "/curso/entregas/joao/ex.ipynb", "joao"},
		{".", top + "/curso/entregas/maria/ex.ipynb", "curso"},
	} {
		_, err := (&Grader{Sheet: &Sheet{dir: c.sheet}}).read(c.notebook)
		want := ""
		if c.link != "" {
			want = "está atrás do atalho (symlink) «" + c.link + "», que não foi seguido; peça a própria pasta, ou, se o atalho é seu, dê o caminho sem ele"
		}
		if err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%s: got %v, want %s", c.notebook, err, want)
		}
	}
}
