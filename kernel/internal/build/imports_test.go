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
	fixed := func(text string) (string, bool) {
		imports, ok := n.fix([]byte(text), path.Base, find)
		return string(withImports(imports, []byte(text))), ok
	}
	got, ok := fixed(strings.Replace(unmended, "%s", "", 1))
	want := "package main\n\nimport (\n\tr \"math/rand/v2\"\n\t_ \"embed\"\n\t \"strings\"\n\t \"bufio\"\n)\n\n\nvar strings2"
	if !ok || !strings.HasPrefix(got, want) {
		t.Errorf("got %v,\n%s", ok, got)
	}
	more := strings.Replace(unmended, "%s", "mat.NewDense(1, 1, nil)", 1)
	if _, ok := fixed(more); ok {
		t.Error("mended what it cannot know")
	}
	n.learn([]byte("package main\nimport \"gonum.org/v1/gonum/mat\"\nvar x = mat.NewDense(1, 1, nil)\n"), path.Base)
	if got, ok := fixed(more); !ok || !strings.Contains(got, `"gonum.org/v1/gonum/mat"`) {
		t.Errorf("has not learnt: %v\n%s", ok, got)
	}
	other := strings.Replace(unmended, "%s", "mat.Other()", 1)
	if _, ok := fixed(other); ok {
		t.Error("what a name stands for depends on what is behind it")
	}
	if _, ok := fixed("package main\nfunc {"); ok {
		t.Error("mended what does not parse")
	}
}
