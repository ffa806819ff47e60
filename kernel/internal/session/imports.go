package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/build"
	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/report"
)

// available says which packages there are, and how another is added.
var available = "A turma tem a biblioteca padrão do Go e os pacotes de " + strings.Join(gonb.Modules, " e ") +
	"; outro se acrescenta com !*go get CAMINHO em uma célula anterior (veja docs/celulas.md)."

// importable tells whether all that the cell imports is there. GoNB drops an
// import that a cell does not use, and a later one that uses it would fail.
func (x *execution) importable(source string) bool {
	imports, runs := cells.Imports(source)
	if runs {
		x.imports = imports
	}
	if cells.Shell(source) { // such as !*go get
		return true
	}
	paths := make([]string, len(imports))
	for k, i := range imports {
		paths[k] = i.Path
	}
	ctx, stop := context.WithCancel(x.session.life)
	defer stop()
	found := make(chan []build.Unknown, 1)
	go func() { found <- x.session.Builder.Unknown(ctx, paths) }()
	select {
	case unknown := <-found:
		if unknown == nil {
			return true
		}
		x.failure = x.unknown(source, imports, unknown)
	case <-x.interrupted:
		x.failure = report.Interrupted()
	case <-ctx.Done():
	}
	return false
}

// unknown is the error of a cell that imports what is not there.
func (x *execution) unknown(source string, imports []cells.Import, unknown []build.Unknown) *report.Error {
	var problems []report.Problem
	for _, i := range imports {
		at := slices.IndexFunc(unknown, func(u build.Unknown) bool { return u.Path == i.Path })
		if at < 0 {
			continue
		}
		message := fmt.Sprintf("não há um pacote %q", i.Path)
		if near := unknown[at].Nearest; near != "" {
			message += fmt.Sprintf("; o mais parecido é %q", near)
		}
		place := report.Place{Cell: x.count, Line: i.Line, Column: i.Column, Source: source}
		problems = append(problems, report.Problem{Place: place, Message: message + " (" + unknown[at].Reason + ")"})
	}
	e := report.Compilation(problems)
	e.Traceback = append(e.Traceback, available)
	return e
}

// warn tells of the cell's imports and variables that nothing uses; in Go alone
// that would be an error.
func (x *execution) warn() {
	unused := x.session.Builder.Unused()
	if x.failure == nil || x.failure.Name != report.NotCompiled {
		for _, i := range x.imports {
			switch {
			case !i.Used:
				x.stream("stderr", fmt.Sprintf("aviso: linha %d: o pacote %s é importado e esta célula não o usa\n", i.Line, i.Name))
			case i.Name == "." && slices.ContainsFunc(unused, func(u build.Unused) bool { return u.Path == i.Path }):
				x.stream("stderr", fmt.Sprintf("aviso: linha %d: o pacote %s é importado com ponto e esta célula não usa nada dele\n", i.Line, i.Path))
			}
		}
	}
	for _, u := range unused {
		if p := x.place(u.Line, 0); u.Name != "" && p.Cell == x.count {
			x.stream("stderr", fmt.Sprintf("aviso: linha %d: a variável %s não é usada\n", p.Line, u.Name))
		}
	}
}
