package session

import (
	"errors"
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/nnlab-go/lab/kernel/internal/build"
	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/pt"
	"github.com/nnlab-go/lab/kernel/internal/report"
)

// plan is what the cell is to the program that is made of it.
func (x *execution) plan(c cells.Cell) build.Plan {
	names, kinds, types := cells.Declared(c.Code)
	return build.Plan{Count: x.count, Result: c.Result, Ordinary: c.Statements || !cells.Magic(c.Code), Statements: c.Statements, AllTests: chooses.MatchString(c.Code), Declares: names, Kinds: kinds, Types: types}
}

// variables takes over what the cell has left of the notebook's variables. An error
// that nobody has taken is the cell's error.
func (x *execution) variables() {
	if f, ok := x.session.Builder.Failure(); ok && x.failure != nil {
		e := &report.Error{Name: "erro", Value: f.Message, Traceback: strings.Split(f.Message, "\n")}
		for _, line := range f.Lines {
			if p := x.place(line, 0); p.Line > 0 {
				e.Traceback = append(e.Traceback, report.Problem{Place: p, Message: report.Dropped}.Lines()...)
				break
			}
		}
		x.failure = e
	}
	for _, said := range x.session.Builder.Finish(x.failure == nil || x.failure.Name != report.NotCompiled) {
		x.stream("stderr", "nnlab: "+said+"\n")
	}
}

// lostVariable tells why a name that cells have given to a variable means nothing in this
// one; "" of any other.
func (x *execution) lostVariable(name string) string {
	if apart.MatchString(x.asked.Code) && slices.ContainsFunc(x.session.Builder.Variables(), func(v build.Living) bool { return v.Name == name }) {
		return "em células com %test e %wasm não há variáveis do caderno, e " + name + " é uma"
	}
	return x.session.Builder.Lost(name)
}

// apart is the order by which a cell becomes a program that knows no variables.
var apart = regexp.MustCompile(`(?m)^(?://gonb:)?%(?:test|wasm)\b`)

// chooses is the order by which a cell says what its program is to do, as which tests to run.
var chooses = regexp.MustCompile(`(?m)^(?://gonb:)?%(?:args\b|test[ \t]+\S|%[ \t]+\S|main[ \t]+\S)`)

// who does %who: it lists the variables of the notebook.
func (x *execution) who() string {
	all := x.session.Builder.Variables()
	if len(all) == 0 {
		return "nenhuma variável\n"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "nome\ttipo\ttamanho\tcélula\tvalor")
	for _, v := range all {
		size, value := pt.Bytes(uint64(v.Entry.Bytes)), v.Entry.Short
		if v.Entry.Refused != "" {
			size, value = "–", "não passa da célula: "+v.Entry.Refused
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t[%d]\t%s\n", v.Name, v.Shown, size, v.Cell, value)
	}
	w.Flush()
	return b.String()
}

// forget does %del NAME …
func (x *execution) forget(names []string) {
	if len(names) == 0 {
		x.fail(errors.New("escreva %del NOME"))
		return
	}
	were, err := x.session.Builder.Drop(names...)
	if len(were) > 0 {
		x.forgot(were)
	}
	for _, n := range names {
		if err == nil && !slices.Contains(were, n) {
			err = fmt.Errorf("não há uma variável %s", n)
		}
	}
	x.fail(err)
}

// known is what can be named in a cell: what cells have declared, and the variables.
func (s *Session) known() cells.Known {
	known := s.sources.declared()
	types, imports := map[string]string{}, map[string]string{}
	for _, v := range s.Builder.Variables() {
		if v.Type == "" {
			continue
		}
		t := v.Type
		for alias, at := range v.Aliases() {
			// The package's own name, where it has one and no other package has it.
			name := cells.PackageName(at)
			if other := known.Imports[name]; token.IsIdentifier(name) && (other == "" || other == at) && imports[name] == "" || imports[name] == at {
				t, alias = strings.ReplaceAll(t, alias+".", name+"."), name
			}
			imports[alias] = at
		}
		types[v.Name] = t
	}
	return known.WithVariables(types, imports)
}

// value is what the variable is whose name is at an offset, in Markdown; "" where there
// is none.
func (s *Session) value(source string, at int) string {
	end := cells.EndOfName(source, min(at, len(source)))
	from := end
	for from > 0 && cells.EndOfName(source[:end], from-1) == end && !strings.ContainsAny(source[from-1:from], " \t\n.") {
		from--
	}
	name := source[from:end]
	if name == "" || from > 0 && source[from-1] == '.' {
		return ""
	}
	for _, v := range s.Builder.Variables() {
		if v.Name != name {
			continue
		}
		if v.Entry.Refused != "" {
			return fmt.Sprintf("```go\nvar %s %s\n```\n\nda célula [%d]; não passa dela: %s\n\n", name, v.Shown, v.Cell, v.Entry.Refused)
		}
		return fmt.Sprintf("```go\nvar %s %s = %s\n```\n\nda célula [%d], %s\n\n", name, v.Shown, v.Entry.Short, v.Cell, pt.Bytes(uint64(v.Entry.Bytes)))
	}
	return ""
}
