package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// hoist makes functions of the package of literals that see nothing but it: a
// variable may hold them, and later programs have them too.
func (l *living) hoist() {
	for _, d := range l.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		called := map[ast.Expr]bool{}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called[ast.Unparen(n.Fun)] = true
			case *ast.FuncLit:
				if !called[n] && l.alone(n) {
					l.hoistOne(n, l.mine(f))
				}
			}
			return true
		})
	}
	// Inner ones first: the text of the outer ones has their names.
	for _, name := range l.order {
		lit := l.hoisted[name]
		at := l.fset.PositionFor(lit.Pos(), false)
		from, to := l.offset(lit.Pos()), l.offset(lit.End())
		l.literals[name] = fmt.Sprintf("/*line %s:%d:%d*/func %s%s", l.u.path, at.Line, at.Column, name, strings.TrimPrefix(string(l.inside(from, to)), "func"))
	}
}

// hoistOne has a literal's function take its place.
func (l *living) hoistOne(lit *ast.FuncLit, ordinary bool) {
	source := string(l.text[l.offset(lit.Pos()):l.offset(lit.End())])
	name := snippetName(source)
	l.values["main."+name] = function{name: "main." + name, value: name}
	l.replaceLines(lit.Pos(), lit.End(), "(", name+")")
	ordinary = ordinary || l.u.note.snippets[name].ordinary
	l.u.note.snippets[name] = snippet{source: source, ordinary: ordinary}
	if l.pkg.Scope().Lookup(name) != nil || l.hoisted[name] != nil {
		return
	}
	if l.hoisted == nil {
		l.hoisted = map[string]*ast.FuncLit{}
	}
	l.hoisted[name], l.order = lit, append(l.order, name)
}

// alone tells whether a literal sees only what the package has, also in later cells, and
// no parameters of types.
func (l *living) alone(lit *ast.FuncLit) bool {
	alone := true
	ast.Inspect(lit, func(n ast.Node) bool {
		i, ok := n.(*ast.Ident)
		if !ok {
			return alone
		}
		o := l.uses[i]
		s := l.storage[o]
		if name := l.renamed[i]; s != nil && s != l.final[i.Name] || name != "" && l.nameOf(i, name) != mark+name {
			alone = false // of a variable whose name means another when the cell has ended
		}
		if o == nil || s != nil || o.Pos() >= lit.Pos() && o.Pos() < lit.End() {
			return alone
		}
		switch v := o.(type) {
		case *types.PkgName, *types.Builtin, *types.Nil:
			return alone
		case *types.Var:
			if v.IsField() {
				return alone
			}
		case *types.Func:
			if v.Signature().Recv() != nil {
				return alone
			}
		}
		if o.Parent() != types.Universe && o.Pkg() != nil && o.Parent() != o.Pkg().Scope() {
			alone = false
		}
		return alone
	})
	return alone
}

// inside is a part of the text with the edits inside of it.
func (l *living) inside(from, to int) []byte {
	inner := l.checked
	inner.edits = nil
	for _, e := range l.edits {
		if e.at > from && e.at < to && e.end <= to {
			inner.edits = append(inner.edits, e)
		}
	}
	return inner.apply(from, to)
}

// functionValues finds the functions and methods that are used as values.
func (l *living) functionValues() {
	called := map[ast.Expr]bool{}
	for _, d := range l.file.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called[ast.Unparen(n.Fun)] = true
			case *ast.FuncDecl:
				if n.Body != nil {
					ast.Inspect(n.Body, func(m ast.Node) bool { return l.functionValue(m, called) })
				}
				return false
			case *ast.ValueSpec:
				ast.Inspect(n, func(m ast.Node) bool { return l.functionValue(m, called) })
			}
			return true
		})
	}
}

func (l *living) functionValue(n ast.Node, called map[ast.Expr]bool) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		called[ast.Unparen(n.Fun)] = true
	case *ast.IndexExpr:
		if called[n] {
			called[ast.Unparen(n.X)] = true
		}
	case *ast.IndexListExpr:
		if called[n] {
			called[ast.Unparen(n.X)] = true
		}
	case *ast.Ident:
		if f, ok := l.uses[n].(*types.Func); ok && !called[n] {
			l.plainFunction(f, n)
		}
	case *ast.SelectorExpr:
		if called[n] {
			ast.Inspect(n.X, func(m ast.Node) bool { return l.functionValue(m, called) })
			return false
		}
		if s := l.info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
			l.methodValue(s)
		} else if s != nil && s.Kind() == types.MethodExpr {
			l.methodExpression(s)
		} else if f, ok := l.uses[n.Sel].(*types.Func); ok && s == nil {
			l.plainFunction(f, n.Sel)
		}
		ast.Inspect(n.X, func(m ast.Node) bool { return l.functionValue(m, called) })
		return false
	}
	return true
}

