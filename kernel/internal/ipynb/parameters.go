package ipynb

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// Parameter is a value for a variable of the cell tagged "parameters".
type Parameter struct{ Name, Value string }

// ParseParameter reads "name=value".
func ParseParameter(s string) (Parameter, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || !token.IsIdentifier(name) {
		return Parameter{}, fmt.Errorf("expected name=value with a Go name, got %q", s)
	}
	return Parameter{name, value}, nil
}

// Inject puts a cell tagged "injected-parameters" behind the one tagged
// "parameters", as papermill does; one of an earlier run is replaced. A name
// that the cell does not declare is an error that tells the names it has.
func (nb Notebook) Inject(parameters []Parameter) error {
	for i := len(nb.Cells()) - 1; i >= 0; i-- {
		if slices.Contains(nb.Cells()[i].Tags(), "injected-parameters") {
			nb["cells"] = slices.Delete(nb["cells"].([]any), i, i+1)
		}
	}
	if len(parameters) == 0 {
		return nil
	}
	at := slices.IndexFunc(nb.Cells(), func(c Cell) bool { return slices.Contains(c.Tags(), "parameters") })
	if at < 0 {
		return fmt.Errorf("-p %s: the notebook has no cell with the tag \"parameters\"", parameters[0].Name)
	}
	known := variables(nb.Cells()[at].Source())
	source := "// parâmetros desta execução\n"
	for _, p := range parameters {
		if !slices.Contains(known, p.Name) {
			return fmt.Errorf("-p %s: the notebook's parameters are %s", p.Name, strings.Join(known, ", "))
		}
		source += fmt.Sprintf("var %s = %s\n", p.Name, literal(p.Value))
	}
	nb.Insert(at+1, NewCode("injected-parameters", strings.TrimSuffix(source, "\n"), "injected-parameters"))
	return nil
}

// variables lists the variables and constants that a cell declares.
func variables(source string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+source, parser.SkipObjectResolution)
	if err != nil && f == nil {
		return nil
	}
	var names []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				for _, n := range v.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// literal is the value itself where it is a number, a bool or a quoted string in
// Go, else the value in quotes.
func literal(value string) string {
	switch e, err := parser.ParseExpr(value); e := e.(type) {
	case *ast.BasicLit:
		return value
	case *ast.Ident:
		if err == nil && (e.Name == "true" || e.Name == "false") {
			return value
		}
	case *ast.UnaryExpr:
		if _, ok := e.X.(*ast.BasicLit); ok {
			return value
		}
	}
	return strconv.Quote(value)
}
