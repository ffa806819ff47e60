package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func ExampleReport() {
	Report(os.Stdout, []Finding{
		{What: "Go", State: "go version go1.26", OK: true},
		{What: "JupyterLab", State: "not found", Optional: true, Mend: "make lab"},
	})
	// Output:
	// ok       Go: go version go1.26
	// missing  JupyterLab: not found
	//          → make lab
}

func TestReportTellsWhetherTheLabWorks(t *testing.T) {
	for _, c := range []struct {
		finding Finding
		healthy bool
	}{
		{Finding{OK: true}, true}, {Finding{Optional: true}, true}, {Finding{}, false},
	} {
		if got := Report(&strings.Builder{}, []Finding{c.finding}); got != c.healthy {
			t.Errorf("%+v: healthy is %v", c.finding, got)
		}
	}
}

// In an empty folder data and tools are missing, each with its mend.
func TestExamine(t *testing.T) {
	root := t.TempDir()
	for _, f := range []string{"go.mod", "go.sum"} {
		if err := os.WriteFile(filepath.Join(root, f), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("NNLAB_CACHE", t.TempDir())
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	found := map[string]Finding{}
	for _, f := range Examine(root) {
		found[f.What] = f
		if !f.OK && f.Mend == "" {
			t.Errorf("%s: no mend", f.What)
		}
	}
	if !found["Go"].OK || found["MNIST"].OK || found["GoNB, goimports, gopls"].OK {
		t.Errorf("found %+v", found)
	}
}
