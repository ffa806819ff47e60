package session

import (
	"strings"
	"testing"
)

// The cursor stands where the bar is, what is inspected where the hash is; "none"
// where there is nothing.
func TestSubject(t *testing.T) {
	for code, want := range map[string]string{
		"|":            "none",
		"|fmt":         "#fmt",
		"fmt.Print|":   "fmt.Prin#t",
		"f(|)":         "#f()",
		"f(x, |)":      "#f(x, )",
		"f(x|, y)":     "#f(x, y)",
		"a|, b := g()": "none",
		"f(g()|)":      "f(#g())",
		"x := 1\n\t|":  "x := #1\n\t",
		"([{|":         "none",
		"\n\n |\x00":   "none",
		"ação(|":       "açã#o(",
		"%%\n|(":       "%#%\n(",
		"for {\n}\n|)": "fo#r {\n}\n)",
		"}, {|":        "none",
	} {
		code, at := strings.Replace(code, "|", "", 1), len([]rune(code[:strings.IndexByte(code, '|')]))
		got := "none"
		if i, ok := subject([]rune(code), at); ok {
			r := []rune(code)
			got = string(r[:i]) + "#" + string(r[i:])
		}
		if got != want {
			t.Errorf("%q at %d: %q, want %q", code, at, got, want)
		}
	}
}
