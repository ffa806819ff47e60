package cells

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Import is a package that a cell imports.
type Import struct {
	Name         string // in the cell; "." and "_" as they stand, no identifier where the path does not tell it
	Path         string
	Line, Column int  // of the path in the cell
	Used         bool // the cell names it itself, or has to name nothing
}

// Imports lists what a cell imports, and tells whether the cell does something itself:
// one of declarations alone imports for those that follow. What is wrong with the cell
// itself is not said here.
func Imports(source string) (found []Import, runs bool) {
	c, wrong := Split(mainOf(source))
	if wrong != nil {
		return nil, false
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", clause+c.Code, parser.SkipObjectResolution)
	if err != nil {
		return nil, false
	}
	used := map[string]bool{}
	for n := range ast.Preorder(f) {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
	}
	for _, i := range f.Imports {
		p := ImportPath(i)
		if p == "" {
			continue
		}
		at := fset.PositionFor(i.Path.Pos(), false)
		if at.Line == 1 {
			at.Column -= len(clause)
		}
		name := importName(i)
		found = append(found, Import{name, p, c.Line(at.Line), at.Column, used[name] || !token.IsIdentifier(name) || name == "_"})
	}
	return found, doesMore(f)
}

// mainOf is a cell for GoNB as Go: what stands behind %% is the body of main; of
// other orders nothing is left but their lines.
func mainOf(source string) string {
	if !Magic(source) {
		return source
	}
	lines, open := strings.Split(source, "\n"), false
	for i, line := range lines {
		line = strings.TrimPrefix(line, "//gonb:")
		switch words := strings.Fields(line); {
		case len(words) > 0 && strings.HasPrefix(words[0], "%%") && words[0] != "%%":
			return "" // a file or a script, of whatever language
		case len(words) > 0 && (words[0] == "%%" || words[0] == "%main") && !open:
			lines[i], open = "func main() {", true
		case Magic(line):
			lines[i] = ""
		}
	}
	if open {
		lines = append(lines, "}")
	}
	return strings.Join(lines, "\n")
}

// doesMore tells whether main does more than declare.
func doesMore(f *ast.File) bool {
	main := Main(f)
	return main != nil && slices.ContainsFunc(main.Body.List, func(s ast.Stmt) bool {
		_, declares := s.(*ast.DeclStmt)
		return !declares
	})
}

// PackageName is the name of a package as far as its import path tells; else it is no
// identifier.
func PackageName(importPath string) string {
	if base := path.Base(importPath); len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		importPath = path.Dir(importPath)
	}
	return path.Base(importPath)
}

// importName is the name that an import has in its file, as PackageName tells it.
func importName(i *ast.ImportSpec) string {
	if i.Name != nil {
		return i.Name.Name
	}
	return PackageName(ImportPath(i))
}

// ImportPath is the path of an import; "" where it is none.
func ImportPath(i *ast.ImportSpec) string {
	p, _ := strconv.Unquote(i.Path.Value)
	return p
}
