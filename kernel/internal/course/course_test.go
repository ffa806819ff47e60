package course

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A term: the course begins, changes, a student works, both go on.
func TestLay(t *testing.T) {
	course, folder := t.TempDir(), filepath.Join(t.TempDir(), "aluno")
	put := func(dir, name, text string) {
		t.Helper()
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
