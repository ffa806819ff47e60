package cells

import (
	"strings"
	"testing"
)

// A program as GoNB puts it together: imports, types, constants, variables and
// functions by name, main last.
const composed = `package main

import (
	"fmt"
)

type T struct {
	n int
}

const c = 3

var (
	a, b = f(
		1)
	v int
)

func (t *T) m() int {
	return t.n
}

func f(n int) (int, int) {
	return n, n
}


func main() {
	flag.Parse()
	fmt.Println(a)
	fmt.Println(b)

}
`

func TestOrigins(t *testing.T) {
	var o Origins
	o = o.With(1, "import \"fmt\"\nfunc f(n int) (int, int) {\n\treturn 0, 0\n}\nfunc main() {\n\tf(1)\n}")
	o = o.With(2, "// f is new\nfunc f(n int) (int, int) {\n\treturn n, n\n}\nvar v int\nconst (\n\tc = 3\n)")
	o = o.With(3, "type T struct {\n\tn int\n}\n\nfunc (t *T) m() int {\n\treturn t.n\n}")
	o = o.With(4, "!echo \\\n one\nvar a, b =\n\tf(\n\t\t1)\n%%\nfmt.Println(a)\n%env A b\nfmt.Println(b)")
	want := map[string]Origin{
		"type T struct {": {3, 1}, "\tn int": {3, 2}, "const c = 3": {2, 7}, "\ta, b = f(": {4, 4}, "\t\t1)": {4, 5}, "\tv int": {2, 5},
		"func (t *T) m() int {": {3, 5}, "\treturn t.n": {3, 6}, "func f(n int) (int, int) {": {2, 2}, "\treturn n, n": {2, 3},
		"func main() {": {4, 6}, "\tflag.Parse()": {4, 6}, "\tfmt.Println(a)": {4, 7}, "\tfmt.Println(b)": {4, 9},
	}
	got := o.Lines([]byte(composed))
	for i, line := range strings.Split(composed, "\n") {
		if w, ok := want[line]; ok && got[i] != w {
			t.Errorf("%q is from %v, want %v", line, got[i], w)
		} else if !ok && line != "}" && line != "" && got[i] != (Origin{}) {
			t.Errorf("%q is from %v", line, got[i])
		}
	}
	if old := (Origins{}).With(1, "x := )"); len(old) != 0 {
		t.Errorf("a cell that does not parse declares %v", old)
	}
}
