package build

import (
	"go/ast"
	"go/types"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// means tells whether a name of the program is that of a variable.
func (l *living) means(i *ast.Ident) bool {
	return i.Name != "_" && (l.u.free[i] || i.Obj != nil && l.u.hidden[i.Obj])
}

// rename gives the names that mean variables of the notebook those of the package's
// variables. In functions this is so too for what this cell declares only.
func (l *living) rename() {
	for _, d := range l.file.Decls {
		l.renameIn(d, func(name string) bool { return l.u.visible[name] != nil && l.u.visible[name].Type != "" })
	}
}

func (l *living) renameIn(n ast.Node, lives func(name string) bool) {
	labels := map[*ast.Ident]bool{}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec, *ast.FuncType:
			return false // they have no place for a variable
		case *ast.ValueSpec: // what it declares is no variable of the notebook
			if n.Type != nil {
				ast.Inspect(n.Type, visit)
			}
			for _, v := range n.Values {
				ast.Inspect(v, visit)
			}
			return false
		case *ast.FuncDecl:
			if n.Body != nil {
				ast.Inspect(n.Body, visit)
			}
			return false
		case *ast.SelectorExpr:
			ast.Inspect(n.X, visit)
			return false
		case *ast.BranchStmt:
			return false
		case *ast.CompositeLit:
			if n.Type != nil {
				ast.Inspect(n.Type, visit)
			}
			l.literalKeys(n, n.Type, visit, labels)
			return false
		case *ast.Ident:
			if l.renamed[n] == "" && lives(n.Name) && (l.means(n) || labels[n]) {
				l.renamed[n] = n.Name
			}
		}
		return true
	}
	ast.Inspect(n, visit)
}

// literalKeys visits the elements of a composite literal: keys that are names are
// fields in structs and values elsewhere.
func (l *living) literalKeys(n *ast.CompositeLit, t ast.Expr, visit func(ast.Node) bool, values map[*ast.Ident]bool) {
	isStruct, elem, key := l.shapeOf(t)
	element := func(e ast.Expr, t ast.Expr) {
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil {
			if s, ok := t.(*ast.StarExpr); ok {
				t = s.X
			}
			l.literalKeys(inner, t, visit, values)
			return
		}
		ast.Inspect(e, visit)
	}
	for _, e := range n.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			element(e, elem)
			continue
		}
		if i, ok := kv.Key.(*ast.Ident); ok {
			values[i] = !isStruct && i.Obj == nil
		}
		if !isStruct {
			element(kv.Key, key)
		}
		element(kv.Value, elem)
	}
}

// shapeOf tells whether a type is a struct, and else the types of its elements and
// keys, as far as the text tells.
func (l *living) shapeOf(t ast.Expr) (isStruct bool, elem, key ast.Expr) {
	for range 10 {
		switch x := t.(type) {
		case *ast.ParenExpr:
			t = x.X
		case *ast.MapType:
			return false, x.Value, x.Key
		case *ast.ArrayType:
			return false, x.Elt, nil
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			spec, ok := (*ast.TypeSpec)(nil), false
			if x.Obj != nil {
				spec, ok = x.Obj.Decl.(*ast.TypeSpec)
			}
			if !ok {
				return true, nil, nil
			}
			t = spec.Type
		case *ast.SelectorExpr:
			return l.packageStruct(x), nil, nil
		default:
			return true, nil, nil
		}
	}
	return true, nil, nil
}

// packageStruct tells whether a type of a package is a struct.
func (l *living) packageStruct(x *ast.SelectorExpr) bool {
	name, ok := x.X.(*ast.Ident)
	if !ok {
		return true
	}
	for _, s := range l.file.Imports {
		p, err := l.imports.Import(cells.ImportPath(s))
		if err != nil || s.Name != nil && s.Name.Name != name.Name || s.Name == nil && p.Name() != name.Name {
			continue
		}
		if o := p.Scope().Lookup(x.Sel.Name); o != nil {
			_, isStruct := o.Type().Underlying().(*types.Struct)
			return isStruct
		}
	}
	return true
}
