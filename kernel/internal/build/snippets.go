package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
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
					l.hoistOne(n)
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
func (l *living) hoistOne(lit *ast.FuncLit) {
	source := string(l.text[l.offset(lit.Pos()):l.offset(lit.End())])
	name := snippetName(source)
	l.values["main."+name] = function{name: "main." + name, value: name}
	l.replaceLines(lit.Pos(), lit.End(), "(", name+")")
	if _, ok := l.u.note.snippets[name]; !ok {
		l.u.note.snippets[name] = snippet{source: source}
	}
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

// snippet has a method value or an instance among the functions.
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

// needed is what a program must have by name for its variables.
type needed struct{ functions, types, names, keep string }

// wellKnown are the packages whose variables keep their identity in all programs.
var wellKnown = []string{"io", "io/fs", "os", "time"}

// needs lists the functions, types and variables of packages that the variables may
// lead to: those that the files say, and those that this program makes.
func (l *living) needs(all []*storage) (n needed) {
	kept := map[string]bool{}
	packages := map[string]bool{}
	for _, p := range wellKnown {
		packages[p] = true
	}
	for _, s := range l.file.Imports {
		packages[unquote(s.Path)] = true
	}
	seen := map[string]bool{}
	for _, s := range all {
		if !s.read {
			continue
		}
		for _, need := range s.of.Entry.Needs {
			if seen[need] {
				continue
			}
			seen[need] = true
			what, name, _ := strings.Cut(need, " ")
			switch what {
			case "type":
				n.types += l.typeNeeded(name, kept)
			case "func":
				if m, ok := l.u.note.snippets[name]; ok && m.source == "" {
					if l.there(m) {
						l.snippet(name, m)
					}
				} else if value := l.functionNeeded(name); value != "" {
					l.values[name] = function{name: name, value: value}
				}
			case "name":
				if i := strings.LastIndexByte(name, '.'); i > 0 {
					packages[strings.TrimPrefix(name[:i], "&")] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.values)) {
		f := l.values[name]
		if f.value == "" {
			continue
		}
		n.functions += fmt.Sprintf("{Name: %q, F: %s", f.name, f.value)
		if f.receiver != "" {
			l.paths["unsafe"] = true
			n.functions += fmt.Sprintf(", Receiver: %s, Bind: %s", f.receiver, f.bind)
		}
		n.functions += "}, "
	}
	for _, path := range slices.Sorted(maps.Keys(packages)) {
		n.names += l.packageNames(path)
	}
	n.keep = strings.Join(slices.Sorted(maps.Keys(kept)), ", ")
	return n
}

func (l *living) functionNeeded(name string) string {
	if short, ok := strings.CutPrefix(name, "main."); ok {
		if o := l.file.Scope.Lookup(short); o != nil && o.Kind == ast.Fun && l.pkg.Scope().Lookup(short) != nil {
			return short
		}
		if l.hoisted[short] != nil {
			return short
		}
		return ""
	}
	if !strings.Contains(name, ".") {
		return ""
	}
	return l.valueOf(name)
}

// packageNames are the variables of a package that keep their identity: pointers, and
// interfaces, which may hold them.
func (l *living) packageNames(path string) string {
	if path == "unicode" || path == "C" || path == "unsafe" || strings.Contains("/"+path+"/", "/internal/") {
		return "" // tables that the linker would have to keep
	}
	p, err := l.imports.Import(path)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, name := range p.Scope().Names() {
		v, ok := p.Scope().Lookup(name).(*types.Var)
		if !ok || !v.Exported() {
			continue
		}
		switch v.Type().Underlying().(type) {
		case *types.Pointer, *types.Interface:
			fmt.Fprintf(&b, "{%q, &%s.%s}, ", path+"."+name, aliasOf(path), name)
		}
	}
	if b.Len() > 0 {
		l.paths[path] = true
	}
	return b.String()
}

// typeNeeded is a nil pointer to a type; of one that only its package can name the
// package's functions are kept, which may make values of it: else the linker leaves it
// out.
func (l *living) typeNeeded(key string, kept map[string]bool) string {
	p := keyParser{l: l, rest: key}
	source := p.parse()
	if p.rest == "" && !p.failed {
		for _, path := range p.paths {
			l.paths[path] = true
		}
		return fmt.Sprintf("(*%s)(nil), ", source)
	}
	for _, path := range p.closed {
		pkg, err := l.imports.Import(path)
		if err != nil || strings.Contains("/"+path+"/", "/internal/") {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			switch o := pkg.Scope().Lookup(name).(type) {
			case *types.Func:
				if makesClosed(o) {
					l.paths[path] = true
					kept[aliasOf(path)+"."+name] = true
				}
			case *types.TypeName:
				l.methodsKept(path, o, kept)
			}
		}
	}
	return ""
}

// methodsKept keeps the methods of a type that may make values of types that only
// their package can name.
func (l *living) methodsKept(path string, o *types.TypeName, kept map[string]bool) {
	named, ok := o.Type().(*types.Named)
	if !ok || !o.Exported() || named.TypeParams().Len() > 0 || types.IsInterface(named) {
		return
	}
	for m := range named.Methods() {
		if makesClosed(m) {
			l.paths[path] = true
			kept[fmt.Sprintf("(*%s.%s).%s", aliasOf(path), o.Name(), m.Name())] = true
		}
	}
}

// makesClosed tells whether a function may return a value of a type that only its
// package can name: as an interface, or as what it is.
func makesClosed(f *types.Func) bool {
	if !f.Exported() || f.Signature().TypeParams().Len() > 0 {
		return false
	}
	for r := range f.Signature().Results().Variables() {
		t := r.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := t.(*types.Named); ok && !n.Obj().Exported() && n.Obj().Pkg() != nil {
			return true
		}
		if types.IsInterface(t) {
			return true
		}
	}
	return false
}
