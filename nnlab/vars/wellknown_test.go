package vars

import (
	"go/importer"
	"go/token"
	"go/types"
	"slices"
	"testing"
)

// The table has every pointer and every interface among the variables of its packages.
func TestWellKnown(t *testing.T) {
	packages := importer.ForCompiler(token.NewFileSet(), "source", nil)
	var want, have []string
	for _, path := range WellKnown {
		p, err := packages.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range p.Scope().Names() {
			v, ok := p.Scope().Lookup(name).(*types.Var)
			if !ok || !v.Exported() {
				continue
			}
			switch v.Type().Underlying().(type) {
			case *types.Pointer, *types.Interface:
				want = append(want, path+"."+name)
			}
		}
	}
	for _, n := range wellKnown {
		have = append(have, n.Name)
	}
	if !slices.Equal(have, want) {
		t.Errorf("the table has %q, want %q", have, want)
	}
}
