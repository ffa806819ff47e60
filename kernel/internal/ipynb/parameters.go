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
		i := slices.IndexFunc(known, func(d declared) bool { return d.name == p.Name })
		if i < 0 {
			return fmt.Errorf("-p %s: the notebook's parameters are %s", p.Name, names(known))
		}
		source += fmt.Sprintf("%s %s = %s\n", known[i].keyword, p.Name, literal(p.Value))
	}
	cell := NewCode("injected-parameters", strings.TrimSuffix(source, "\n"), "injected-parameters")
	if minor, err := strconv.Atoi(fmt.Sprint(nb["nbformat_minor"])); err != nil || minor < 5 {
		delete(cell, "id") // nbformat 4.4 knows no ids and refuses them
	}
	nb.Insert(at+1, cell)
	return nil
}

// declared is a variable or constant. A value takes its place only under the
// same keyword: GoNB keeps the two apart, and Go refuses a name in both.
type declared struct{ keyword, name string }

func names(known []declared) string {
	list := make([]string, len(known))
	for i, d := range known {
		list[i] = d.name
	}
	return strings.Join(list, ", ")
}

// variables lists the variables and constants that a cell declares.
func variables(source string) []declared {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+source, parser.SkipObjectResolution)
	if err != nil && f == nil {
		return nil
	}
	var known []declared
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				for _, n := range v.Names {
					known = append(known, declared{g.Tok.String(), n.Name})
				}
			}
		}
	}
	return known
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
