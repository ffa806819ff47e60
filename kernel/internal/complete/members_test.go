package complete

import (
	"go/importer"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// What stands behind the period of a value is known without gopls: of variables, of what
// calls return, of what the cell itself declares, in code that is not finished.
func TestMembers(t *testing.T) {
	packages := importer.ForCompiler(token.NewFileSet(), "source", nil)
	known := cells.Known{}.With("type ponto struct{ X, y float64; *strings.Builder }\nfunc (p *ponto) Move(d float64) {}\ntype par interface{ A() int; B() }").
		WithVariables(map[string]string{"p": "ponto", "q": "*ponto", "b": "*ǀǀx.Builder", "par1": "par", "mapa": "map[string]ponto", "n": "int"}, map[string]string{"ǀǀx": "strings"})
	for _, c := range []struct {
		code     string
		want     []string // with their signatures, where they are functions
		not      string
		replaced string
	}{
		{"p.|", []string{"Move(d float64)", "X", "y", "Builder", "Len() int", "WriteString(s string) (int, error)"}, "", ""},
		{"q.mo|", []string{"Move(d float64)"}, "X", "mo"},
		{"if true {\n\tb.WriteS|", []string{"WriteString(s string) (int, error)"}, "Len() int", "WriteS"},
		{"b.|\nfmt.Println(n)", []string{"Len() int"}, "Println", ""},
		{"par1.|", []string{"A() int", "B()"}, "X", ""},
		{"mapa[\"a\"].|", []string{"X"}, "", ""},
		{"t := time.Now()\nt.Add(3 * time.Second).Mi|", []string{"Minute() int"}, "Year() int", "Mi"},
		{"strings.NewReader(\"\").|", []string{"Len() int"}, "", ""},
		{"for _, v := range mapa {\n\tfmt.Println(v.|", []string{"X", "y"}, "", ""},
		{"n.|", nil, "X", ""},
		{"strings.|", nil, "Builder", ""}, // a package has no value
		{"ausente.|", nil, "X", ""},
		{"\"p.|", nil, "X", ""},
	} {
		source, after, _ := strings.Cut(c.code, "|")
		var found []string
		if d, ok := cells.NewDraft(source+after, len(source)); ok {
			items, typed := members(packages, Compose(d, &known))
			for _, i := range items {
				if i.Kind == "function" {
					i.Text += i.Signature
				}
				found = append(found, i.Text)
			}
			if len(found) > 0 && typed != len(c.replaced) {
				t.Errorf("%q: %d bytes are replaced instead of %q", c.code, typed, c.replaced)
			}
		}
		for _, w := range c.want {
			if !slices.Contains(found, w) {
				t.Errorf("%q: %q is not among %q", c.code, w, found)
			}
		}
		if slices.Contains(found, c.not) || c.want == nil && found != nil {
			t.Errorf("%q: found %q", c.code, found)
		}
	}
}
