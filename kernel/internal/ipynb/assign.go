package ipynb

import (
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
)

// declared are the variables and constants of a cell, whose types are known as far
// as Go can tell them from the cell and the standard library.
type declared struct {
	source string
	names  []string
	scope  *types.Scope
	local  map[string]string // import path → its name in the cell
}

// head stands in front of a cell that is read as a file.
const head = "package p\n"

// declarations reads what a cell declares.
func declarations(source string) *declared {
	d := &declared{source: source, local: map[string]string{}}
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, "", head+source, parser.SkipObjectResolution) // what is wrong the kernel will say
	if f == nil {
		return d
	}
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && i.Name != nil {
			d.local[path] = i.Name.Name
		}
	}
	for _, g := range f.Decls {
		if g, ok := g.(*ast.GenDecl); ok {
			for _, s := range g.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					for _, n := range v.Names {
						if n.Name != "_" {
							d.names = append(d.names, n.Name)
						}
					}
				}
			}
		}
	}
	d.scope, _ = check(head + source)
	return d
}

// sources reads the types of the standard library from its sources, each package
// once; it is for one goroutine.
var sources = struct {
	sync.Mutex
	fset *token.FileSet
	types.Importer
}{fset: token.NewFileSet()}

// check finds the types of a file. The errors are those of its last line.
func check(file string) (scope *types.Scope, errs []error) {
	sources.Lock()
	defer sources.Unlock()
	if sources.Importer == nil {
		sources.Importer = importer.ForCompiler(sources.fset, "source", nil)
	}
	f, err := parser.ParseFile(sources.fset, "", file, parser.SkipObjectResolution)
	if f == nil {
		return types.Universe, []error{err}
	}
	last := 1 + strings.Count(file, "\n")
	c := types.Config{Importer: sources.Importer, Error: func(err error) {
		if e, ok := err.(types.Error); ok && sources.fset.PositionFor(e.Pos, false).Line == last {
			errs = append(errs, err)
		}
	}}
	p, _ := c.Check("p", sources.fset, []*ast.File{f}, nil) // its errors have been heard
	return p.Scope(), errs
}

// assign is the declaration that gives a name its value. It stands under the same
// keyword as the one in the cell: GoNB keeps the two apart, and Go refuses a name
// in both.
func (d *declared) assign(p Parameter) (string, error) {
	if !slices.Contains(d.names, p.Name) {
		if d.names == nil {
			return "", fmt.Errorf("-p %s: a célula parameters não declara nada com var ou const", p.Name)
		}
		return "", fmt.Errorf("-p %s: os parâmetros do caderno são %s", p.Name, strings.Join(d.names, ", "))
	}
	object := d.scope.Lookup(p.Name)
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
	if _, errs := check(head + d.source + "\n" + line); errs != nil {
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
