// Package mends holds a package's error messages to their promise: what an error says to
// write instead works. For tests.
package mends

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Row is an error with the mend that stands at the end of its text, and what happens when
// a reader follows that mend.
type Row struct {
	mend  string
	fails func() error
	works []func() error
}

// Of is a row: fails returns the error, and each of works, which are ways to follow the
// mend, returns nil.
func Of(mend string, fails func() error, works ...func() error) Row { return Row{mend, fails, works} }

// Check plays the rows, and finds errors in the source of the package in the working folder
// that have no mend, or one that no row has followed. Excused gives the reason for a mend
// that a program cannot follow; its keys are the texts in the source, with … for what they
// compute.
func Check(t *testing.T, rows []Row, excused map[string]string) {
	t.Helper()
	written, bare := read(t)
	followed := map[*mend]bool{}
	for _, r := range rows {
		err := r.fails()
		if err == nil || !strings.HasSuffix(err.Error(), "; "+r.mend) && !strings.HasSuffix(err.Error(), "\n"+r.mend) {
			t.Errorf("got  %v\nwant the mend %s", err, r.mend)
		}
		for i, works := range r.works {
			if err := works(); err != nil {
				t.Errorf("%s\nfollowed (%d) gives %v", r.mend, i, err)
			}
		}
		found := false
		for _, m := range written {
			if m.pattern.MatchString(r.mend) {
				followed[m], found = true, true
			}
		}
		if !found {
			t.Errorf("nothing in the source reads %q", r.mend)
		}
	}
	for _, m := range written {
		reason := excused[m.text]
		switch {
		case followed[m] && reason != "":
			t.Errorf("%s: %q is followed and excused", m.at, m.text)
		case !followed[m] && reason == "":
			t.Errorf("%s: no row follows %q", m.at, m.text)
		}
	}
	for _, at := range bare {
		t.Errorf("%s: an error without a mend", at)
	}
	for text := range excused {
		if !slices.ContainsFunc(written, func(m *mend) bool { return m.text == text }) {
			t.Errorf("nothing in the source reads %q, which is excused", text)
		}
	}
}

// mend is a text in the source, "write nn.Input(…)": what it computes is "…".
type mend struct {
	at      token.Position
	text    string
	pattern *regexp.Regexp
}

const hole = "…\x00"

// reader finds the mends of a package's Error literals, and the places of literals that have
// neither a mend nor a cause. A mend may be in the literal, be set as a field or a variable
// of the name mend, be a constant whose name begins so, the argument for a parameter of that
// name, or what a method of that name returns.
type reader struct {
	fset      *token.FileSet
	parameter map[string]int // which parameter of a function is a mend
	seen      map[string]bool
	mends     []*mend
	bare      []token.Position
}

// read reads the package in the working folder.
func read(t *testing.T) (mends []*mend, bare []token.Position) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{fset: token.NewFileSet(), parameter: map[string]int{}, seen: map[string]bool{}}
	var all []ast.Decl
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(r.fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Decls...)
	}
	for _, d := range all {
		if fn, ok := d.(*ast.FuncDecl); ok {
			r.parameters(fn)
		}
	}
	for _, d := range all {
		r.declaration(d)
	}
	return r.mends, r.bare
}

// parameters notes which parameter of a function is a mend.
func (r *reader) parameters(fn *ast.FuncDecl) {
	i := 0
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			if name.Name == "mend" {
				r.parameter[fn.Name.Name] = i
			}
			i++
		}
	}
}

func (r *reader) declaration(d ast.Decl) {
	sets := setsMend(d)
	fn, _ := d.(*ast.FuncDecl)
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			fields := errorFields(n)
			if e := fields["Mend"]; e != nil {
				r.add(e)
			} else if fields != nil && fields["Err"] == nil && !sets {
				r.bare = append(r.bare, r.fset.Position(n.Pos()))
			}
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if isMend(to) && i < len(n.Rhs) {
					r.add(n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if strings.HasPrefix(name.Name, "mend") && i < len(n.Values) {
					r.add(n.Values[i])
				}
			}
		case *ast.ReturnStmt:
			if fn != nil && fn.Name.Name == "mend" {
				r.add(n.Results[0])
			}
		case *ast.CallExpr:
			if i, ok := r.parameter[called(n)]; ok && i < len(n.Args) {
				r.add(n.Args[i])
			}
		}
		return true
	})
}

// add notes a mend, unless it is a variable, whose values stand elsewhere.
func (r *reader) add(e ast.Expr) {
	text, at := textOf(e), r.fset.Position(e.Pos())
	switch {
	case text == "":
		r.bare = append(r.bare, at)
	case strings.ReplaceAll(text, hole, "") != "" && !r.seen[text]:
		r.seen[text] = true
		pattern := strings.ReplaceAll(regexp.QuoteMeta(text), hole, ".*")
		r.mends = append(r.mends, &mend{at, strings.ReplaceAll(text, hole, "…"), regexp.MustCompile("^(?s:" + pattern + ")$")})
	}
}

// errorFields are the fields of an Error literal that says something, by their names.
func errorFields(l *ast.CompositeLit) map[string]ast.Expr {
	switch t := l.Type.(type) {
	case *ast.Ident:
		if t.Name != "Error" {
			return nil
		}
	case *ast.SelectorExpr:
		if p, ok := t.X.(*ast.Ident); !ok || t.Sel.Name != "Error" || p.Name == "backend" {
			return nil
		}
	default:
		return nil
	}
	fields := map[string]ast.Expr{}
	for _, e := range l.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			fields[kv.Key.(*ast.Ident).Name] = kv.Value
		}
	}
	return fields
}

// setsMend tells whether a function sets the field of an error that it has made.
func setsMend(d ast.Decl) (sets bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for _, to := range a.Lhs {
				_, field := to.(*ast.SelectorExpr)
				sets = sets || field && isMend(to)
			}
		}
		return true
	})
	return sets
}

func isMend(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "mend"
	case *ast.SelectorExpr:
		return e.Sel.Name == "Mend"
	}
	return false
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[^a-zA-Z%]*[a-zA-Z]`)

// textOf is what an expression reads, with holes where it computes.
func textOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil {
			return s
		}
	case *ast.ParenExpr:
		return textOf(e.X)
	case *ast.BinaryExpr:
		return strings.ReplaceAll(textOf(e.X)+textOf(e.Y), hole+hole, hole)
	case *ast.CallExpr:
		if called(e) == "Sprintf" {
			return verb.ReplaceAllString(textOf(e.Args[0]), hole)
		}
	}
	return hole
}

// Failed is the error of a pair of results.
func Failed[T any](_ T, err error) error { return err }

// Panicked calls f and returns the error that it panics with.
func Panicked(f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = p
		default:
			err = fmt.Errorf("%v", p)
		}
	}()
	f()
	return nil
}
