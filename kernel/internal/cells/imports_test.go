package cells

import (
	"fmt"
	"testing"
)

func TestUnusedImports(t *testing.T) {
	for source, want := range map[string]string{
		"import \"sort\"\nfmt.Print(1)":                                       "[{sort 1}]",
		"import (\n\t\"sort\"\n\tm \"math\"\n)\nx := m.Pi\nx":                 "[{sort 2}]",
		"fmt.Print(1)\n\nimport m \"math\"":                                   "[{m 3}]",
		"import \"math/rand/v2\"\nfmt.Print(1)":                               "[{rand 1}]",
		"import \"math/rand/v2\"\nfmt.Print(rand.Int())":                      "[]",
		"import \"sort\"":                                                     "[]", // for the cells that follow
		"import \"sort\"\nvar x = 1":                                          "[]",
		"import \"sort\"\nfunc f(p []int) { sort.Ints(p) }\nf(nil)":           "[]",
		"import _ \"image/png\"\nimport . \"math\"\nfmt.Print(Pi)":            "[]",
		"import \"gopkg.in/yaml.v3\"\nfmt.Print(yaml.X)":                      "[]", // its name is not known
		"import \"sort\"\n%%\nfmt.Print(1)":                                   "[{sort 1}]",
		"import \"sort\"\n%%\nsort.Ints(nil)\n!ls":                            "[]",
		"!ls\n%env X Y\nimport \"sort\"\n%% a b\nfmt.Print(1)":                "[{sort 3}]",
		"import \"sort\"\n!ls":                                                "[]",
		"%%bash\nimport x":                                                    "[]",
		"import \"sort\"\nfmt.Print(":                                         "[]",
		"package main\nimport \"sort\"\nfunc main() {\n\tprintln(1)\n}":       "[]",
		"import \"sort\"\nfunc main() {\n\tprintln(1)\n}":                     "[{sort 1}]",
		"import \"sort\"\nstr := struct{ sort []int }{}\nfmt.Print(str.sort)": "[{sort 1}]",
	} {
		if got := UnusedImports(source); fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %v", source, got, want)
		}
	}
}
