package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// needs are words of cells of the tutorial that need what a test has not: the
// internet, the author's home folder, or somebody who moves a slider.
var needs = []string{"schollz/progressbar", "benc-uk/gofract", "ajstarks/svgo", "erkkah/margaid", "gonum.org/v1/plot", "GonumPlotExample",
	"MetalBlueberry", "stretchr/testify", "${HOME}", "widgets.Slider", "mgSinPlot", "Shining"}

// GoNB's own tutorial runs as it is.
func TestTutorial(t *testing.T) {
	t.Parallel()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/janpfeifer/gonb").Output()
	if err != nil {
		t.Fatal(err)
	}
	nb, err := ipynb.Read(filepath.Join(strings.TrimSpace(string(dir)), "examples", "tutorial.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{ // a word of a cell → what the cell shows
		"func main() {\n    fmt.Printf(\"Hello": "Hello World!",
		"y := incr(math.Pi)":                    "incr: x=2, y=4.141593",
		"startValue = incr(startValue)":         "current startValue=2.0",
		"%%\nfmt.Printf(\"current":              "current startValue=1.0",
		"NonCachedValue=%d":                     "...VeryExpensive() call...",
		"%rm NonCachedValue CachedValue":        "removed var NonCachedValue",
		"gonbui.DisplayHtml(`<span":             "display_data",
		"func init_b()":                         "init_a\\ninit_b\\nmain",
		"%% --who=world":                        "Hello world!",
		"%args --who=Wally":                     "Where is Wally?",
		"!go version":                           "go version go1.",
		"printf \"\\rCounting":                  "Counting: 4",
		"%help":                                 "display_data",
	}
	f := newFront(t)
	ran := 0
cells:
	for _, c := range nb.Cells() {
		if !c.IsCode() {
			continue
		}
		source := c.Source()
		for _, word := range needs {
			if strings.Contains(source, word) {
				continue cells
			}
		}
		ran++
		id, reply := f.run(source)
		shown := strings.Join(f.about(id), " ")
		if reply["status"] != "ok" {
			t.Errorf("%s\nended with %v", source, reply)
		}
		for word, w := range want {
			if strings.Contains(source, word) {
				delete(want, word)
				if !strings.Contains(shown, w) {
					t.Errorf("%s\nshows %s\nwant %s", source, shown, w)
				}
			}
		}
	}
	if ran < 15 || len(want) > 0 {
		t.Errorf("%d cells have run, and none of %v", ran, want)
	}
}
