package build

import (
	"go/types"
	"slices"
	"strings"
)

// typeOf is a type in Go; false where the program cannot name it.
func (l *living) typeOf(t types.Type) (source, shown string, imports []string, ok bool) {
	ok = nameable(t, map[types.Type]bool{})
	source = types.TypeString(t, func(p *types.Package) string {
		if p.Name() == "main" && p.Path() == "main" {
			return ""
		}
		if !slices.Contains(imports, p.Path()) {
			imports = append(imports, p.Path())
		}
		return aliasOf(p.Path())
	})
	shown = types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "main" {
			return ""
		}
		return p.Name()
	})
	return source, shown, imports, ok
}

// nameable tells whether package main can write a type.
func nameable(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	all := func(tt *types.Tuple) bool {
		for v := range tt.Variables() {
			if !nameable(v.Type(), seen) {
				return false
			}
		}
		return true
	}
	named := func(o *types.TypeName, args *types.TypeList) bool {
		if p := o.Pkg(); p != nil {
			if p.Path() == "main" && o.Parent() != p.Scope() || p.Path() != "main" && !o.Exported() || strings.Contains("/"+p.Path()+"/", "/internal/") {
				return false
			}
		}
		for a := range args.Types() {
			if !nameable(a, seen) {
				return false
			}
		}
		return true
	}
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() != types.Invalid && t.Info()&types.IsUntyped == 0
	case *types.Named:
		return named(t.Obj(), t.TypeArgs())
	case *types.Alias:
		return named(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return false
	case *types.Pointer:
		return nameable(t.Elem(), seen)
	case *types.Slice:
		return nameable(t.Elem(), seen)
	case *types.Array:
		return nameable(t.Elem(), seen)
	case *types.Chan:
		return nameable(t.Elem(), seen)
	case *types.Map:
		return nameable(t.Key(), seen) && nameable(t.Elem(), seen)
	case *types.Signature:
		return all(t.Params()) && all(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if !nameable(f.Type(), seen) || !f.Exported() && f.Pkg() != nil && f.Pkg().Path() != "main" {
				return false
			}
		}
		return true
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if !nameable(m.Type(), seen) || !m.Exported() && m.Pkg() != nil && m.Pkg().Path() != "main" {
				return false
			}
		}
		for e := range t.EmbeddedTypes() {
			if !nameable(e, seen) {
				return false
			}
		}
		return true
	case *types.Union:
		return false
	}
	return false
}
