package check

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// harmless are the packages of the standard library that touch nothing but what they
// are given. What is not here is named to the teacher, so that a package of tomorrow
// is.
var harmless = strings.Fields(`bufio bytes cmp container/heap container/list container/ring encoding/csv encoding/json errors fmt
	image image/color image/color/palette image/draw image/gif image/jpeg image/png iter maps math math/big math/bits math/cmplx math/rand math/rand/v2
	regexp slices sort strconv strings sync sync/atomic text/tabwriter time unicode unicode/utf8 unicode/utf16`)

// ofOS is what of package os does no more: reading a file in the cells' own folder
// is looked at by itself.
var ofOS = strings.Fields("Args Stdout Stderr Stdin ErrNotExist ErrExist IsNotExist IsExist File FileInfo FileMode")

// reaching are names of packages that reach outside, which a cell could define as
// something else to hide another cell's use.
var reaching = strings.Fields("os exec syscall unsafe unix windows net http rpc smtp plugin runtime debug signal user pprof trace filepath fs ioutil io log gob grade reflect embed build socket")

// known tells whether a package reaches nothing outside of a cell's program. Of the
// lab's own, the one that carries answers is not for cells.
func known(importPath string) bool {
	return slices.Contains(harmless, importPath) || importPath != gonb.Module+"/nnlab/grade" &&
		(strings.HasPrefix(importPath, gonb.Module+"/") || strings.HasPrefix(importPath, "gonum.org/v1/gonum/"))
}

// remarkable lists what a teacher should have read before trusting the points: what
// reaches beyond a cell's own program, runs before main, goes around Go's types or
// changes what Go's own names mean.
func remarkable(code []ipynb.Cell) (notes []string) {
	files, orders := make([]*ast.File, len(code)), make([]string, len(code))
	declared := map[string]bool{}
	for i, c := range code {
		if files[i], _, orders[i] = parseCell(c.Source()); files[i] == nil {
			continue
		}
		for _, name := range livesOn(files[i]) { // another cell's, perhaps, but never in the place of these
			declared[name.Name] = declared[name.Name] || !slices.Contains(reaching, name.Name)
		}
		for _, d := range files[i].Decls {
			for _, name := range namesOf(d) {
				declared[name.Name] = true
			}
		}
	}
	for i := range code {
		found := orders[i]
		if found == "" && files[i] != nil {
			found = reaches(files[i], declared)
		}
		if found != "" {
			notes = append(notes, fmt.Sprintf("leia a célula %d, que tem «%s»", i+1, clean(found)))
		}
	}
	return notes
}

// parseCell parses a cell as the program that GoNB makes of it, and returns that: behind
// %% stand statements. Any other order to GoNB is returned. A cell that is no Go has no
// file; it does not run either.
func parseCell(source string) (f *ast.File, made, order string) {
	var text strings.Builder
	text.WriteString("package main; ")
	end := ""
	for line := range strings.Lines(source) {
		switch said := strings.TrimSpace(strings.TrimPrefix(line, "//gonb:")); {
		case end == "" && (first(said) == "%%" || first(said) == "%main"): // with or without arguments
			text.WriteString("func main() {\n")
			end = "\n}"
		case cells.Magic(line):
			order = said
		default:
			text.WriteString(line)
		}
	}
	if order != "" {
		return nil, "", order
	}
	made = text.String() + end
	if end == "" {
		cell, wrong := cells.Split(source)
		if wrong != nil {
			return nil, "", ""
		}
		made = "package main; " + cell.Code
	}
	f, err := parser.ParseFile(token.NewFileSet(), "", made, parser.ParseComments)
	if err != nil {
		return nil, "", ""
	}
	return f, made, ""
}

// livesOn lists what the statements of main define at the top: variables that live on.
func livesOn(f *ast.File) (names []*ast.Ident) {
	for _, d := range f.Decls {
		if main, ok := d.(*ast.FuncDecl); ok && main.Recv == nil && main.Name.Name == "main" && main.Body != nil {
			for _, s := range main.Body.List {
				names = append(names, cells.Defines(s)...)
			}
		}
	}
	return names
}

// first is the first word of a line.
func first(line string) string {
	word, _, _ := strings.Cut(line, " ")
	return word
}

// namesOf lists what a declaration at the top of a file declares.
func namesOf(d ast.Decl) (names []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				names = append(names, s.Names...)
			case *ast.TypeSpec:
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// reaches returns the first thing in a file that is to be read.
func reaches(f *ast.File, declared map[string]bool) string {
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err != nil || p != "os" && !known(p) {
			return "import " + i.Path.Value
		} else if p == "os" && i.Name != nil {
			return "import " + i.Name.Name + " " + i.Path.Value
		}
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(c.Text, "//export ") {
				return c.Text
			}
		}
	}
	for _, d := range f.Decls {
		for _, name := range namesOf(d) {
			if name.Name == "init" || strings.HasPrefix(name.Name, "init_") { // which GoNB calls as init
				return "func " + name.Name
			}
			if types.Universe.Lookup(name.Name) != nil {
				return name.Name + ", que deixa de ser o de Go"
			}
		}
	}
	return calls(f, declared)
}

// calls returns the first use of a package that reaches outside, imported or, as
// the kernel does it, by its name alone.
func calls(f *ast.File, declared map[string]bool) (found string) {
	unknown := map[*ast.Ident]bool{} // to all scopes of the file
	for _, name := range f.Unresolved {
		unknown[name] = true
	}
	imported := map[string]bool{} // and looked at
	for _, i := range f.Imports {
		if i.Name != nil {
			imported[i.Name.Name] = true
		} else {
			imported[nameOf(i)] = true
		}
	}
	read := map[*ast.SelectorExpr]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && readsOwn(s, call.Args) {
				read[s] = true
			}
		}
		s, ok := n.(*ast.SelectorExpr)
		if !ok || found != "" {
			return found == ""
		}
		name, ok := s.X.(*ast.Ident)
		if !ok || !unknown[name] || declared[name.Name] || read[s] {
			return true
		}
		if name.Name == "os" && !slices.Contains(ofOS, s.Sel.Name) || name.Name != "os" && !slices.Contains(allowedNames, name.Name) && !imported[name.Name] {
			found = name.Name + "." + s.Sel.Name
		}
		return found == ""
	})
	return found
}

// readsOwn tells whether a call reads a file of the cells' own folder.
func readsOwn(s *ast.SelectorExpr, args []ast.Expr) bool {
	if s.Sel.Name != "ReadFile" && s.Sel.Name != "Open" && s.Sel.Name != "Stat" || len(args) != 1 {
		return false
	}
	text, ok := args[0].(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return false
	}
	name, err := strconv.Unquote(text.Value)
	return err == nil && filepath.IsLocal(name)
}

// nameOf is the name that an import without one gives its package.
func nameOf(i *ast.ImportSpec) string {
	p, err := strconv.Unquote(i.Path.Value)
	if err != nil {
		return ""
	}
	if base := path.Base(p); base != "v2" {
		return base
	}
	return path.Base(path.Dir(p))
}

// allowedNames are the names of packages that a cell may use without importing them.
var allowedNames = func() (names []string) {
	for _, p := range append(slices.Clone(harmless), gonb.Imports...) {
		names = append(names, nameOf(&ast.ImportSpec{Path: &ast.BasicLit{Value: strconv.Quote(p)}}))
	}
	return append(names, "tensor", "notebook", "plot")
}()
