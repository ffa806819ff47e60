package build

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// living is a program with variables of the notebook: they are variables of the
// package, under names that no student writes, and what the statements of a cell
// declare at the top is declared there, too.
type living struct {
	checked
	u        *unit
	imports  types.Importer
	main     *ast.FuncDecl
	renamed  map[*ast.Ident]string     // names that mean a variable of the notebook
	defs     []*definition             // in the order of the text
	storage  map[types.Object]*storage // of what main declares at its top
	final    map[string]*storage       // by the variable's name
	old      map[string]*storage       // of the variables that were there
	problems []types.Error             // what is wrong with the program
	paths    map[string]bool           // packages that what is generated imports
	restored map[string]bool           // variables that main leads to, with those that share memory
	literals map[string]string         // hoisted functions by name: their text
	hoisted  map[string]*ast.FuncLit
	order    []string            // of the hoisted, as they stand in the text
	values   map[string]function // functions that are used as values
	checks   bool                // an error that nobody takes is looked at
	hinted   map[string]hint
	created  []*Living // what the cell declares, in another way than before
}

// storage is a variable of the package.
type storage struct {
	name  string // in the program
	of    *Living
	typ   string // as Go has it
	made  []int  // the marks of the statements that declare it
	until []int  // the marks of those that declare another of the name
	read  bool   // it is restored
}

// definition is a statement at the top of main that declares variables.
type definition struct {
	stmt   ast.Stmt
	idents []*ast.Ident
	mark   int
}

// function is one that is used as a value.
type function struct{ name, value, receiver, bind string }

// living makes the program of a unit that has to do with variables. nil: it has
// nothing to do with them.
func (u *unit) living(imports types.Importer) *living {
	l := &living{u: u, imports: imports, renamed: map[*ast.Ident]string{}, storage: map[types.Object]*storage{},
		final: map[string]*storage{}, old: map[string]*storage{}, paths: map[string]bool{}, restored: map[string]bool{},
		literals: map[string]string{}, values: map[string]function{}, hinted: map[string]hint{}}
	l.checked = checked{fset: u.fset, file: u.file, text: u.text, hidden: map[string]bool{}}
	for _, d := range u.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "main" && f.Body != nil {
			l.main = f
		}
	}
	l.rename()
	if l.main != nil && u.Statements {
		l.define()
	}
	if len(l.renamed) == 0 && len(l.defs) == 0 && !l.mayDrop() {
		return nil
	}
	return l
}

// means tells whether a name of the program is that of a variable.
func (l *living) means(i *ast.Ident) bool {
	return i.Name != "_" && (l.u.free[i] || i.Obj != nil && l.u.hidden[i.Obj])
}

// rename gives the names that mean variables of the notebook those of the package's
// variables. In functions this is so too for what this cell declares only.
func (l *living) rename() {
	for _, d := range l.file.Decls {
		l.renameIn(d, func(name string) bool { return l.u.visible[name] != nil && (l.u.visible[name].Type != "") })
	}
}

