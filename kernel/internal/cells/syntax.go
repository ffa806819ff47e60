package cells

import (
	"go/ast"
	"go/token"
	"strings"
)

// Main is the function main of a file that has one with a body; else nil.
func Main(f *ast.File) *ast.FuncDecl {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "main" && fn.Body != nil {
			return fn
		}
	}
	return nil
}

// Receiver is the name of the type whose method a function is; "" where it is none's.
func Receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// FunctionName is a function's name, behind that of the type whose method it is: T.m.
func FunctionName(d *ast.FuncDecl) string {
	if r := Receiver(d); r != "" {
		return r + "." + d.Name.Name
	}
	return d.Name.Name
}

// Identifiers are the words of a text that may be names.
func Identifiers(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127)
	})
}

// Unlabeled is the statement that stands behind labels, if there are any.
func Unlabeled(s ast.Stmt) ast.Stmt {
	for {
		l, ok := s.(*ast.LabeledStmt)
		if !ok {
			return s
		}
		s = l.Stmt
	}
}

// Defines are the variables that a statement declares, or may: the names in front of :=
// and those of var.
func Defines(s ast.Stmt) (ids []*ast.Ident) {
	switch s := Unlabeled(s).(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, e := range s.Lhs {
				if i, ok := e.(*ast.Ident); ok {
					ids = append(ids, i)
				}
			}
		}
	case *ast.DeclStmt:
		if g, ok := s.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, spec := range g.Specs {
				ids = append(ids, spec.(*ast.ValueSpec).Names...)
			}
		}
	}
	return ids
}
