package cells

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// Made is a name to which a cell gives a meaning.
type Made struct {
	Name  string
	Line  int  // of the cell, from 1
	Inner bool // it means something in a block of the cell only
}

// Makes lists the names to which a cell gives a meaning, in the order of its text. The
// cell need not compile, nor be Go in all its lines: what it would have made is asked of
// one that has failed, too.
func Makes(source string) (all []Made) {
	lines := strings.Split(source, "\n")
	for k, line := range lines {
		if bare := strings.TrimPrefix(line, "//gonb:"); bare != "" && (bare[0] == '%' || bare[0] == '!') {
			lines[k] = "" // for GoNB or the shell
		}
	}
	source = strings.Join(lines, "\n")
	for _, i := range items(source) {
		first, _ := position(source, i.start)
		var top []string
		switch i.first {
		case token.FUNC:
			if i.receiver == "" && i.name != "" && i.name != "main" && i.name != "init" {
				top = []string{i.name}
			}
		case token.VAR, token.CONST, token.TYPE:
			all = append(all, declares(source[i.start:i.end], first)...)
		default:
			top = i.defines
		}
		for _, name := range top {
			all = append(all, Made{Name: name, Line: first})
		}
		tokens := lex(source[i.start:i.end])
		for k, x := range tokens {
			if x.Token != token.DEFINE {
				continue
			}
			line, _ := position(source, i.start+x.from)
			for k > 0 && tokens[k-1].Token == token.IDENT && !slices.Contains(top, tokens[k-1].text) {
				all = append(all, Made{tokens[k-1].text, line, true})
				if k -= 2; k <= 0 || tokens[k].Token != token.COMMA {
					break
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(m Made) bool { return m.Name == "_" })
}

// declares are the names of a declaration that begins in a line, as far as it can be read.
func declares(text string, line int) (all []Made) {
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, "", clause+text, parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			var ids []*ast.Ident
			switch s := s.(type) {
			case *ast.TypeSpec:
				ids = []*ast.Ident{s.Name}
			case *ast.ValueSpec:
				ids = s.Names
			}
			for _, i := range ids {
				all = append(all, Made{Name: i.Name, Line: line + fset.PositionFor(i.Pos(), false).Line - 1})
			}
		}
	}
	return all
}
