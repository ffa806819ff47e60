package page

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every formula of the lecture's notebooks can be read on a page: no command of
// TeX is left over.
func TestFormulas(t *testing.T) {
	files, err := filepath.Glob("../../../notebooks/exemplo*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatal("no notebooks", err)
	}
	formula := regexp.MustCompile(`(?s)\$\$.+?\$\$|\$[^$]+\$`)
	n := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var nb struct {
			Cells []struct {
				Type   string `json:"cell_type"`
				Source []string
			}
		}
		if err := json.Unmarshal(text, &nb); err != nil {
			t.Fatal(err)
		}
		for _, c := range nb.Cells {
			if c.Type != "markdown" {
				continue
			}
			for _, tex := range formula.FindAllString(strings.Join(c.Source, ""), -1) {
				n++
				if s := readable(tex); strings.Contains(s, `\`) {
					t.Errorf("%s: %s is shown as %s", filepath.Base(f), tex, s)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d formulas", n)
	}
}
