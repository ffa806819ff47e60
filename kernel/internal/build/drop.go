package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"iter"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

const varsPackage = "github.com/nnlab-go/lab/nnlab/vars"

// errorType is the type error.
var errorType = types.Universe.Lookup("error").Type()

// mine tells whether a function is from an ordinary cell: there an error that nobody
// takes ends the cell.
func (l *living) mine(f *ast.FuncDecl) bool {
	if f == l.main || slices.Contains(l.u.Declares, cells.FunctionName(f)) {
		return l.u.Ordinary
	}
	return l.u.note.origins[cells.FunctionName(f)] || l.u.note.snippets[f.Name.Name].ordinary
}

// calls are the statements in ordinary cells that are calls.
func (l *living) calls() iter.Seq2[*ast.ExprStmt, *ast.CallExpr] {
	return func(yield func(*ast.ExprStmt, *ast.CallExpr) bool) {
		for _, d := range l.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !l.mine(f) || f.Body == nil {
				continue
			}
			for n := range ast.Preorder(f.Body) {
				if s, ok := n.(*ast.ExprStmt); ok {
					if c, ok := ast.Unparen(s.X).(*ast.CallExpr); ok && !yield(s, c) {
						return
					}
				}
			}
		}
	}
}

// mayDrop tells whether the program may have a call whose error nobody takes.
func (l *living) mayDrop() bool {
	for _, c := range l.calls() {
		if !prints(c) {
			return true
		}
	}
	return false
}

// mayMove tells whether the program has to be brought to the working folder and the
// environment that earlier cells have left, or may change its own.
func (l *living) mayMove() bool {
	return l.main != nil && (l.u.note.moved || slices.ContainsFunc(l.file.Imports, func(s *ast.ImportSpec) bool {
		path := cells.ImportPath(s)
		return path == "os" || path == "syscall"
	}))
}

// prints tells whether a call looks like one of fmt's that print.
func prints(c *ast.CallExpr) bool {
	s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "fmt" && (strings.HasPrefix(s.Sel.Name, "Print") || strings.HasPrefix(s.Sel.Name, "Fprint"))
}

// dropped has errors looked at that nobody takes: those of calls that are
// statements, except fmt's that print. The last expression of a cell is shown
// instead, where it is worth that.
func (l *living) dropped(shown *ast.ExprStmt) {
	for s, call := range l.calls() {
		if !l.printsToo(call) {
			l.look(s, call, s == shown)
		}
	}
}

func (l *living) look(s *ast.ExprStmt, call *ast.CallExpr, shown bool) {
	var last types.Type
	n := 1
	switch t := l.types[call].Type.(type) {
	case nil:
		return
	case *types.Tuple:
		if n = t.Len(); n == 0 {
			return
		}
		last = t.At(n - 1).Type()
	default:
		last = t
	}
	if !types.Identical(last, errorType) {
		return
	}
	name := map[int]string{1: "Check", 2: "Check2", 3: "Check3"}[n]
	if name == "" {
		name = "CheckAll"
	}
	l.checks = true
	if shown {
		l.open, l.close = aliasOf(varsPackage)+".Shown(", ")..."
		return
	}
	at := l.fset.PositionFor(s.X.Pos(), false)
	l.insert(l.offset(s.X.Pos()), fmt.Sprintf("%s.%s(/*line :%d:%d*/", aliasOf(varsPackage), name, at.Line, at.Column))
	l.insert(l.offset(s.X.End()), ")")
}

// printsToo tells whether a call is one of fmt's that print.
func (l *living) printsToo(c *ast.CallExpr) bool {
	s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := l.uses[s.Sel].(*types.Func)
	return ok && f.Pkg() != nil && f.Pkg().Path() == "fmt" &&
		slices.Contains([]string{"Print", "Println", "Printf", "Fprint", "Fprintln", "Fprintf"}, f.Name())
}
