package cells

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Known are declarations of cells that have been run.
type Known struct {
	// Imports are import paths by the names that they have in cells.
	Imports map[string]string
	pieces  []piece
}

// piece is the text of one declaration and the names that it declares.
type piece struct {
	text  string
	names []string
}

// With adds what a cell declares; what it declares anew is replaced.
func (k Known) With(code string) Known {
	f, cut := read(code)
	if f == nil {
		return k // it has not been run
	}
	imports := map[string]string{}
	maps.Copy(imports, k.Imports)
	maps.Copy(imports, imported(f))
	added := slices.DeleteFunc(piecesOf(f, cut), func(p piece) bool { return slices.Contains(p.names, mainFunction) })
	return Known{imports, k.replaced(added)}
}

// WithStatements adds the variables that the statements of a cell declare at the top.
func (k Known) WithStatements(code string) Known {
	f, cut := read(code)
	if f == nil || Main(f) == nil {
		return k
	}
	var added []piece
	for _, s := range Main(f).Body.List {
		switch s := Unlabeled(s).(type) {
		case *ast.AssignStmt:
			var names []string
			for _, i := range Defines(s) {
				names = append(names, i.Name)
			}
			if names != nil {
				added = append(added, piece{"var " + strings.Join(names, ", ") + " = " + cut(s.Rhs[0].Pos(), s.Rhs[len(s.Rhs)-1].End()), names})
			}
		case *ast.DeclStmt:
			added = append(added, piecesOf(&ast.File{Decls: []ast.Decl{s.Decl}}, cut)...)
		}
	}
	return Known{k.Imports, k.replaced(added)}
}

// read is a cell's code as a file, and what cuts a text out of it; nil where it is none.
func read(code string) (f *ast.File, cut func(from, to token.Pos) string) {
	text, _ := program(code)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", clause+text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil
	}
	return f, func(from, to token.Pos) string {
		return text[fset.PositionFor(from, false).Offset-len(clause) : min(fset.PositionFor(to, false).Offset-len(clause), len(text))]
	}
}

// replaced are the pieces with others in the place of those that these declare anew, as a
// function or as something else.
func (k Known) replaced(with []piece) []piece {
	names := map[string]bool{}
	for _, p := range with {
		for _, n := range p.names {
			bare := strings.TrimPrefix(n, functionPrefix)
			names[bare], names[functionPrefix+bare] = true, true
		}
	}
	return append(k.without(names), with...)
}

// WithVariables adds variables by their types, in which packages have the names of
// the imports.
func (k Known) WithVariables(types, imports map[string]string) Known {
	with := Known{Imports: map[string]string{}}
	maps.Copy(with.Imports, k.Imports)
	maps.Copy(with.Imports, imports)
	var added []piece
	for _, name := range slices.Sorted(maps.Keys(types)) {
		delete(with.Imports, name)
		if name != "main" && name != "init" {
			added = append(added, piece{"var " + name + " " + types[name], []string{name}})
		}
	}
	with.pieces = k.replaced(added)
	return with
}

// piecesOf takes a file apart as far as names can be declared one by one.
func piecesOf(f *ast.File, text func(from, to token.Pos) string) (all []piece) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		switch {
		case ok && g.Tok == token.IMPORT:
		case ok && g.Tok != token.CONST: // a constant may go on from the one before
			for _, s := range g.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok || len(v.Names) != len(v.Values) {
					all = append(all, piece{g.Tok.String() + " " + text(s.Pos(), s.End()), namesOf(&ast.GenDecl{Specs: []ast.Spec{s}})})
					continue
				}
				kind := ""
				if v.Type != nil {
					kind = " " + text(v.Type.Pos(), v.Type.End())
				}
				for i, n := range v.Names {
					all = append(all, piece{"var " + n.Name + kind + " = " + text(v.Values[i].Pos(), v.Values[i].End()), []string{n.Name}})
				}
			}
		default:
			all = append(all, piece{text(d.Pos(), d.End()), namesOf(d)})
		}
	}
	return all
}

func namesOf(d ast.Decl) (names []string) {
	for _, p := range parts(&ast.File{Decls: []ast.Decl{d}}) {
		names = append(names, p.name)
	}
	return names
}

// without leaves out the pieces all whose names are declared anew.
func (k Known) without(names map[string]bool) (left []piece) {
	for _, p := range k.pieces {
		p.names = slices.DeleteFunc(slices.Clone(p.names), func(n string) bool { return names[n] || n == "_" })
		if len(p.names) > 0 {
			left = append(left, p)
		}
	}
	return left
}

// WithImports adds what a draft imports.
func (k Known) WithImports(d Draft) Known {
	if f := parseDraft(d.Code); f != nil {
		imports := imported(f)
		maps.Copy(imports, k.Imports)
		k.Imports = imports
	}
	return k
}

// Beside is the text of the declarations that a draft does not replace.
func (k Known) Beside(d Draft) string {
	var b strings.Builder
	for _, p := range k.without(d.declared()) {
		b.WriteString(p.text + "\n")
	}
	return b.String()
}

// Names are the names of all that is declared, those of methods left out.
func (k Known) Names() (names []string) {
	for _, p := range k.pieces {
		for _, n := range p.names {
			if n = strings.TrimPrefix(n, functionPrefix); !strings.Contains(n, ".") {
				names = append(names, n)
			}
		}
	}
	return names
}
