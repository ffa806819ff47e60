package build

import (
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// standard knows the standard library's types.
var standard = importer.Default()

// rewritten is the program of some statements, rewritten.
func rewritten(t *testing.T, statements string, result bool) (string, []Unused) {
	t.Helper()
	text := "package main\n\nimport (\n\t\"fmt\"\n\t\"image\"\n\t\"os\"\n)\n\nfunc none() {}\n\nfunc main() {\n" + statements + "\n\t_, _, _ = fmt.Print, image.Pt, os.Exit\n}\n"
	if result {
		text = strings.Replace(text, "\n\t_, _, _ =", "", 1)
		text = strings.Replace(text, " fmt.Print, image.Pt, os.Exit\n", "\n", 1)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	out, unused := rewrite(fset, f, []byte(text), standard, result)
	if _, err := parser.ParseFile(token.NewFileSet(), "", out, 0); err != nil {
		t.Errorf("%q became %s: %v", statements, out, err)
	}
	if is, was := strings.Count(string(out), "\n"), strings.Count(text, "\n"); is != was {
		t.Errorf("%q has %d lines instead of %d", statements, is, was)
	}
	_, body, _ := strings.Cut(string(out), "func main() {\n")
	return body, unused
}

func TestUnusedVariables(t *testing.T) {
	for statements, want := range map[string]string{
		"x := 1":                                                                  "x := 1; _ = x",
		"var x, y = 1, 2\nfmt.Print(y)":                                           "var x, y = 1, 2; _ = x\nfmt.Print(y)",
		"x := 1 // one":                                                           "x := 1; _ = x // one",
		"if x := 1; true {\n}":                                                    "if x := 1; true { _ = x;\n}",
		"for i := 0; ; {\n}":                                                      "for i := 0; ; { _ = i;\n}",
		"for i, v := range []int{} {\n}":                                          "for i, v := range []int{} { _ = i; _ = v;\n}",
		"switch {\ncase true:\n\tx := 1\n}":                                       "switch {\ncase true:\n\tx := 1; _ = x\n}",
		"select {\ncase v := <-make(chan int):\n}":                                "select {\ncase v := <-make(chan int): _ = v;\n}",
		"f := func() {\n\tx := 1\n}\nf()":                                         "f := func() {\n\tx := 1; _ = x\n}\nf()",
		"switch x := 1; {\ncase true:\n}":                                         "switch x := 1; {\ncase true: _ = x;\n}",
		"switch x := 1; 2 {\ncase 2:\n\tfmt.Print()\n}":                           "switch x := 1; 2 {\ncase 2: _ = x;\n\tfmt.Print()\n}",
		"switch x := 1; {\n}":                                                     "switch x := 1; { default: _ = x;\n}",
		"switch x := 1; {\ndefault:\n}":                                           "switch x := 1; {\ndefault: _ = x;\n}",
		"switch v := any(1).(type) {\ncase int:\n}":                               "switch v := any(1).(type) {\ncase int: _ = v;\n}",
		"switch v := any(1).(type) {\n}":                                          "switch v := any(1).(type) { default: _ = v;\n}",
		"switch x := any(1); v := x.(type) {\ncase int, nil:\n}":                  "switch x := any(1); v := x.(type) {\ncase int, nil: _ = v;\n}",
		"if x := 1; false {\n} else if y := 2; true {\n}":                         "if x := 1; false { _ = x;\n} else if y := 2; true { _ = y;\n}",
		"for i, j := 0, 1; j < 2; j++ {\n}":                                       "for i, j := 0, 1; j < 2; j++ { _ = i;\n}",
		"select {\ncase v, ok := <-make(chan int):\n\tfmt.Print(ok)\ndefault:\n}": "select {\ncase v, ok := <-make(chan int): _ = v;\n\tfmt.Print(ok)\ndefault:\n}",
		"func() int {\n\tx := 1\n\treturn 2\n}()":                                 "func() int {\n\tx := 1; _ = x\n\treturn 2\n}()",
		"for range func() []int { x := 1; return nil }() {\n}":                    "for range func() []int { x := 1; _ = x; return nil }() {\n}",
		"l:\nfor {\n}":                                                            "l:\nfor {\n}", // an error of another kind
		"x := 1\nx = 2":                                                           "x := 1; _ = x\nx = 2",
		"x := 1\nfmt.Print(x)":                                                    "x := 1\nfmt.Print(x)",
		"l:\nfor x := range 3 {\n\tcontinue l\n}":                                 "l:\nfor x := range 3 { _ = x;\n\tcontinue l\n}",
		"x, err := fmt.Println()\nif err != nil {\n}":                             "x, err := fmt.Println(); _ = x\nif err != nil {\n}",
	} {
		got, unused := rewritten(t, statements, false)
		if !strings.HasPrefix(got, want+"\n") {
			t.Errorf("%q became %q, want %q", statements, got, want)
		}
		if n := strings.Count(want, "_ ="); len(unused) != n {
			t.Errorf("%q: %v", statements, unused)
		}
	}
	_, unused := rewritten(t, "\nx := 1", false)
	if len(unused) != 1 || unused[0] != (Unused{Name: "x", Line: 13}) {
		t.Errorf("got %v", unused)
	}
}

func TestResult(t *testing.T) {
	for statements, want := range map[string]string{
		"1 + 2":                "nnlab_result.Show(/*line :12:1*/1 + 2)",
		"f := 1\n\tf":          "f := 1\n\tnnlab_result.Show(/*line :13:2*/f)",
		"os.Getpid()":          "nnlab_result.Show(/*line :12:1*/os.Getpid())",
		"fmt.Sprint(1)":        "nnlab_result.Show(/*line :12:1*/fmt.Sprint(1))",
		"fmt.Println(1)":       "fmt.Println(1)",
		"fmt.Fprintln(nil)":    "fmt.Fprintln(nil)",
		"none()":               "none()",
		"println(1)":           "println(1)",
		"x := 1":               "x := 1; _ = x",
		"os.Stdout.Write(nil)": "os.Stdout.Write(nil)",
		"image.Rect(1,2,3,4)":  "nnlab_result.Show(/*line :12:1*/image.Rect(1,2,3,4))",
	} {
		if got, _ := rewritten(t, statements, true); !strings.HasPrefix(got, want+"\n") {
			t.Errorf("%q became %q, want %q", statements, got, want)
		}
	}
}

// Imports that nothing uses are left out, in their lines.
func TestUnusedImports(t *testing.T) {
	for text, want := range map[string]string{
		"import (\n\t. \"fmt\"\n\t. \"image\"\n)\n\nfunc main() { Print() }": "import (\n\t. \"fmt\"\n\t/*. \"image\"*/\n)\n\nfunc main() { Print() }",
		"import . \"fmt\"\n\nfunc main() {}":                                 "import (/*. \"fmt\"*/)\n\nfunc main() {}",
		"import . \"image\"\n\nvar m = map[Point]int{ZP: 1}":                 "import . \"image\"\n\nvar m = map[Point]int{ZP: 1}",
		"import . \"fmt\"\n\nfunc Print() {}\n\nfunc main() { Print() }":     "import (/*. \"fmt\"*/)\n\nfunc Print() {}\n\nfunc main() { Print() }",
		"import . \"fmt\"\n\nfunc Print() {}\n\nfunc main() {}":              "import (/*. \"fmt\"*/)\n\nfunc Print() {}\n\nfunc main() {}",
		// A method has the name of what the package gives, and hides nothing.
		"import . \"fmt\"\n\ntype T int\n\nfunc (T) Print() {}\n\nfunc Println() {}\n\nfunc main() { Print() }": "import . \"fmt\"\n\ntype T int\n\nfunc (T) Print() {}\n\nfunc Println() {}\n\nfunc main() { Print() }",
	} {
		fset := token.NewFileSet()
		text = "package main\n\n" + text
		f, err := parser.ParseFile(fset, "main.go", text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out, unused := rewrite(fset, f, []byte(text), standard, false)
		if string(out) != "package main\n\n"+want {
			t.Errorf("%s\nbecame\n%s", text, out)
		}
		if left := strings.Count(want, "/*"); len(unused) != left || left > 0 && unused[0].Path == "" {
			t.Errorf("%s\nunused: %+v", text, unused)
		}
	}
}

// gonbuiTypes knows the types of GoNB's package, beside the standard library's.
type gonbuiTypes struct{}

func (gonbuiTypes) Import(path string) (*types.Package, error) {
	if path != displayPackage {
		return standard.Import(path)
	}
	p := types.NewPackage(path, "gonbui")
	for _, name := range []string{"DisplayHtml", "Sync"} {
		p.Scope().Insert(types.NewFunc(token.NoPos, p, name, types.NewSignatureType(nil, nil, nil, nil, nil, false)))
	}
	p.MarkComplete()
	return p, nil
}

// A program that shows something by GoNB's package waits until that is read.
func TestDisplaysAreAwaited(t *testing.T) {
	for program, want := range map[string]string{
		"import \"" + displayPackage + "\"\n\nfunc main() {\n\tgonbui.DisplayHtml()\n}":                    "func main() { defer gonbui.Sync(); /*line :5:14*/\n\tgonbui.DisplayHtml()\n}",
		"import g \"" + displayPackage + "\"\n\nfunc show() { g.DisplayHtml() }\n\nfunc main() { show() }": "func main() { defer g.Sync(); /*line :7:14*/ show() }",
		"import _ \"" + displayPackage + "\"\n\nfunc main() {}":                                            "func main() {}",
		"import \"fmt\"\n\nfunc main() { fmt.Print() }":                                                    "func main() { fmt.Print() }",
	} {
		program = "package main\n\n" + program
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "main.go", program, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out, _ := rewrite(fset, f, []byte(program), gonbuiTypes{}, false)
		if !strings.HasSuffix(string(out), want) {
			t.Errorf("%s\nbecame\n%s", program, out)
		}
	}
}
