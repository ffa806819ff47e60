package build

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// living is a program with variables of the notebook: they are variables of the
// package, under names that no student writes, and what the statements of a cell
// declare at the top is declared there, too.
type living struct {
	checked
	u        *unit
	info     *types.Info
	pkg      *types.Package
	marks    int // statements that declare variables of the notebook
	imports  types.Importer
	main     *ast.FuncDecl
	renamed  map[*ast.Ident]string     // names that mean a variable of the notebook
	defs     []*definition             // in the order of the text
	storage  map[types.Object]*storage // of what main declares at its top
	final    map[string]*storage       // by the variable's name
	old      map[string]*storage       // of the variables that were there
	problems []types.Error             // what is wrong with the program
	paths    map[string]bool           // packages that what is generated imports
	literals map[string]string         // hoisted functions by name: their text
	hoisted  map[string]*ast.FuncLit
	order    []string            // of the hoisted, as they stand in the text
	values   map[string]function // functions that are used as values
	checks   bool                // an error that nobody takes is looked at
	moves    bool                // the process is or may become another than what the programs start with
	hinted   map[string]hint
	spent    []ast.Expr // types of declarations that are assignments now
	created  []*Living  // what the cell declares, in another way than before
}

// function is one that is used as a value.
type function struct{ name, value, receiver, bind string }

func (u *unit) newLiving(imports types.Importer) *living {
	l := &living{u: u, imports: imports, renamed: map[*ast.Ident]string{}, storage: map[types.Object]*storage{},
		final: map[string]*storage{}, old: map[string]*storage{}, paths: map[string]bool{},
		literals: map[string]string{}, values: map[string]function{}, hinted: map[string]hint{}}
	l.checked = checked{fset: u.fset, file: u.file, text: u.text, hidden: map[string]bool{}}
	l.main = cells.Main(u.file)
	return l
}

// living makes the program of a unit that has to do with variables, or has functions of
// other cells, which may no longer compile. nil: it has nothing to do with them.
func (u *unit) living(imports types.Importer) *living {
	l := u.newLiving(imports)
	l.rename()
	if l.main != nil && u.Statements {
		l.define()
	}
	l.moves = l.mayMove()
	if len(l.renamed) == 0 && len(l.defs) == 0 && !l.moves && !l.mayDrop() && !slices.ContainsFunc(u.file.Decls, l.strange) {
		return nil
	}
	return l
}

// check finds the types of the program: first of main, with the variables as they
// were, then of the functions, with the variables as main leaves them.
func (l *living) check() {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}}
	l.types, l.uses = info.Types, info.Uses
	l.info = info
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
				if e.Pos.IsValid() && l.fset.PositionFor(e.Pos, false).Filename != "" && (!both || l.main == nil || i == 0 && at(other, e.Pos)) {
					l.unused = append(l.unused, e)
				}
			case unusedName(e.Msg) != "":
				l.unused = append(l.unused, e)
			case strings.Contains(e.Msg, "missing function body"), strings.HasSuffix(e.Msg, " must have a body"), strings.Contains(e.Msg, "already declared through dot-import"),
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
	_, ok := cells.Unlabeled(last).(*ast.ExprStmt)
	return ok && pos >= last.Pos() && pos < last.End()
}
