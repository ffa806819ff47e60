package cells

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// Import is a package that a cell imports.
type Import struct {
	Name string
	Line int // of the cell
}

// UnusedImports lists the packages that a cell with statements imports and does
// not use itself. A cell of declarations alone imports for those that follow.
func UnusedImports(source string) (unused []Import) {
	c, wrong := Split(mainOf(source))
	if wrong != nil {
		return nil
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package main;"+c.Code, parser.SkipObjectResolution)
	if err != nil || !hasMain(f) {
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
	for _, i := range f.Imports {
		if name := nameOf(i); token.IsIdentifier(name) && name != "_" && !used[name] {
			unused = append(unused, Import{name, c.Line(fset.Position(i.Pos()).Line)})
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

func hasMain(f *ast.File) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "main" && fn.Recv == nil && len(fn.Body.List) > 0 {
			return true
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
