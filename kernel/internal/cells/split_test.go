package cells

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// What says that lines are those of another file says so no longer, and a text that looks
// like it is one.
func TestOwnLines(t *testing.T) {
	for source, want := range map[string]string{
		"//line a.go:7\nx := 1":           "//Line a.go:7\nx := 1",
		"x := 1 /*line :9:1*/ + 2":        "x := 1 /*Line :9:1*/ + 2",
		"x := `\n//line a.go:7\n`":        "x := `\n//line a.go:7\n`",
		"%%\n//line a.go:7\nx := 1":       "%%\n//Line a.go:7\nx := 1",
		"//lines\n// line a.go:7\nx := 1": "//lines\n// line a.go:7\nx := 1",
	} {
		if got := ownLines(source); got != want {
			t.Errorf("%q became %q, want %q", source, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for source, want := range map[string]struct {
		code   string
		lines  []int
		result bool
	}{
		"var x = 1":                 {"func main() {\nvar x = 1\n}", []int{0, 1, 0}, false},
		"var x = 1\nfunc main() {}": {"var x = 1\nfunc main() {}", nil, false},
		"x := 1\n!ls \\\n -l\nx":    {"!ls \\\n -l\nfunc main() {\nx := 1\n     \n   \nx\n}", []int{2, 3, 0, 1, 2, 3, 4, 0}, true},
		"%%\nx := 1":                {"%%\nx := 1", nil, false},
		"!ls":                       {"!ls", nil, false},
		"%%writefile a.go\nfunc main() {}\nfunc main() {}": {"%%writefile a.go\nfunc main() {}\nfunc main() {}", nil, false},
		"func main() {}": {"func main() {}", nil, false},
		"1+2":            {"func main() {\n1+2\n}", []int{0, 1, 0}, true},
		"1+2;":           {"func main() {\n1+2\n}", []int{0, 1, 0}, false},
		"x := 1\n\nx":    {"func main() {\nx := 1\n\nx\n}", []int{0, 1, 2, 3, 0}, true},
		"x := 1":         {"func main() {\nx := 1\n}", []int{0, 1, 0}, false},
		"f()\nfunc f() {\n}\n// call\nf()": {
			"func f() {\n}\nfunc main() {\nf()\n// call\nf()\n}", []int{2, 3, 0, 1, 4, 5, 0}, true},
		"import \"fmt\"\nfmt.Println(1)": {"import \"fmt\"\nfunc main() {\nfmt.Println(1)\n}", []int{1, 0, 2, 0}, true},
		"var a = 1; a":                   {"func main() {\nvar a = 1\n           a\n}", []int{0, 1, 1, 0}, true},
		"x := 1\nvar y = x\nvar z = y": {
			"func main() {\nx := 1\nvar y = x\nvar z = y\n}", []int{0, 1, 2, 3, 0}, false},
		"for i := 0; i < 3; i++ {\n\tg()\n}":         {"func main() {\nfor i := 0; i < 3; i++ {\n\tg()\n}\n}", []int{0, 1, 2, 3, 0}, false},
		"a:\nfor i := 0; i < 3; i++ {\n}":            {"func main() {\na:\nfor i := 0; i < 3; i++ {\n}\n}", []int{0, 1, 2, 3, 0}, false},
		"if x := f(); x {\n} else {\n}; g()":         {"func main() {\nif x := f(); x {\n} else {\n}\n   g()\n}", []int{0, 1, 2, 3, 3, 0}, true},
		"func() int { return 1 }()":                  {"func main() {\nfunc() int { return 1 }()\n}", []int{0, 1, 0}, true},
		"func (t T) m() {}\nvar t T\nt.m()":          {"func (t T) m() {}\nfunc main() {\nvar t T\nt.m()\n}", []int{1, 0, 2, 3, 0}, true},
		"packages := 1\npackages":                    {"func main() {\n packages := 1\n packages\n}", []int{0, 1, 2, 0}, true},
		"func (a A[T]) m() {}\nfunc (b B[T]) m() {}": {"func (a A[T]) m() {}\nfunc (b B[T]) m() {}", nil, false},
		"package main\nf()":                          {"func main() {\nf()\n}", []int{0, 2, 0}, true},
		"x := 1\nx, // a\n\ty // b":                  {"func main() {\nx := 1\n[]interface{}{\nx, // a\n\ty,\n}\n}", []int{0, 1, 0, 2, 3, 0, 0}, true},
		"f(1, 2)":                                    {"func main() {\nf(1, 2)\n}", []int{0, 1, 0}, true},
		"a, b = b, a":                                {"func main() {\na, b = b, a\n}", []int{0, 1, 0}, false},
		"x := `a\n`\nx":                              {"func main() {\nx := `a\n`\nx\n}", []int{0, 1, 2, 3, 0}, true},
	} {
		c, wrong := Split(source)
		if wrong != nil || c.Code != want.code || !slices.Equal(c.Lines, want.lines) || c.Result != want.result {
			t.Errorf("%q became %q %v %v, %v", source, c.Code, c.Lines, c.Result, wrong)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for source, want := range map[string]SyntaxError{
		"x := 1\ny := )":      {2, 6, "expected operand, found ')'"},
		"f(":                  {1, 3, ""},
		"a, b;":               {1, 1, "expected 1 expression"},
		"a, b\nf()":           {1, 1, "expected 1 expression"},
		"print a, b":          {1, 7, "expected ';', found a"},
		"x := 1\nfor {":       {2, 6, ""},
		"var a = 1; x = = 1":  {1, 16, "expected operand, found '='"},
		"var x int x":         {1, 11, ""},
		"f()\nfunc main() {}": {2, 1, "a célula tem func main e também comandos fora de funções; deixe só um dos dois"},
		// What GoNB would drop and say nothing.
		"func main() {}\nf()":                 {1, 1, "a célula tem func main e também comandos fora de funções; deixe só um dos dois"},
		"func main() {}\nfunc main() {}":      {2, 1, "a função main já está na linha 1 desta célula; junte as duas em uma só"},
		"func f() {}\n\nfunc f() {}\nf()":     {3, 1, "a função f já está na linha 1 desta célula; deixe só uma das duas, ou dê à outra um nome seu"},
		"type T int\ntype T int":              {2, 1, "o tipo T já está na linha 1 desta célula; deixe só uma das duas, ou dê à outra um nome seu"},
		"func (t *T) m() {}; func (T) m() {}": {1, 21, "a função m já está na linha 1 desta célula; deixe só uma das duas, ou dê à outra um nome seu"},
		"func main() {}\n%%\nf()":             {2, 1, "a função main já está na linha 1 desta célula; junte as duas em uma só"},
		"fmt.Println(\"á\") x":                {1, 19, ""},
		"type T struct {\n\tn in t}":          {2, 7, ""},
	} {
		_, wrong := Split(source)
		if len(wrong) != 1 || wrong[0].Line != want.Line || wrong[0].Column != want.Column || want.Message != "" && wrong[0].Message != want.Message {
			t.Errorf("%q: %+v, want %+v", source, wrong, want)
		}
	}
}

// Whatever a cell is, its code parses or something is wrong in one of its lines,
// and no token has changed its line.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"var a = 1; a", "for i := 0; i < 3; i++ {\n}", "x := `\n`;x", "func f() {}\nf()", "{", "}", "a:\nb", "import(\"a\";\"b\");1", "/**/;x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if strings.Contains(source, "\r") || Magic(source) {
			return
		}
		c, wrong := Split(source)
		n := strings.Count(source, "\n") + 1
		for _, w := range wrong {
			if w.Line < 1 || w.Line > n {
				t.Errorf("%q: an error in line %d", source, w.Line)
			}
		}
		if wrong != nil || c.Lines == nil {
			return
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "", "package main;"+c.Code, 0); err != nil {
			t.Errorf("%q became %q: %v", source, c.Code, err)
		}
		lines, code := strings.Split(source, "\n"), strings.Split(c.Code, "\n")
		if len(code) != len(c.Lines) {
			t.Fatalf("%q became %d lines with %d numbers", source, len(code), len(c.Lines))
		}
		for i, line := range c.Lines {
			if line > 0 && !strings.Contains(lines[line-1], strings.TrimSpace(code[i])) {
				t.Errorf("%q: %q is not in line %d", source, code[i], line)
			}
		}
	})
}
