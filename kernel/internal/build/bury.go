package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// bury leaves out what functions of other cells do that no longer compile and that
// nothing calls by name: a program has all methods of its types and the functions that
// its variables hold, and these must not keep a cell from running that only has such a
// value. One that is called all the same, as fmt calls String, ends the cell.
func (l *living) bury(isPackage func(name string) bool) {
	buried := map[*ast.FuncDecl]string{}
	l.problems = slices.DeleteFunc(l.problems, func(e types.Error) bool {
		path := l.pathTo(e.Pos)
		f := l.stranger(path)
		if f == nil || f.Body == nil || e.Pos < f.Body.Pos() || f.Recv == nil && f.Name.Name == "init" || l.names(f) {
			return false
		}
		if buried[f] == "" {
			buried[f] = strings.TrimSuffix(Unmarked(e.Msg)+"; "+l.blame(path, isPackage), "; ")
		}
		return true
	})
	if len(buried) == 0 {
		return
	}
	in := func(pos token.Pos) bool {
		for f := range buried {
			if pos >= f.Body.Pos() && pos < f.Body.End() {
				return true
			}
		}
		return false
	}
	imports := map[token.Pos]bool{} // whether they are used elsewhere
	for i, o := range l.uses {
		if _, ok := o.(*types.PkgName); ok {
			imports[o.Pos()] = imports[o.Pos()] || !in(i.Pos())
		}
	}
	for at, used := range imports {
		if !used {
			l.importAt(at)
		}
	}
	for f, why := range buried {
		text := fmt.Sprintf("{ panic(%q) ", what(f)+" não compila mais: "+why)
		l.replaceLines(f.Body.Pos(), f.Body.End(), text, "}")
		f.Body.List = nil
	}
	l.unused = slices.DeleteFunc(l.unused, func(e types.Error) bool { return in(e.Pos) })
}

// names tells whether the program names a function elsewhere, or selects something of a
// method's name.
func (l *living) names(f *ast.FuncDecl) bool {
	for n := range ast.Preorder(l.file) {
		if n.Pos() >= f.Pos() && n.Pos() < f.End() {
			continue
		}
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if f.Recv != nil && n.Sel.Name == f.Name.Name {
				return true
			}
		case *ast.Ident:
			if f.Recv == nil && n.Name == f.Name.Name && l.renamed[n] == "" {
				return true
			}
		}
	}
	return false
}
