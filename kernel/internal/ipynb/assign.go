package ipynb

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// declared are the variables and constants of a cell, whose types are known as far
// as Go can tell them from the cell and the standard library.
type declared struct {
	source  string // the cell as a file, as far as its own names are known
	end     string // of that file
	names   []string
	first   map[string]token.Pos // where each is first
	objects map[string]types.Object
	local   map[string]string   // import path → its name in the cell
	made    []definition        // in the order of the text
	calls   map[string][]string // of each function of the cell, the names that stand in it
}

// definition is a part of a cell that makes variables once, as it is written in a cell.
type definition struct {
	text  string
	names []string
	uses  []string // names that stand in it
}

// head stands in front of a cell that is read as a file.
const head = "package p\n"

// declarations reads what a cell declares.
func declarations(source string) *declared {
	d := &declared{source: head + source, objects: map[string]types.Object{}, local: map[string]string{}, calls: map[string][]string{}, first: map[string]token.Pos{}}
	cell, wrong := cells.Split(source)
	if wrong == nil && cell.Statements { // what is wrong the kernel will say
		d.source, d.end = head+strings.TrimSuffix(cell.Code, "\n}"), "\n}"
	}
	text := d.source + d.end
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if f == nil {
		return d
	}
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && i.Name != nil {
			d.local[path] = i.Name.Name
		}
	}
	slice := func(n ast.Node) string {
		return text[fset.PositionFor(n.Pos(), false).Offset:fset.PositionFor(n.End(), false).Offset]
	}
	for _, g := range f.Decls {
		switch g := g.(type) {
		case *ast.FuncDecl:
			d.calls[g.Name.Name] = append(d.calls[g.Name.Name], names(g.Type)...)
			if g.Body != nil && !(cell.Statements && g == cells.Main(f)) {
				d.calls[g.Name.Name] = append(d.calls[g.Name.Name], names(g.Body)...)
			}
		case *ast.GenDecl:
			for _, s := range g.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					d.add(v.Names)
				}
			}
		}
	}
	if main := cells.Main(f); main != nil && cell.Statements {
		for _, s := range main.Body.List {
			switch s := cells.Unlabeled(s).(type) {
			case *ast.DeclStmt:
				if g := s.Decl.(*ast.GenDecl); g.Tok == token.VAR {
					for _, v := range g.Specs {
						d.made = append(d.made, definition{"var " + slice(v), d.add(v.(*ast.ValueSpec).Names), names(v)})
					}
				}
			case *ast.AssignStmt:
				if ids := cells.Defines(s); ids != nil {
					d.made = append(d.made, definition{slice(s), d.add(ids), names(s)})
				}
			}
		}
	}
	line := func(name string) int { return cell.Line(fset.PositionFor(d.first[name], false).Line - 1) } // head has one
	slices.SortStableFunc(d.names, func(a, b string) int { return cmp.Compare(line(a), line(b)) })
	defs, _ := check(text, 0)
	for i, o := range defs { // the last of a name is what the cell leaves
		if o != nil && slices.Contains(d.names, i.Name) && (o.Parent() == o.Pkg().Scope() || atTop(o)) {
			if was := d.objects[i.Name]; was == nil || was.Pos() < o.Pos() {
				d.objects[i.Name] = o
			}
		}
	}
	return d
}

// add notes names, and returns those that can be used.
func (d *declared) add(ids []*ast.Ident) (added []string) {
	for _, i := range ids {
		if i.Name == "_" {
			continue
		}
		added = append(added, i.Name)
		if !slices.Contains(d.names, i.Name) {
			d.names, d.first[i.Name] = append(d.names, i.Name), i.Pos()
		}
	}
	return added
}

// atTop tells whether an object is declared at the top of a function of the package, as
// main's statements are.
func atTop(o types.Object) bool {
	s := o.Parent()
	return s != nil && s.Parent() != nil && s.Parent().Parent() == o.Pkg().Scope()
}

// names are those that stand in a part of a cell, but what is selected from others.
func names(n ast.Node) (all []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			all = append(all, names(s.X)...)
			return false
		}
		if i, ok := n.(*ast.Ident); ok {
			all = append(all, i.Name)
		}
		return true
	})
	return all
}

// sees tells whether what names some names has to do with others, perhaps through functions.
func (d *declared) sees(names []string, others, seen map[string]bool) bool {
	for _, n := range names {
		if others[n] {
			return true
		}
		if uses := d.calls[n]; uses != nil && !seen[n] {
			seen[n] = true
			if d.sees(uses, others, seen) {
				return true
			}
		}
	}
	return false
}

// behind are the definitions that have used what parameters now give other values to: each
// runs once, in its cell, and so has to run again.
func (d *declared) behind(parameters []Parameter) (text []string) {
	given, changed := map[string]bool{}, map[string]bool{}
	for _, p := range parameters {
		given[p.Name] = true
		changed[p.Name] = !slices.ContainsFunc(d.made, func(m definition) bool { return slices.Contains(m.names, p.Name) }) // a constant
	}
	for _, m := range d.made {
		switch {
		case slices.ContainsFunc(m.names, func(n string) bool { return given[n] }):
			for _, n := range m.names { // what is made of it before, and of another of its name, stays
				changed[n] = given[n]
			}
		case d.sees(m.uses, changed, map[string]bool{}):
			text = append(text, m.text)
			for _, n := range m.names {
				changed[n] = true
			}
		}
	}
	return text
}

