package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// What the course's notebooks import, and what check has a cell import, is compiled before
// class, and is in the package for pip.
func TestNotebooksImportWhatIsThere(t *testing.T) {
	prepared := slices.Concat(gonb.Standard, gonb.Imports, gonb.Seldom)
	text, err := exec.Command("go", append([]string{"list", "-deps"}, prepared...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	there := strings.Fields(string(text))
	if path := gonb.Module + "/nnlab/grade"; !slices.Contains(there, path) {
		t.Errorf("%s, which check needs, is not there", path)
	}
	files, err := filepath.Glob("../notebooks/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := 0
	for _, f := range files {
		nb, err := ipynb.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range nb.Cells() {
			if !c.IsCode() {
				continue
			}
			imports, _ := cells.Imports(c.Source())
			for _, i := range imports {
				found++
				if !slices.Contains(there, i.Path) {
					t.Errorf("%s imports %s, which gonb.Imports and gonb.Seldom lack", filepath.Base(f), i.Path)
				}
			}
		}
	}
	if found < len(files) {
		t.Errorf("%d notebooks have %d imports", len(files), found)
	}
}
