package check

import (
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/execute"
)

// What a fresh kernel is given of a cell, by how that has ended.
func TestPast(t *testing.T) {
	const source = "import \"os\"\n// dobro dobra.\nfunc dobro(x int) int { return 2 * x }\nvar base = 20\nos.Exit(dobro(base))"
	const declared = "import \"os\"\nfunc dobro(x int) int { return 2 * x }"
	end, late := execute.Outcome{}, execute.Outcome{Late: true}
	for _, c := range []struct {
		name  string
		ended []execute.Outcome // each with its kernel
		alive []execute.Outcome
		want  string
	}{
		{"ran", nil, []execute.Outcome{end}, source},
		{"once", []execute.Outcome{end}, []execute.Outcome{end}, source},
		{"twice", []execute.Outcome{end, end}, nil, declared},
		{"stopped", nil, []execute.Outcome{late}, declared},
		{"stopped with its kernel", []execute.Outcome{late}, nil, declared},
		{"too much written", nil, []execute.Outcome{{Flood: true}}, declared},
		{"its declarations too", []execute.Outcome{end, end, end}, nil, ""},
	} {
		p := past{number: 1, source: source}
		for _, o := range c.ended {
			p.note(o, true)
		}
		for _, o := range c.alive {
			p.note(o, false)
		}
		if got := p.again(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDeclarations(t *testing.T) {
	for source, want := range map[string]string{
		"type T int\nconst c = 1\nx := c":             "type T int\nconst c = 1",
		"func f() {}\n%%\nfor {\n}":                   "func f() {}",
		"var x = 1\nfunc f() int { return x }\n%%":    "var x = 1\nfunc f() int { return x }",
		"func (T) main() {}\nfunc main() { g() }":     "func (T) main() {}",
		"%% -x\nfor {\n}":                             "",
		"!ls\nfunc f() {}":                            "",
		"func f( {":                                   "",
		"for {\n}":                                    "",
		"// só um comentário":                         "",
		"var (\n\ta = 1\n)\nfunc é() {}; func g() {}": "func é() {}\nfunc g() {}",
	} {
		if got := declarations(source); got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}