func (l *living) renameIn(n ast.Node, lives func(name string) bool) {
	labels := map[*ast.Ident]bool{}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			for _, part := range []ast.Node{n.Recv, n.Type, n.Body} {
				if !reflect.ValueOf(part).IsNil() {
					ast.Inspect(part, visit)
				}
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
		p, err := l.imports.Import(unquote(s.Path))
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

// define finds the statements that declare variables at the top of main, and puts
// what follows into a block of its own where a name is declared again.
func (l *living) define() {
	for _, s := range l.main.Body.List {
		if ids := declaredBy(s); ids != nil {
			l.defs = append(l.defs, &definition{stmt: s, idents: ids, mark: -1})
		}
	}
}

// declaredBy are the names that a statement declares, or may.
func declaredBy(s ast.Stmt) (ids []*ast.Ident) {
	switch s := s.(type) {
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

// nested is the body of main with a new block for each statement that declares only
// names that its block has.
func (l *living) nested() []ast.Stmt {
	top := &ast.BlockStmt{}
	block, names := top, map[string]bool{}
	for _, s := range l.main.Body.List {
		again, fresh := false, false
		_, isVar := s.(*ast.DeclStmt)
		ids := declaredBy(s)
		for _, i := range ids {
			if i.Name != "_" {
				again, fresh = again || names[i.Name], fresh || !names[i.Name]
			}
		}
		if again && (isVar || !fresh) {
			inner := &ast.BlockStmt{Lbrace: s.Pos(), Rbrace: l.main.Body.Rbrace}
			block.List = append(block.List, inner)
			block, names = inner, map[string]bool{}
		}
		for _, i := range ids {
			names[i.Name] = true
		}
		block.List = append(block.List, s)
	}
	return top.List
}

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

// check finds the types of the program: first of main, with the variables as they
// were, then of the functions, with the variables as main leaves them.
func (l *living) check() {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}}
	l.types, l.uses = info.Types, info.Uses
	l.checked.info = info
	var first, second []types.Error
	bodies := map[*ast.FuncDecl]*ast.BlockStmt{}
	for _, d := range l.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			bodies[f] = f.Body
			if f != l.main {
				f.Body = nil
			}
		}
	}
	defer func() {
		for f, b := range bodies {
			f.Body = b
		}
	}()
	if l.main != nil {
		list := l.main.Body.List
		if l.u.Statements {
			l.main.Body.List = l.nested()
		}
		prelude, scope := l.prelude(func(name string) (string, []string) {
			if v := l.u.visible[name]; v != nil {
				return v.Type, v.Imports
			}
			return "", nil
		})
		l.named(l.renamed, func() { first = l.run(info, prelude) })
		l.main.Body.List = list
		l.settle(info, scope)
	}
	functions := false
	for f, b := range bodies {
		f.Body = b
		functions = functions || f != l.main
	}
	if functions {
		for f := range bodies {
			if f != l.main {
				l.renameIn(f, func(name string) bool { return l.final[name] != nil })
			}
		}
		if l.main != nil {
			l.main.Body = nil
		}
		prelude, _ := l.prelude(func(name string) (string, []string) {
			if s := l.final[name]; s != nil {
				return s.typ, s.of.Imports
			}
			if v := l.u.visible[name]; v != nil {
				return v.Type, v.Imports
			}
			return "", nil
		})
		l.named(l.renamed, func() { second = l.run(info, prelude) })
	}
	for f, b := range bodies {
		f.Body = b
	}
	l.sort(first, second, functions)
}

// named runs a function while the names that mean variables are those of the
// package's.
func (l *living) named(ids map[*ast.Ident]string, f func()) {
	for i, name := range ids {
		i.Name = mark + name
	}
	f()
	for i, name := range ids {
		i.Name = name
	}
}

// prelude declares the variables that the program uses.
func (l *living) prelude(typeOf func(name string) (string, []string)) (*ast.File, []string) {
	var names []string
	for _, name := range l.renamed {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var head, b strings.Builder
	imported := map[string]bool{}
	for _, name := range names {
		t, imports := typeOf(name)
		if t == "" {
			continue
		}
		for _, path := range imports {
			if !imported[path] {
				imported[path] = true
				fmt.Fprintf(&head, "import %s %q\n", aliasOf(path), path)
			}
		}
		fmt.Fprintf(&b, "var %s%s %s\n", mark, name, t)
	}
	f, err := parser.ParseFile(l.fset, "", "package main\n"+head.String()+b.String(), parser.SkipObjectResolution)
	if err != nil {
		return &ast.File{Name: ast.NewIdent("main")}, names
	}
	return f, names
}

// run checks the program once.
func (l *living) run(info *types.Info, prelude *ast.File) (errs []types.Error) {
	config := types.Config{Importer: l.imports, Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			errs = append(errs, e)
		}
		if m := declared.FindStringSubmatch(err.Error()); m != nil {
			l.hidden[m[1]] = true
		}
	}}
	pkg := types.NewPackage("main", "main")
	types.NewChecker(&config, l.fset, pkg, info).Files([]*ast.File{l.file, prelude}) // its errors have been heard
	l.pkg = pkg
	return errs
}

