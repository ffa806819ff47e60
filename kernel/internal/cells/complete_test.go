package cells

import "testing"

// completeCells are cells, what is missing at their end, and the indentation of the
// line that follows.
var completeCells = map[string][2]string{
	"":                         {Whole, ""},
	"1 + 2":                    {Whole, ""},
	"x := 1":                   {Whole, ""},
	"x++":                      {Whole, ""},
	"for {":                    {Incomplete, "\t"},
	"f(func() {\n\tg(":         {Incomplete, "\t\t\t"},
	"a +":                      {Incomplete, ""},
	"model.":                   {Incomplete, ""},
	"x :=":                     {Incomplete, ""},
	"x := `raw":                {Incomplete, ""},
	"/* comment":               {Incomplete, ""},
	"// comment {":             {Whole, ""},
	"s := \"}{\"":              {Whole, ""},
	"s := \"open":              {Invalid, ""},
	")":                        {Invalid, ""},
	"f(]":                      {Invalid, ""},
	"fmt.Println?":             {Whole, ""},
	"fmt Println?":             {Invalid, ""},
	"!ls":                      {Whole, ""},
	"!ls \\":                   {Incomplete, ""},
	"%%\nx := 1":               {Incomplete, ""},
	"%%\nx := 1\n":             {Whole, ""},
	"type T struct {\n\tn int": {Incomplete, "\t"},
}

func TestComplete(t *testing.T) {
	for source, want := range completeCells {
		if status, indent := Complete(source); status != want[0] || indent != want[1] {
			t.Errorf("%q is %s, %q; want %s, %q", source, status, indent, want[0], want[1])
		}
	}
}

func TestStatements(t *testing.T) {
	for source, want := range map[string]bool{
		"":                          false,
		"var x = 1\nfunc f() {}":    false,
		"fmt.Println(1)":            true,
		"var x = 1\nfmt.Println(x)": true,
		"fmt.":                      true,
		"%%\nfmt.Println(1)":        false,
		"!ls\nx := 1":               true,
		"!ls":                       false,
	} {
		if got := Statements(source); got != want {
			t.Errorf("%q: %v", source, got)
		}
	}
}

func FuzzComplete(f *testing.F) {
	for source := range completeCells {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		switch status, _ := Complete(source); status {
		case Whole, Incomplete, Invalid:
		default:
			t.Errorf("%q is %q", source, status)
		}
		Statements(source)
	})
}
