package build

import (
	"path"
	"strings"
	"testing"
)

const unmended = `package main

import (
	"os"
	r "math/rand/v2"
	_ "embed"
	"strings"
)

var strings2 = strings.ToUpper("a")

func main() {
	fmt := 1
	_ = fmt
	os := struct{ Args int }{}
	_ = os.Args
	bufio.NewReader(nil)
	r.IntN(3)
	%s
}
`

func TestFix(t *testing.T) {
	n := names{}
	find := func(name string, selectors []string) string {
		if name == "bufio" && strings.Join(selectors, ",") == "NewReader" {
			return "bufio"
		}
		return ""
	}
	got, ok := n.fix([]byte(strings.Replace(unmended, "%s", "", 1)), path.Base, find)
	want := "package main\n\nimport (\n\tr \"math/rand/v2\"\n\t_ \"embed\"\n\t \"strings\"\n\t \"bufio\"\n)\n\n\nvar strings2"
	if !ok || !strings.HasPrefix(string(got), want) {
		t.Errorf("got %v,\n%s", ok, got)
	}
	more := strings.Replace(unmended, "%s", "mat.NewDense(1, 1, nil)", 1)
	if _, ok := n.fix([]byte(more), path.Base, find); ok {
		t.Error("mended what it cannot know")
	}
	n.learn([]byte("package main\nimport \"gonum.org/v1/gonum/mat\"\nvar x = mat.NewDense(1, 1, nil)\n"), path.Base)
	if got, ok := n.fix([]byte(more), path.Base, find); !ok || !strings.Contains(string(got), `"gonum.org/v1/gonum/mat"`) {
		t.Errorf("has not learnt: %v\n%s", ok, got)
	}
	other := strings.Replace(unmended, "%s", "mat.Other()", 1)
	if _, ok := n.fix([]byte(other), path.Base, find); ok {
		t.Error("what a name stands for depends on what is behind it")
	}
	if _, ok := n.fix([]byte("package main\nfunc {"), path.Base, find); ok {
		t.Error("mended what does not parse")
	}
}
