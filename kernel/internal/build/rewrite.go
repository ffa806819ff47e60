package build

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// The packages by which a cell shows its result; the second for pictures only,
// whose encoders would make every program larger.
const (
	resultPackage  = "github.com/nnlab-go/lab/nnlab/notebook/result"
	picturePackage = resultPackage + "/picture"
)

// displayPackage is GoNB's own for showing things.
const displayPackage = "github.com/janpfeifer/gonb/gonbui"

// Unused is a variable that a program declares, or a package that it imports with
// a period, and does not use.
type Unused struct {
	Name string // of the variable, "" for a package
	Path string // of the package, "" for a variable
	Line int    // of the program
}

// edit is a text that is put in, or takes the place of what ends at another offset.
type edit struct {
	at   int // offset
	text string
	end  int // 0 where nothing is replaced
}

// rewrite makes the program that is compiled of the one that GoNB made: the
// value of the last expression is shown, if that is wanted, variables that are
// not used count as used, and imports that are not are left out: GoNB puts the
// imports of all cells into each program, and what one with a period gives, only
// types tell. No line changes its number.
func rewrite(fset *token.FileSet, f *ast.File, text []byte, imports types.Importer, result bool) ([]byte, []Unused) {
	c := checked{fset: fset, file: f, text: text, hidden: map[string]bool{}}
	c.check(imports)
	unused := c.use(imports)
	if result {
		c.showResult()
	}
	c.awaitDisplays()
	return c.apply(0, len(text)), unused
}

// use has what is not used count as used, and leaves out imports that are not.
func (c *checked) use(imports types.Importer) (unused []Unused) {
	slices.SortFunc(c.unused, func(a, b types.Error) int { return cmp.Compare(a.Pos, b.Pos) })
	for _, e := range c.unused {
		if at, ok := c.useAt(e.Pos); ok {
			name := unusedName(e.Msg)
			unused = append(unused, Unused{Name: name, Line: c.fset.PositionFor(e.Pos, false).Line})
			c.put(at, name)
		} else if spec := c.importAt(e.Pos); spec != nil {
			unused = append(unused, Unused{Path: cells.ImportPath(spec), Line: c.fset.PositionFor(e.Pos, false).Line})
		}
	}
	for path := range c.hidden {
		left := slices.ContainsFunc(unused, func(u Unused) bool { return u.Path == path })
		if spec := c.dot(path); !left && spec != nil && !c.takes(path, imports) {
			c.importAt(spec.Pos())
			unused = append(unused, Unused{Path: path, Line: c.fset.PositionFor(spec.Pos(), false).Line})
		}
	}
	return unused
}

// apply makes a part of the text with its edits. What is put in at a place stands
// before what takes its place; edits within what is replaced are left out.
func (c *checked) apply(from, to int) (out []byte) {
	slices.SortStableFunc(c.edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(min(a.end, 1), min(b.end, 1)), cmp.Compare(b.end, a.end))
	})
	for _, e := range c.edits {
		if e.at < from || e.at > to || e.end > to {
			continue
		}
		out = append(append(out, c.text[from:e.at]...), e.text...)
		from = max(e.at, e.end)
	}
	return append(out, c.text[from:to]...)
}

// checked is a program whose types are known, as far as they can be.
type checked struct {
	fset   *token.FileSet
	file   *ast.File
	text   []byte
	types  map[ast.Expr]types.TypeAndValue
	uses   map[*ast.Ident]types.Object
	unused []types.Error
	hidden map[string]bool // packages imported with a period of which the program declares a name itself
	edits  []edit
	open   string // what stands around the expression that is shown
	close  string
}

// unusedName is the variable that an error calls unused, "" when it is another
// error. That of a type switch is worded otherwise.
func unusedName(message string) string {
	if name, ok := strings.CutPrefix(message, "declared and not used: "); ok {
		return name
	}
	if name, ok := strings.CutSuffix(message, " declared and not used"); ok && token.IsIdentifier(name) { // and not "label x"
		return name
	}
	return ""
}

// check finds the types. What is wrong the compiler will say.
func (c *checked) check(imports types.Importer) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: imports, Error: func(err error) {
		if e, ok := err.(types.Error); ok && (unusedName(e.Msg) != "" || strings.HasSuffix(e.Msg, " imported and not used")) {
			c.unused = append(c.unused, e)
		} else if m := declared.FindStringSubmatch(err.Error()); m != nil {
			c.hidden[m[1]] = true
		}
	}}
	config.Check("main", c.fset, []*ast.File{c.file}, info) // its errors have been heard
	c.types, c.uses = info.Types, info.Uses
}

func (c *checked) offset(p token.Pos) int { return c.fset.PositionFor(p, false).Offset }

// place is where a use can be put in.
type place struct {
	at   token.Pos
	kind int
}

// The kinds of places: behind a statement, at the beginning of a block or of a
// clause, in a switch that has no clause.
const (
	behind = iota
	begin
	noClause
)

func (c *checked) put(p place, name string) {
	text := map[int]string{behind: "; _ = " + name, begin: " _ = " + name + ";", noClause: " default: _ = " + name + ";"}[p.kind]
	c.insert(c.offset(p.at), text)
}