// plainFunction notes a function that a variable may hold.
func (l *living) plainFunction(f *types.Func, at *ast.Ident) {
	if f.Pkg() == nil || f.Signature().Recv() != nil {
		return
	}
	if f.Origin().Signature().TypeParams().Len() > 0 {
		l.instanceOf(f, l.info.Instances[at].TypeArgs)
		return
	}
	name := f.Pkg().Path() + "." + f.Name()
	l.values[name] = function{name: name, value: l.valueOf(name)}
}

// valueOf is a function of a package in the program, "" where it cannot be had.
func (l *living) valueOf(name string) string {
	i := strings.LastIndexByte(name, '.')
	path, short := name[:i], name[i+1:]
	if path == "main" {
		return short
	}
	if !token.IsExported(short) || strings.Contains("/"+path+"/", "/internal/") {
		return ""
	}
	p, err := l.imports.Import(path)
	if err != nil {
		return ""
	}
	if f, ok := p.Scope().Lookup(short).(*types.Func); !ok || f.Signature().TypeParams().Len() > 0 {
		return ""
	}
	l.paths[path] = true
	return aliasOf(path) + "." + short
}

// instanceOf notes a function with the types of its parameters.
func (l *living) instanceOf(f *types.Func, args *types.TypeList) {
	var m snippet
	m.instance, m.generic = f.Name(), f.Origin().String()
	if path := f.Pkg().Path(); path != "main" {
		m.instance, m.generic, m.imports = aliasOf(path)+"."+f.Name(), "", []string{path}
	}
	var all []string
	for t := range args.Types() {
		source, _, imports, ok := l.typeOf(t)
		if !ok {
			return
		}
		all, m.imports = append(all, source), append(m.imports, imports...)
	}
	m.instance += "[" + strings.Join(all, ", ") + "]"
	l.snippet(m.instance, m)
}

// methodValue notes a method value: its receiver is what has been captured.
func (l *living) methodValue(s *types.Selection) {
	f := s.Obj().(*types.Func)
	recv := promoter(s)
	if types.IsInterface(recv) || !f.Exported() && f.Pkg().Path() != "main" {
		return
	}
	base, isPointer := recv, false
	if p, ok := recv.Underlying().(*types.Pointer); ok {
		base, isPointer = p.Elem(), true
	}
	_, wants := f.Signature().Recv().Type().Underlying().(*types.Pointer)
	if wants && !isPointer {
		recv = types.NewPointer(base)
	} else if !wants && isPointer {
		recv = base
	}
	source, _, imports, ok := l.typeOf(recv)
	if !ok {
		return
	}
	m := snippet{receiver: source, method: f.Name(), imports: imports}
	l.snippet("method ("+m.receiver+")."+m.method, m)
}

// methodExpression notes a method that is used as a function of its receiver.
func (l *living) methodExpression(s *types.Selection) {
	source, _, imports, ok := l.typeOf(s.Recv())
	if !ok {
		return
	}
	name := "(" + source + ")." + s.Obj().Name()
	l.snippet(name, snippet{instance: name, imports: imports})
}

// there tells whether the function of an instance is what it was.
func (l *living) there(m snippet) bool {
	if m.generic == "" {
		return true
	}
	name, _, _ := strings.Cut(m.instance, "[")
	o := l.pkg.Scope().Lookup(name)
	return o != nil && o.String() == m.generic
}

// promoter is the type that the method of a selection is of: that of an embedded field,
// where the method is promoted.
func promoter(s *types.Selection) types.Type {
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	return t
}

// snippet has a method or an instance among the functions.
func (l *living) snippet(name string, m snippet) {
	l.u.note.snippets[name] = m
	for _, path := range m.imports {
		l.paths[path] = true
	}
	if m.method == "" {
		l.values[name] = function{name: name, value: m.instance}
		return
	}
	l.values[name] = function{name: name,
		value:    fmt.Sprintf("(*new(%s)).%s", m.receiver, m.method),
		receiver: fmt.Sprintf("(*%s)(nil)", m.receiver),
		bind:     fmt.Sprintf("func(p %s.Pointer) any { return (*(*%s)(p)).%s }", aliasOf("unsafe"), m.receiver, m.method)}
}