// sort tells what is unused from what is wrong. What only one of two checks has not
// found used the other has.
func (l *living) sort(first, second []types.Error, both bool) {
	at := func(errs []types.Error, pos token.Pos) bool {
		return slices.ContainsFunc(errs, func(e types.Error) bool { return e.Pos == pos })
	}
	for i, errs := range [][]types.Error{first, second} {
		other := [][]types.Error{second, first}[i]
		for _, e := range errs {
			switch {
			case strings.HasSuffix(e.Msg, " imported and not used") || strings.Contains(e.Msg, " imported as ") && strings.HasSuffix(e.Msg, " and not used"):
				if e.Pos.IsValid() && l.fset.Position(e.Pos).Filename != "" && (!both || l.main == nil || i == 0 && at(other, e.Pos)) {
					l.unused = append(l.unused, e)
				}
			case unusedName(e.Msg) != "":
				l.unused = append(l.unused, e)
			case strings.Contains(e.Msg, "missing function body"), strings.Contains(e.Msg, "already declared through dot-import"),
				strings.HasPrefix(e.Msg, "\tother declaration of"):
			case i == 1 && at(other, e.Pos): // both have seen it
			case strings.HasSuffix(e.Msg, " is not used") && l.shows(e.Pos):
			default:
				l.problems = append(l.problems, e)
			}
		}
	}
	slices.SortStableFunc(l.problems, func(a, b types.Error) int { return cmp.Compare(a.Pos, b.Pos) })
}

// shows tells whether a place is in the expression whose value is shown.
func (l *living) shows(pos token.Pos) bool {
	if !l.u.Result || l.main == nil || l.main.Body == nil || len(l.main.Body.List) == 0 {
		return false
	}
	last := l.main.Body.List[len(l.main.Body.List)-1]
	_, ok := last.(*ast.ExprStmt)
	return ok && pos >= last.Pos() && pos < last.End()
}

// settle gives the variables that main declares at its top their place in the
// package.
func (l *living) settle(info *types.Info, used []string) {
	type version struct {
		object types.Object
		def    *definition
	}
	versions := map[string][]version{}
	for _, d := range l.defs {
		for _, i := range d.idents {
			if o := info.Defs[i]; o != nil && i.Name != "_" {
				versions[i.Name] = append(versions[i.Name], version{o, d})
			}
		}
	}
	for name, all := range versions {
		last := all[len(all)-1].object.Type()
		source, shown, imports, ok := l.typeOf(last)
		if !ok {
			l.hinted[name] = hint{l.u.Count, "o tipo " + shown + " só pode ser escrito onde foi declarado"}
			delete(versions, name)
			continue
		}
		old := l.u.visible[name]
		s := &storage{name: mark + name, typ: source}
		if old != nil && old.Type == source {
			s.of = old
		} else {
			l.u.note.next++
			s.of = &Living{Name: name, ID: l.u.note.next, Cell: l.u.Count, Type: source, Shown: shown, Imports: imports}
			l.created = append(l.created, s.of)
		}
		l.final[name] = s
	}
	for name, all := range versions {
		s := l.final[name]
		for k, v := range all {
			here := s
			if !types.Identical(v.object.Type(), all[len(all)-1].object.Type()) {
				source, _, imports, ok := l.typeOf(v.object.Type())
				if !ok {
					continue // it stays a variable of main
				}
				for _, path := range imports {
					l.paths[path] = true
				}
				here = &storage{name: fmt.Sprint(mark, k+1, name), typ: source}
			} else {
				if v.def.mark < 0 {
					v.def.mark = 0
				}
			}
			l.storage[v.object] = here
		}
	}
	marks := 0
	for _, d := range l.defs {
		if d.mark < 0 {
			continue
		}
		d.mark = marks
		marks++
		for _, i := range d.idents {
			if s := l.storage[info.Defs[i]]; s != nil && s == l.final[i.Name] {
				s.made = append(s.made, d.mark)
			}
		}
	}
	l.marks = marks
	for _, name := range used {
		if v := l.u.visible[name]; v != nil {
			l.oldStorage(v)
		}
	}
}

// oldStorage is where a variable is that was there before.
func (l *living) oldStorage(v *Living) *storage {
	if s := l.old[v.Name]; s != nil {
		return s
	}
	s := l.final[v.Name]
	switch {
	case l.u.visible[v.Name] != v: // the cell declares a function of its name
		s = &storage{name: mark + "0" + v.Name, typ: v.Type, of: v}
	case s == nil:
		s = &storage{name: mark + v.Name, typ: v.Type, of: v}
		l.final[v.Name] = s
	case s.of != v:
		s = &storage{name: mark + "0" + v.Name, typ: v.Type, of: v, until: s.made}
	}
	l.old[v.Name] = s
	return s
}
