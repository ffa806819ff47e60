package course

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A term: the course begins, changes, a student works, both go on.
func TestLay(t *testing.T) {
	course, folder := t.TempDir(), filepath.Join(t.TempDir(), "aluno")
	put := func(dir, name, text string) {
		t.Helper()
		if isNotebook(name) {
			text = notebookOf(text)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	lay := func(fresh, updated, kept string) {
		t.Helper()
		c, err := Lay(course, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []struct {
			what, want string
			got        []string
		}{{"new", fresh, c.New}, {"updated", updated, c.Updated}, {"kept", kept, c.Kept}} {
			if got := strings.Join(slices.Sorted(slices.Values(part.got)), " "); got != part.want {
				t.Errorf("%s: got %q, want %q", part.what, got, part.want)
			}
		}
		if said := strings.Count(c.String(), "\n"); said != len(c.New)+len(c.Updated)+len(c.Kept) {
			t.Errorf("%d lines for %+v", said, c)
		}
	}
	has := func(name, want string) {
		t.Helper()
		if isNotebook(name) {
			want = notebookOf(want)
		}
		if got, err := os.ReadFile(filepath.Join(folder, name)); string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	put(course, "a.ipynb", "a1")
	put(course, "b.ipynb", "b1")
	put(course, "figuras/f.png", "f1")
	put(course, ".oculto/x", "x")
	put(course, "a.executed.ipynb", "x")
	put(folder, "meu.ipynb", "meu")
	lay("a.ipynb b.ipynb figuras/f.png", "", "")
	lay("", "", "")

	put(folder, "b.ipynb", "b1, mudado")
	lay("", "", "")
	put(course, "a.ipynb", "a2")
	put(course, "b.ipynb", "b2")
	put(course, "figuras/f.png", "f2")
	lay("", "a.ipynb figuras/f.png", "b.ipynb")
	lay("", "", "b.ipynb")
	has("a.ipynb", "a2")
	has("b.ipynb", "b1, mudado")
	has("figuras/f.png", "f2")
	has("meu.ipynb", "meu")

	// Who removes his own has the course's, and from then on its new ones.
	if err := os.Remove(filepath.Join(folder, "b.ipynb")); err != nil {
		t.Fatal(err)
	}
	lay("b.ipynb", "", "")
	put(course, "b.ipynb", "b3")
	lay("", "b.ipynb", "")
	has("b.ipynb", "b3")

	// The student's own file had the name before the course did; and a record that is
	// damaged gives nothing away.
	put(course, "meu.ipynb", "do curso")
	lay("", "", "meu.ipynb")
	put(folder, record, "{")
	put(course, "a.ipynb", "a3")
	lay("", "", "a.ipynb meu.ipynb")
	has("a.ipynb", "a2")
	has("meu.ipynb", "meu")
	if _, err := os.Stat(filepath.Join(folder, ".oculto")); err == nil {
		t.Error("a hidden folder was laid")
	}
}

// notebookOf is a notebook of one cell.
func notebookOf(text string) string {
	return fmt.Sprintf(`{"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": %q}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`, text)
}

// What is wrong with one file, in the course or in the student's folder, is said by its name
// and keeps no other from him; what he had of it stays.
func TestOneThatIsBroken(t *testing.T) {
	course, folder := t.TempDir(), filepath.Join(t.TempDir(), "aluno")
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(course, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	good, solved := notebookOf("bom"), strings.Replace(notebookOf("// SOLUÇÃO"), "markdown", "code", 1)
	for _, name := range []string{"a.ipynb", "b.ipynb", "m/z.ipynb", "z.ipynb"} {
		put(name, good)
	}
	if c, err := Lay(course, folder); err != nil || len(c.New) != 4 {
		t.Fatalf("%v, %v", c, err)
	}
	newer := notebookOf("melhor")
	put("c.ipynb.orig", solved)
	put("c.IPYNB", newer)
	for broken, want := range map[string]string{
		newer[:40]: "b.ipynb não é um caderno: o arquivo termina no meio do JSON", newer[:10]: "b.ipynb não é um caderno", "": "b.ipynb não é um caderno: o arquivo está vazio",
		"<<<<<<< HEAD\n{}": "marcas de um conflito do git", strings.Replace(newer, "4,", "3,", 1): "b.ipynb: esperava um caderno de nbformat 4",
		solved: "b.ipynb, célula a: falta \"// FIM\"",
	} {
		put("b.ipynb", broken)
		latest := notebookOf("depois de " + want)
		put("a.ipynb", latest)
		put("z.ipynb", latest)
		if _, err := Lay(course, folder); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "um arquivo não foi copiado, os outros sim: ") {
			t.Errorf("%.20q: %v, want %q", broken, err, want)
		}
		for name, text := range map[string]string{"a.ipynb": latest, "b.ipynb": good, "c.IPYNB": newer, "z.ipynb": latest} {
			if got, err := os.ReadFile(filepath.Join(folder, name)); string(got) != text {
				t.Errorf("%.20q: %s is %q, %v", broken, name, got, err)
			}
		}
		released := filepath.Join(t.TempDir(), "turma")
		names, err := Release(course, released)
		if err == nil || !strings.Contains(err.Error(), want) || !slices.Equal(names, []string{"a.ipynb", "c.IPYNB", "m/z.ipynb", "z.ipynb"}) {
			t.Errorf("%.20q: released %q, %v", broken, names, err)
		}
		if _, err := os.Stat(filepath.Join(released, "b.ipynb")); err == nil {
			t.Errorf("%.20q: half a notebook is released", broken)
		}
	}

	// Two of them, each on its line; and the student has other things of these names.
	put("m/z.ipynb", "{")
	put("n/x.txt", "x")
	put("p.txt", "p")
	if err := errors.Join(os.Remove(filepath.Join(folder, "a.ipynb")), os.Mkdir(filepath.Join(folder, "a.ipynb"), 0o777), os.WriteFile(filepath.Join(folder, "n"), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	c, err := Lay(course, folder)
	if err == nil || !strings.HasPrefix(err.Error(), "3 arquivos não foram copiados, os outros sim:\n") || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("got %v", err)
	}
	if want := (Changes{New: []string{"p.txt"}, Kept: []string{"a.ipynb"}}); !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}
