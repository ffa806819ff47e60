package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// blame tells what a variable of the notebook has to do with a problem whose place is the
// end of a path: what its name means no longer, or that a function of another cell knew
// it as something else. "" where none has.
func (l *living) blame(path []ast.Node, isPackage func(name string) bool) string {
	f := l.stranger(path)
	if said := recursive(path); said != "" {
		return said
	}
	for _, i := range l.about(path) {
		v := l.u.visible[i.Name]
		if s := l.final[i.Name]; s != nil && f != nil {
			v = s.of
		}
		if l.renamed[i] == "" || v == nil {
			if said := l.blameLocal(i, path, isPackage); said != "" {
				return said
			}
			continue
		}
		if hidden := l.hides(i, path, isPackage); hidden != "" {
			return fmt.Sprintf("%s é uma variável (%s) desde a célula [%d] e esconde %s; %%del %[1]s desfaz isso", v.Name, v.Shown, v.Cell, hidden)
		}
		if f != nil {
			return fmt.Sprintf("%s usa %s, que é uma variável (%s) desde a célula [%d]", what(f), v.Name, v.Shown, v.Cell)
		}
	}
	return ""
}

// blameLocal is blame for a name that this cell itself, or a function, gives to a variable.
func (l *living) blameLocal(i *ast.Ident, path []ast.Node, isPackage func(name string) bool) string {
	v, ok := l.uses[i].(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || v.Parent() == v.Pkg().Scope() {
		return ""
	}
	hidden := l.hides(i, path, isPackage)
	if hidden == "" {
		return ""
	}
	_, shown, _, _ := l.typeOf(v.Type())
	return fmt.Sprintf("%s é aqui uma variável (%s), que esconde %s; dê a ela outro nome", i.Name, shown, hidden)
}

// recursive tells, where the name that a path ends with is that of a variable whose first
// value is a function around it, how such a function is written: Go does not know the
// variable there yet. "" elsewhere.
func recursive(path []ast.Node) string {
	if len(path) == 0 {
		return ""
	}
	name, ok := path[len(path)-1].(*ast.Ident)
	if !ok {
		return ""
	}
	for k, n := range path {
		s, ok := n.(*ast.AssignStmt)
		if !ok || s.Tok != token.DEFINE || k+1 == len(path) {
			continue
		}
		lit, ok := path[k+1].(*ast.FuncLit)
		i := -1
		if ok {
			i = slices.Index(s.Rhs, ast.Expr(lit))
		}
		if !ok || i < 0 || i >= len(s.Lhs) {
			continue
		}
		if v, ok := s.Lhs[i].(*ast.Ident); ok && v.Name == name.Name {
			return fmt.Sprintf("%s ainda não existe dentro da função que recebe; escreva antes var %[1]s %s, e depois %[1]s = func…, sem dois-pontos", name.Name, types.ExprString(lit.Type))
		}
	}
	return ""
}

// what is a function in words.
func what(f *ast.FuncDecl) string {
	switch {
	case f.Recv != nil:
		return "o método " + f.Name.Name
	case strings.HasPrefix(f.Name.Name, inner): // a literal
		return "esta função"
	}
	return "a função " + f.Name.Name
}

// about are the names that a problem is about whose place is the end of a path: what
// stands there, the operands of it, and what is selected from or called with it.
func (l *living) about(path []ast.Node) (ids []*ast.Ident) {
	if len(path) == 0 {
		return nil
	}
	around := path[len(path)-1:]
	if len(path) > 1 {
		switch n := path[len(path)-2].(type) {
		case *ast.SelectorExpr, *ast.CallExpr:
			around = append(slices.Clone(around), n)
		}
	}
	for _, of := range around {
		ast.Inspect(of, func(n ast.Node) bool {
			if i, ok := n.(*ast.Ident); ok {
				ids = append(ids, i)
			}
			return n == of
		})
	}
	return ids
}

// stranger is the function of another cell that a path is in; nil where it is in none.
func (l *living) stranger(path []ast.Node) *ast.FuncDecl {
	if len(path) < 2 {
		return nil
	}
	if f, ok := path[1].(*ast.FuncDecl); ok && l.strange(f) {
		return f
	}
	return nil
}

// strange tells whether a declaration is a function of another cell.
func (l *living) strange(d ast.Decl) bool {
	f, ok := d.(*ast.FuncDecl)
	return ok && f != l.main && !slices.Contains(l.u.Declares, cells.FunctionName(f))
}

// hides is what a variable's name would mean without it; "" where it would mean nothing.
func (l *living) hides(i *ast.Ident, path []ast.Node, isPackage func(name string) bool) string {
	if o := l.file.Scope.Lookup(i.Name); o != nil {
		switch o.Kind {
		case ast.Fun:
			return "a função " + i.Name
		case ast.Typ:
			return "o tipo " + i.Name
		case ast.Con:
			return "a constante " + i.Name
		}
	}
	switch types.Universe.Lookup(i.Name).(type) {
	case *types.Builtin:
		return "a função " + i.Name
	case *types.TypeName:
		return "o tipo " + i.Name
	case *types.Const, *types.Nil:
		return "o valor " + i.Name
	}
	selected := slices.ContainsFunc(path, func(n ast.Node) bool { s, ok := n.(*ast.SelectorExpr); return ok && s.X == i })
	if selected && (isPackage(i.Name) || l.u.note.kinds[i.Name] == token.IMPORT) {
		return "o pacote " + i.Name
	}
	return ""
}
