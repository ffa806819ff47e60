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
		"%%writefile a.go\npackage a\nimport \"sort\"\nfunc main() { f() }":   "[]",
		"%%bash\nimport x":                                                    "[]",
		"import \"sort\"\nfmt.Print(":                                         "[]",
		"package main\nimport \"sort\"\nfunc main() {\n\tprintln(1)\n}":       "[]",
		"import \"sort\"\nfunc main() {\n\tprintln(1)\n}":                     "[{sort 1}]",
		"import \"sort\"\nstr := struct{ sort []int }{}\nfmt.Print(str.sort)": "[{sort 1}]",
	} {
		got := []string{}
		imports, runs := Imports(source)
		for _, i := range imports {
			if runs && !i.Used {
				got = append(got, fmt.Sprintf("{%s %d}", i.Name, i.Line))
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %v", source, got, want)
		}
	}
}

func TestImports(t *testing.T) {
	for source, want := range map[string]string{
		"import \"fnt\"": "[{fnt fnt 1 8 false}]",
		"import (\n\t. \"fmt\"\n\tm \"math\"\n)\nm.Pi": "[{. fmt 2 4 true} {m math 3 4 true}]",
		"x := 1\nimport _ \"image/png\"":               "[{_ image/png 2 10 true}]",
		"%%\nfmt.Print(1)":                             "[]",
		"import \"fnt\"\n%%\nfmt.Print(":               "[]", // the cell itself is wrong
	} {
		if got, _ := Imports(source); fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", source, got, want)
		}
	}
}

func TestPackageName(t *testing.T) {
	for path, want := range map[string]string{"fmt": "fmt", "math/rand": "rand", "math/rand/v2": "rand", "gonum.org/v1/gonum/mat": "mat",
		"example.org/v2": "example.org", "example.org/tool/v10": "tool", "example.org/v": "v", "gopkg.in/yaml.v3": "yaml.v3"} {
		if got := PackageName(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
