package datasets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Names of files, classes and columns stand in errors, and do nothing to a terminal.
func TestNamesDoNothing(t *testing.T) {
	const bad = "a\x1b[31mb\u202e\x1b]0;t\a"
	dir := t.TempDir()
	table := filepath.Join(dir, bad+".csv")
	if err := os.WriteFile(table, []byte("x,"+bad+"\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "pictures", bad), 0o700); err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]*Set{
		"a file that is missing": CSV(filepath.Join(dir, "none"+bad+".csv"), Label("x")),
		"a column":               CSV(table, Label("y")),
		"a class":                ImageFolder(filepath.Join(dir, "pictures")),
		"a folder":               ImageFolder(filepath.Join(dir, bad)),
		"a number of names":      CSV(table, Label("x")).WithClassNames(bad, bad),
	} {
		err := s.Open()
		if err == nil || !strings.Contains(err.Error(), "ab") && what != "a number of names" || strings.ContainsAny(err.Error(), "\x1b\a\u202e") {
			t.Errorf("%s: %q", what, err)
		}
	}
}
