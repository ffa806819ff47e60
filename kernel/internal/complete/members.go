package complete

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// members lists what can stand behind the period at the end of a query's text, if there is
// a value in front of it: its fields and methods, as far as the kernel's own packages tell.
// gopls knows more, but for some seconds behind its start, in which a variable's methods are
// the first that one asks for. It returns how many bytes of the name are there, too.
func members(packages types.Importer, q Query) (items []Item, typed int) {
	head := strings.TrimRightFunc(q.Cell[:q.At], func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })
	name := q.Cell[len(head):q.At]
	value, ok := strings.CutSuffix(strings.TrimRight(head, " \t\n"), ".")
	if !ok {
		return nil, 0
	}
	fset := token.NewFileSet()
	cell, rest := parsed(fset, q.Cell), parsed(fset, q.Rest)
	if cell == nil || rest == nil {
		return nil, 0
	}
	end := len(strings.TrimRight(value, " \t\n"))
	var of ast.Expr
	ast.Inspect(cell, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && fset.PositionFor(s.X.End(), false).Offset == end {
			of = s.X
		}
		return true
	})
	if of == nil {
		return nil, 0
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: packages, Error: func(error) {}} // it is being typed
	main, _ := config.Check("main", fset, []*ast.File{rest, cell}, info)
	if v := info.Types[of]; v.IsValue() {
		items = membersOf(v.Type, main)
	}
	items = slices.DeleteFunc(items, func(i Item) bool { return !within(name, i.Text) })
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(rank(name, a.Text), rank(name, b.Text)), cmp.Compare(a.Text, b.Text))
	})
	return items, len(name)
}

// parsed is a file, as far as it can be parsed, that imports no more than it names: to read
// what a package exports takes longer than all else.
func parsed(fset *token.FileSet, text string) *ast.File {
	f, _ := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	named := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				named[x.Name] = true
			}
		}
		return true
	})
	unnamed := func(s ast.Spec) bool {
		i, ok := s.(*ast.ImportSpec)
		return ok && i.Name != nil && i.Name.Name != "." && !named[i.Name.Name]
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			g.Specs = slices.DeleteFunc(g.Specs, unnamed)
		}
	}
	return f
}

// membersOf are the fields and methods of a type that a package may name.
func membersOf(t types.Type, within *types.Package) (items []Item) {
	seen := map[string]bool{}
	add := func(o types.Object, kind string) {
		if seen[o.Name()] || !o.Exported() && o.Pkg() != within {
			return
		}
		found, _, _ := types.LookupFieldOrMethod(t, true, within, o.Name())
		if found == nil || found.Name() == "_" {
			return // two embedded ones have it
		}
		seen[o.Name()] = true
		signature := types.TypeString(found.Type(), (*types.Package).Name)
		items = append(items, Item{o.Name(), kind, strings.TrimPrefix(signature, "func")})
	}
	methods := types.NewMethodSet(t)
	if _, pointer := t.Underlying().(*types.Pointer); !pointer && !types.IsInterface(t) {
		methods = types.NewMethodSet(types.NewPointer(t))
	}
	for m := range methods.Methods() {
		add(m.Obj(), "function")
	}
	visited := map[types.Type]bool{}
	var fields func(t types.Type)
	fields = func(t types.Type) {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok || visited[t] {
			return
		}
		visited[t] = true
		for f := range s.Fields() {
			add(f, "property")
			if f.Embedded() {
				fields(f.Type())
			}
		}
	}
	fields(t)
	return items
}
