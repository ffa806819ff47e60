package build

import (
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/vars"
)

// A variable of which a program only reads the value is written into it; then nothing of
// the package that carries variables is in the program. What a forged file says of a value
// never becomes code.
func TestFixed(t *testing.T) {
	variable := func(name, typ, file, value string) *Living {
		return &Living{Name: name, ID: 1, Type: typ, Shown: typ, Entry: vars.Entry{Name: name, File: file, Value: value}}
	}
	for _, c := range []struct {
		typ, value, statements string
		want                   string // the variable in the program; "" where it is read from its file
	}{
		{"int", "=7", "fmt.Print(x)", "int = 7"},
		{"int", "=-7", "fmt.Print(x, [3]int{}[x])", "int = -7"},
		{"uint8", "=255", "for i := range x { fmt.Print(i) }", "uint8 = 255"},
		{"bool", "=true", "if x { fmt.Print() }", "bool = true"},
		{"float32", "=0.1", "fmt.Print(float64(x))", "float32 = 0.1"},
		{"float64", "=1e+300", "fmt.Print(x)", "float64 = 1e+300"},
		{"string", "=a\xff\"\n", "fmt.Print(x[1:])", `string = "a\xff\"\n"`},
		{"string", "=", "fmt.Print(x)", `string = ""`},
		{"temperature", "=20.5", "fmt.Print(x)", "temperature = 20.5"},
		{"int", "=7", "func(x int) { x++ }(x)", "int = 7"}, // that one is another
		{"int", "=7", "fmt.Print(double())", "int = 7"},
		// What may change it.
		{"int", "=7", "x++", ""},
		{"int", "=7", "x = 8", ""},
		{"int", "=7", "(x) += 8", ""},
		{"int", "=7", "_, x = 1, 2", ""},
		{"int", "=7", "for x = range 3 {\n}", ""},
		{"int", "=7", "for _, x = range []int{1} {\n}", ""},
		{"int", "=7", "fmt.Sscan(\"1\", &x)", ""},
		{"int", "=7", "func() { x = 3 }()", ""},
		{"int", "=7", "select {\ncase x = <-make(chan int):\ndefault:\n}", ""},
		{"int", "=7", "set()", ""},
		{"int", "=7", "x := x + 1", ""},
		{"temperature", "=20.5", "x.rise()", ""},
		{"temperature", "=20.5", "fmt.Print((x).rise)", ""},
		// What has no value that can be written down.
		{"int", "", "fmt.Print(x)", ""},
		{"float64", "=NaN", "fmt.Print(x)", ""},
		{"float64", "=+Inf", "fmt.Print(x)", ""},
		{"float64", "=-0", "fmt.Print(x)", ""},
		{"complex128", "=1", "fmt.Print(x)", ""},
		{"[]int", "=7", "fmt.Print(x)", ""},
		{"int", "=7; func init() { panic(1) }", "fmt.Print(x)", ""},
		{"float64", "=1.5+danger()", "fmt.Print(x)", ""},
		{"bool", "=danger()", "fmt.Print(x)", ""},
	} {
		n := newNotebook("")
		n.alive["x"] = variable("x", c.typ, "v1", c.value)
		n.plan = Plan{Count: 2, Statements: true}
		text := "package main\n\nimport \"fmt\"\n\ntype temperature float64\n\nfunc (t *temperature) rise() { *t++ }\n" +
			"func double() int { return 2 * int(x) }\nfunc set() { x = 3 }\n\nfunc main() {\n" + c.statements + "\n}\n"
		if !strings.Contains(c.statements, "fmt.") {
			text = strings.Replace(text, "import \"fmt\"", "", 1)
		}
		u, err := newUnit(n, "main.go", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		made := u.compose(standard, func(string) bool { return false })
		if made.wrong != "" {
			t.Errorf("%s %q: %s", c.typ, c.statements, made.wrong)
			continue
		}
		program := string(made.text)
		_, is, _ := strings.Cut(program, "\nvar "+mark+"x ")
		is, _, _ = strings.Cut(is, "\n")
		want := c.want
		if want == "" {
			want = c.typ
		}
		if is != want {
			t.Errorf("%s with %q in %q is %q, want %q", c.typ, c.value, c.statements, is, want)
		}
		if runs := strings.Contains(program, varsPackage); runs != (c.want == "") {
			t.Errorf("%s with %q: %q: variables are read: %v\n%s", c.typ, c.value, c.statements, runs, program)
		}
	}
}

// Two variables that share memory are read with it.
func TestNotFixedWhereShared(t *testing.T) {
	n := newNotebook("")
	n.alive["x"] = &Living{Name: "x", ID: 1, Type: "int", Entry: vars.Entry{Name: "x", File: "v1", Value: "=7"}}
	n.alive["p"] = &Living{Name: "p", ID: 2, Type: "*int", Entry: vars.Entry{Name: "p", File: "v1"}}
	n.plan = Plan{Count: 3, Statements: true}
	u, err := newUnit(n, "main.go", []byte("package main\n\nimport \"fmt\"\n\nfunc main() {\nfmt.Print(x)\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	made := u.compose(standard, func(string) bool { return false })
	if text := string(made.text); made.wrong != "" || !strings.Contains(text, "var "+mark+"x int\n") || !strings.Contains(text, "var "+mark+"p *int\n") {
		t.Errorf("%s\n%s", made.wrong, text)
	}
}
