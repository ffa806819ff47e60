package ipynb

import (
	"fmt"
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
		return Parameter{}, fmt.Errorf("esperava nome=valor, com um nome de Go, e veio %q", s)
	}
	return Parameter{name, value}, nil
}

// Inject puts a cell tagged "injected-parameters" behind the one tagged
// "parameters", as papermill does; one of an earlier run is replaced. Each
// variable keeps its type, and what the cell has made of it is made again. A name that the cell does not declare is an error that
// tells the names it has, a value of another type one that tells the type.
func (nb Notebook) Inject(parameters []Parameter) error {
	for i := len(nb.Cells()) - 1; i >= 0; i-- {
		if slices.Contains(nb.Cells()[i].Tags(), "injected-parameters") {
			nb["cells"] = slices.Delete(nb["cells"].([]any), i, i+1)
		}
	}
	if len(parameters) == 0 {
		return nil
	}
	at := slices.IndexFunc(nb.Cells(), func(c Cell) bool { return c.IsCode() && slices.Contains(c.Tags(), "parameters") })
	if at < 0 {
		return fmt.Errorf("-p %s: o caderno não tem uma célula com a etiqueta (tag) parameters", parameters[0].Name)
	}
	known := declarations(nb.Cells()[at].Source())
	source := "// parâmetros desta execução\n"
	for _, p := range parameters {
		line, err := known.assign(p)
		if err != nil {
			return err
		}
		source += line + "\n"
	}
	if behind := known.behind(parameters); behind != nil {
		source += "// e o que é feito com eles\n" + strings.Join(behind, "\n") + "\n"
	}
	cell := NewCode("injected-parameters", strings.TrimSuffix(source, "\n"), "injected-parameters")
	if minor, err := strconv.Atoi(fmt.Sprint(nb["nbformat_minor"])); err != nil || minor < 5 {
		delete(cell, "id") // nbformat 4.4 knows no ids and refuses them
	}
	nb.Insert(at+1, cell)
	return nil
}
