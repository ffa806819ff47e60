package cells

import (
	"strings"
	"testing"
)

// The bar is the cursor, in the cell and in the draft.
func TestDraft(t *testing.T) {
	for source, want := range map[string]string{
		"nn.De|":                          "func main() {\nnn.De|\n}\n",
		"|":                               "func main() {\n|\n}\n",
		"x := 1\n|":                       "func main() {\nx := 1\n|\n}\n",
		"x := 1\n\t|\ny := 2":             "func main() {\nx := 1\n\n\t|\ny := 2\n}\n",
		"a := 1; b.|":                     "func main() {\na := 1\n        b.|\n}\n",
		"var x = nn.|":                    "var x = nn.|\nfunc main() {\n}\n",
		"x := 2\nfunc f() {\n\tnn.|":      "func f() {\n\tnn.|\nfunc main() {\nx := 2\n}\n",
		"for i := range 3 {\n\tação.|\n}": "func main() {\nfor i := range 3 {\n\tação.|\n}\n}\n",
		"import \"fmt\"\nfmt.P|":          "import \"fmt\"\nfunc main() {\nfmt.P|\n}\n",
		"f(|, 1)\ng()":                    "func main() {\nf(|, 1)\ng()\n}\n",
		"%%\nx.|":                         "func main() {\n\tflag.Parse()\nx.|\n}\n",
		"!ls|\nvar x = 1":                 "none",
		"// nn.|":                         "none",
		"x() // nn.|\ny()":                "none",
		"/* a */|":                        "func main() {\n       |\n}\n",
		"%%bash\nls|":                     "none",
		"func f() {\n|\n}\n!ls":           "func f() {\n|\n}\nfunc main() {\n}\n",
	} {
		at := strings.IndexByte(source, '|')
		d, ok := NewDraft(strings.Replace(source, "|", "", 1), at)
		got := "none"
		if ok {
			got = d.Code[:d.Cursor] + "|" + d.Code[d.Cursor:]
		}
		if strings.ReplaceAll(got, "\n\n", "\n") != strings.ReplaceAll(want, "\n\n", "\n") {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func TestKnown(t *testing.T) {
	k := Known{}.With("import r \"math/rand\"\nvar a, b = 1, 2\nfunc f() {}\nfunc main() { f() }").
		With("var a = 3\ntype T struct{}\nfunc (T) m() {}").With("var b = 4\n%%\nf()")
	d, _ := NewDraft("func f() int {\nT{}.", 19)
	if got, want := k.Beside(d), "var a = 3\ntype T struct{}\nfunc (T) m() {}\nvar b = 4\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Known{}).With("func g() {}").With("type g int").With("const h = 1").With("func h() {}").Beside(d); got != "type g int\nfunc h() {}\n" {
		t.Errorf("declared again as something else: %q", got)
	}
	if k.Imports["r"] != "math/rand" || !d.Declares("f") || d.Declares("T") {
		t.Errorf("%v %+v", k, d)
	}
}

func TestBehind(t *testing.T) {
	for text, want := range map[string]string{
		"": " false", "x": "x true", "f(x": "x true", "nn.": "nn. true", "nn.De": "nn.De true", "a.b.c": " false",
		"f().x": " false", "\"nn.": " false", "// nn.": " false", "x := 1\nty": "ty true", "f(": " false", "func": "func true",
	} {
		of, name, ok := Behind(text)
		got := name
		if of != "" {
			got = of + "." + name
		}
		if ok {
			got += " true"
		} else {
			got += " false"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("x := 1; nn.\nfunc f() {", 10)
	f.Add("%%\nnn.", 6)
	f.Fuzz(func(t *testing.T, source string, cursor int) {
		if cursor < 0 || cursor > len(source) {
			return
		}
		if d, ok := NewDraft(source, cursor); ok {
			if d.Cursor < 0 || d.Cursor > len(d.Code) {
				t.Fatalf("%q at %d: %+v", source, cursor, d)
			}
			Known{}.With(d.Code).Beside(d)
		}
		Behind(source[:cursor])
	})
}
