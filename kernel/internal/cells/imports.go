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
	Line, Column int // of the path in the cell
}

// Imports lists what a cell imports. What is wrong with the cell itself is not
// said here.
func Imports(source string) []Import {
	found, _ := imports(source)
	return found
}

// imports lists a cell's imports, and the file that the cell is to GoNB.
func imports(source string) (found []Import, f *ast.File) {
	c, wrong := Split(mainOf(source))
	if wrong != nil {
		return nil, nil
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", clause+c.Code, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil
	}
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			at := fset.Position(i.Path.Pos())
			if at.Line == 1 {
				at.Column -= len(clause)
			}
			found = append(found, Import{nameOf(i), p, c.Line(at.Line), at.Column})
		}
	}
	return found, f
}

// UnusedImports lists the packages that a cell with statements imports and does
// not use itself. A cell of declarations alone imports for those that follow.
func UnusedImports(source string) (unused []Import) {
	all, f := imports(source)
	if f == nil || !hasMain(f) {
		return nil
	}
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for _, i := range all {
		if token.IsIdentifier(i.Name) && i.Name != "_" && !used[i.Name] {
			unused = append(unused, i)
		}
	}
	return unused
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

// Runs tells whether a cell does something itself, beside what it declares.
func Runs(source string) bool {
	_, f := imports(source)
	return f != nil && hasMain(f)
}

// hasMain tells whether main does more than declare.
func hasMain(f *ast.File) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "main" && fn.Recv == nil && fn.Body != nil {
			return slices.ContainsFunc(fn.Body.List, func(s ast.Stmt) bool {
				_, declares := s.(*ast.DeclStmt)
				return !declares
			})
		}
	}
	return false
}

// nameOf is the name that an import has in its file, as far as its path tells;
// else it is no identifier.
func nameOf(i *ast.ImportSpec) string {
	if i.Name != nil {
		return i.Name.Name
	}
	p, err := strconv.Unquote(i.Path.Value)
	if err != nil {
		return ""
	}
	if base := path.Base(p); len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		p = path.Dir(p)
	}
	return path.Base(p)
}