// sources reads the types of the standard library from its sources, each package
// once; it is for one goroutine.
var sources = struct {
	sync.Mutex
	fset *token.FileSet
	types.Importer
}{fset: token.NewFileSet()}

// check finds the types of a file. The errors are those of one of its lines.
func check(file string, line int) (defs map[*ast.Ident]types.Object, errs []error) {
	sources.Lock()
	defer sources.Unlock()
	if sources.Importer == nil {
		sources.Importer = importer.ForCompiler(sources.fset, "source", nil)
	}
	f, err := parser.ParseFile(sources.fset, "", file, parser.SkipObjectResolution)
	if f == nil {
		return nil, []error{err}
	}
	c := types.Config{Importer: sources.Importer, Error: func(err error) {
		if e, ok := err.(types.Error); ok && sources.fset.PositionFor(e.Pos, false).Line == line {
			errs = append(errs, err)
		}
	}}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	c.Check("p", sources.fset, []*ast.File{f}, info) // its errors have been heard
	return info.Defs, errs
}

// assign is the declaration that gives a name its value. It stands under the same
// keyword as the one in the cell: GoNB keeps the two apart, and Go refuses a name
// in both.
func (d *declared) assign(p Parameter) (string, error) {
	if !slices.Contains(d.names, p.Name) {
		if d.names == nil {
			return "", fmt.Errorf("-p %s: a célula parameters não declara nada com :=, var ou const", p.Name)
		}
		return "", fmt.Errorf("-p %s: os parâmetros do caderno são %s", p.Name, strings.Join(d.names, ", "))
	}
	object := d.objects[p.Name]
	if object == nil { // where the cell is no Go
		return "", fmt.Errorf("-p %s: a célula parameters não compila", p.Name)
	}
	keyword := "var"
	if _, ok := object.(*types.Const); ok {
		keyword = "const"
	}
	t := object.Type()
	basic, _ := t.Underlying().(*types.Basic)
	if basic != nil && basic.Kind() == types.Invalid { // of a package that is not looked into here
		if _, err := parser.ParseExpr(p.Value); err != nil {
			return "", fmt.Errorf("-p %s=%s: o valor não é uma expressão de Go", p.Name, p.Value)
		}
		if slices.ContainsFunc(d.made, func(m definition) bool { return slices.Contains(m.names, p.Name) }) {
			return fmt.Sprintf("%s = %s", p.Name, p.Value), nil // it lives, and so has its type
		}
		return fmt.Sprintf("%s %s = %s", keyword, p.Name, p.Value), nil
	}
	value := p.Value
	if basic != nil && basic.Info()&types.IsString != 0 && !isText(value) {
		value = strconv.Quote(value)
	}
	v, ok := d.valueOf(value, t)
	if !ok {
		return "", fmt.Errorf("-p %s=%s: o caderno declara %s como %s, e %s não é um valor desse tipo", p.Name, p.Value, p.Name, d.named(types.Default(t)), p.Value)
	}
	switch {
	case basic != nil && basic.Info()&types.IsUntyped != 0: // an untyped constant stays one, of its kind
		return fmt.Sprintf("const %s = %s", p.Name, ofKind(value, v, basic)), nil
	case v.Type != nil && types.Identical(types.Default(v.Type), t):
		return fmt.Sprintf("%s %s = %s", keyword, p.Name, value), nil
	}
	return fmt.Sprintf("%s %s %s = %s", keyword, p.Name, d.named(t), value), nil
}

// named is a type as the cell writes it.
func (d *declared) named(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "p" {
			return ""
		}
		if name, ok := d.local[p.Path()]; ok {
			return name
		}
		return p.Name()
	})
}

// isText tells whether a value is a string as Go writes it.
func isText(value string) bool {
	_, err := strconv.Unquote(value)
	return err == nil && value[0] != '\''
}

// valueOf reads a value, which must fit a type.
//
// What it is by itself is returned too, where it uses no names of the cell.
func (d *declared) valueOf(value string, t types.Type) (v types.TypeAndValue, ok bool) {
	if _, err := parser.ParseExpr(value); err != nil || strings.Contains(value, "\n") {
		return v, false
	}
	line := fmt.Sprintf("var _ %s = %s", d.named(types.Default(t)), value)
	before := d.source + "\n"
	if _, errs := check(before+line+d.end, 1+strings.Count(before, "\n")); errs != nil {
		return v, false
	}
	alone, err := types.Eval(token.NewFileSet(), types.NewPackage("p", "p"), token.NoPos, value)
	if err != nil {
		return types.TypeAndValue{}, true // it uses names of the cell
	}
	return alone, true
}

// ofKind is a constant in a form that has the kind of another untyped one.
func ofKind(value string, v types.TypeAndValue, kind *types.Basic) string {
	if v.Value == nil {
		return value
	}
	switch kind.Kind() {
	case types.UntypedInt, types.UntypedRune:
		if n := constant.ToInt(v.Value); v.Value.Kind() != constant.Int && n.Kind() == constant.Int {
			return n.ExactString()
		}
	case types.UntypedFloat:
		if v.Value.Kind() == constant.Int {
			return v.Value.ExactString() + ".0"
		}
	}
	return value
}
