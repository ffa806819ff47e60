package course

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

func TestWithoutSolution(t *testing.T) {
	for source, want := range map[string]string{
		"x := 3":                        "x := 3",
		"r1 := 9 // aluno: 0":           "r1 := 0 // sua resposta",
		"r2  := \"a\"   // aluno: \"\"": "r2  := \"\" // sua resposta",
		"r = []int{1, 2} // aluno: nil": "r = nil // sua resposta",
		"func f() int {\n\t// SOLUÇÃO\n\tx := 1\n\treturn x\n\t// FIM\n}": "func f() int {\n\tpanic(\"escreva aqui a sua solução\")\n}",
		"// SOLUÇÃO\nx\n// FIM\ny\n// SOLUÇÃO\n// FIM":                    "panic(\"escreva aqui a sua solução\")\ny\npanic(\"escreva aqui a sua solução\")",
	} {
		if got, err := withoutSolution(source); err != nil || got != want {
			t.Errorf("%q became %q, %v, want %q", source, got, err, want)
		}
	}
	for source, want := range map[string]string{
		"// SOLUÇÃO\nx": "falta \"// FIM\"", "// FIM": "sem \"// SOLUÇÃO\" antes", "// SOLUÇÃO\n// SOLUÇÃO\n// FIM": "dentro de uma solução",
	} {
		if _, err := withoutSolution(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", source, err, want)
		}
	}
}

// What a student gets of a notebook: no solutions, no outputs of them, no teacher's cells,
// all else as it was.
func TestForStudent(t *testing.T) {
	const notebook = `{"cells": [
		{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "// aluno: <b>"},
		{"cell_type": "markdown", "id": "k", "metadata": {"tags": ["professor"]}, "source": "a resposta é 9"},
		{"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1, "source": "x", "outputs": [{"output_type": "stream", "name": "stdout", "text": "9\n"}]},
		{"cell_type": "code", "id": "c", "metadata": {"tags": ["solution", "r1"]}, "execution_count": 2, "source": ["r1 := 9 // aluno: 0\n", "r1"], "outputs": [{"output_type": "stream", "name": "stdout", "text": "9\n"}]}
	], "metadata": {"x": 1}, "nbformat": 4, "nbformat_minor": 5}`
	text, err := forStudent("a.ipynb", []byte(notebook))
	if err != nil {
		t.Fatal(err)
	}
	var nb ipynb.Notebook
	if err := json.Unmarshal(text, &nb); err != nil {
		t.Fatal(err)
	}
	cells := nb.Cells()
	if len(cells) != 3 || cells[0].Source() != "// aluno: <b>" || cells[2].Source() != "r1 := 0 // sua resposta\nr1" {
		t.Errorf("got %v", cells)
	}
	if n := strings.Count(string(text), `9\n`); n != 1 || strings.Contains(string(text), "é 9") {
		t.Errorf("%d outputs are left in\n%s", n, text)
	}
	if !slices.Equal(cells[2].Tags(), []string{"r1"}) {
		t.Errorf("the cell keeps the tags %q", cells[2].Tags())
	}
	if again, err := forStudent("a.ipynb", text); err != nil || string(again) != string(text) {
		t.Errorf("the student's copy as a course: %v\n%s", err, again)
	}
	unmarked := strings.Replace(notebook, " // aluno: 0", "", 1)
	if got, err := forStudent("a.ipynb", []byte(unmarked)); err == nil || got != nil {
		t.Errorf("a cell tagged solution without one: %v", err)
	}
	for name, same := range map[string]string{"a.toml": notebook, "b.md": "no notebook", "c.ipynb": `{"cells": [], "nbformat": 4}`} {
		if got, err := forStudent(name, []byte(same)); err != nil || string(got) != same {
			t.Errorf("%s became %q, %v", name, got, err)
		}
	}
}

// The lecture as students get it has no solution and no sheet.
func TestReleaseLecture(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "aluno")
	c, err := Release("../../../notebooks", folder)
	if err != nil {
		t.Fatal(err)
	}
	solutions := 0
	for _, name := range c {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "// aluno:") || strings.Contains(string(text), begin) || strings.Contains(name, Teacher) || name == "LEIAME.md" {
			t.Errorf("%s tells a solution", name)
		}
		solutions += strings.Count(string(text), "sua resposta")
	}
	if solutions < 20 {
		t.Errorf("%d answers are asked for", solutions)
	}
	if again, err := Lay(folder, t.TempDir()); err != nil || len(again.New) != len(c) {
		t.Errorf("laid out again: %v, %v, want %d files", again.New, err, len(c))
	}
	if _, err := Release("../../../notebooks", folder); err == nil || !strings.Contains(err.Error(), "não está vazia") {
		t.Errorf("into a folder that has files: %v", err)
	}
}