// inClause is the place for what the head of a switch declares: one clause that
// uses it is enough.
func inClause(body *ast.BlockStmt) place {
	if len(body.List) == 0 {
		return place{body.Lbrace + 1, noClause}
	}
	return place{body.List[0].(*ast.CaseClause).Colon + 1, begin}
}

// pathTo are the nodes of the program that a place is in, the innermost last.
func (c *checked) pathTo(pos token.Pos) (path []ast.Node) {
	ast.Inspect(c.file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return false
		}
		path = append(path, n)
		return true
	})
	return path
}

// useAt finds where the variable that is declared at pos can be used.
func (c *checked) useAt(pos token.Pos) (p place, ok bool) {
	path := c.pathTo(pos)
	for i := len(path) - 1; i > 0; i-- {
		switch n := path[i].(type) {
		case *ast.AssignStmt, *ast.DeclStmt:
			switch parent := path[i-1].(type) {
			case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
				if comm, ok := parent.(*ast.CommClause); ok && comm.Comm == n {
					return place{comm.Colon + 1, begin}, true
				}
				return place{n.End(), behind}, true
			case *ast.LabeledStmt:
				return place{n.End(), behind}, true
			case *ast.IfStmt:
				return place{parent.Body.Lbrace + 1, begin}, true
			case *ast.ForStmt:
				return place{parent.Body.Lbrace + 1, begin}, true
			case *ast.SwitchStmt:
				return inClause(parent.Body), true
			case *ast.TypeSwitchStmt:
				return inClause(parent.Body), true
			}
			return p, false
		case *ast.RangeStmt:
			return place{n.Body.Lbrace + 1, begin}, true
		}
	}
	return p, false
}

// showResult shows the value of the last statement, if it is an expression that
// has one.
func (c *checked) showResult() {
	last := c.last()
	if last == nil {
		return
	}
	show, name, spread := "Show", resultPackage, ""
	if c.isPicture(last.X) {
		name = picturePackage
	}
	if list, ok := last.X.(*ast.CompositeLit); ok && list.Type != nil && types.ExprString(list.Type) == cells.ValueList {
		spread = "..." // each of several values as it is shown alone
	}
	// The line directive keeps the columns that the compiler names.
	from := c.fset.PositionFor(last.X.Pos(), false)
	c.insert(c.offset(c.file.Name.End()), fmt.Sprintf("; import nnlab_result %q", name))
	c.insert(c.offset(last.X.Pos()), fmt.Sprintf("nnlab_result.%s(%s/*line :%d:%d*/", show, c.open, from.Line, from.Column))
	c.insert(c.offset(last.X.End()), c.close+spread+")")
}

// awaitDisplays has main wait at its end for what it shows by GoNB's package, which returns
// before GoNB has read it: of a program that has ended GoNB reads nothing more.
func (c *checked) awaitDisplays() {
	main := cells.Main(c.file)
	if main == nil {
		return
	}
	for _, o := range c.uses {
		if p, ok := o.(*types.PkgName); ok && p.Imported().Path() == displayPackage {
			at := c.fset.PositionFor(main.Body.Lbrace+1, false)
			c.insert(c.offset(main.Body.Lbrace+1), fmt.Sprintf(" defer %s.Sync(); /*line :%d:%d*/", p.Name(), at.Line, at.Column))
			return
		}
	}
}

func (c *checked) insert(at int, text string) { c.edits = append(c.edits, edit{at: at, text: text}) }

// last is the last statement of main, if it is an expression worth showing; else nil.
func (c *checked) last() *ast.ExprStmt {
	main := cells.Main(c.file)
	if main == nil || len(main.Body.List) == 0 {
		return nil
	}
	last, ok := cells.Unlabeled(main.Body.List[len(main.Body.List)-1]).(*ast.ExprStmt)
	if !ok || !c.worthShowing(last.X) {
		return nil
	}
	return last
}

// worthShowing tells whether an expression is there for its value: not one
// without, not one that prints or draws itself.
func (c *checked) worthShowing(x ast.Expr) bool {
	t, ok := c.types[x]
	if ok && (t.IsVoid() || t.IsType() || t.IsBuiltin()) {
		return false
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return true
	}
	var callee types.Object
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		callee = c.uses[f.Sel]
	case *ast.Ident:
		callee = c.uses[f]
	}
	if callee == nil || callee.Pkg() == nil {
		return true
	}
	path, name := callee.Pkg().Path(), callee.Name()
	switch {
	case path == "fmt":
		return strings.HasPrefix(name, "S") && !strings.HasPrefix(name, "Scan") && !strings.HasPrefix(name, "Sscan")
	case path == "io" || path == "os" || path == "bufio":
		return !strings.HasPrefix(name, "Write")
	case strings.HasSuffix(path, "/nnlab/viz"):
		return false // figures are shown as they are made
	case strings.HasSuffix(path, "/nnlab/nn"):
		return name != "Fit" // which has shown all the while what it does
	}
	return true
}

// isPicture tells whether an expression's value is an image.
func (c *checked) isPicture(x ast.Expr) bool {
	t := c.types[x].Type
	if t == nil {
		return false
	}
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(0).Type()
	}
	methods := types.NewMethodSet(t)
	for _, name := range []string{"ColorModel", "Bounds", "At"} {
		if methods.Lookup(nil, name) == nil {
			return false
		}
	}
	return true
}
