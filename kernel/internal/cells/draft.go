package cells

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
	"unicode"
)

// Draft is a cell that is being typed, as part of a file: declarations, then
// its statements in main. Its syntax may be wrong.
type Draft struct {
	Code   string
	Cursor int // offset in Code of where the cell's cursor is
}

// NewDraft makes a draft of a cell with its cursor at an offset; false where
// there is no Go: in a comment, an order to GoNB or a script.
func NewDraft(source string, cursor int) (Draft, bool) {
	if inComment(source, cursor) {
		return Draft{}, false
	}
	if Magic(source) {
		return draftOfOrders(source, cursor)
	}
	source, shell := commands(source)
	if line, _ := position(source, cursor); slices.Contains(shell.lines, line) {
		return Draft{}, false
	}
	b, statements := builder{source: source}, builder{source: source}
	at, seen, inMain := 0, false, true
	for _, i := range items(source) {
		to := &statements
		if i.declaration {
			to = &b
		}
		if i.first == token.PACKAGE {
			continue
		}
		if !seen && i.from > cursor { // between two items
			statements.blank(cursor)
			at, seen = statements.offset(cursor), true
		}
		to.add(i)
		if !seen && cursor >= i.from && cursor <= i.to {
			if at = to.offset(cursor); at >= 0 {
				seen, inMain = true, !i.declaration
			}
		}
	}
	if !seen {
		statements.blank(cursor)
		at = statements.offset(cursor)
	}
	head := strings.Join(append(b.text, "func main() {", ""), "\n")
	if inMain {
		at += len(head)
	}
	return Draft{head + strings.Join(append(statements.text, "}", ""), "\n"), at}, true
}

func inComment(source string, cursor int) bool {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), nil, scanner.ScanComments)
	for {
		pos, t, text := s.Scan()
		from := file.Offset(pos)
		switch {
		case t == token.EOF || from >= cursor:
			return false
		case t == token.COMMENT && (cursor < from+len(text) || cursor == from+len(text) && !strings.HasSuffix(text, "*/")):
			return true
		}
	}
}

// blank adds an empty line as long as the cursor's column.
func (b *builder) blank(cursor int) {
	line, column := position(b.source, cursor)
	b.line(strings.Repeat(" ", column-1), line)
}

// offset is where an offset of the source is in the text so far: in the last
// line that is of the same line; -1 when that has not been added.
func (b *builder) offset(cursor int) int {
	line, column := position(b.source, cursor)
	for k, number := range slices.Backward(b.lines) {
		if number == line && len(b.text[k]) >= column-1 {
			return len(strings.Join(b.text[:k], "\n")) + min(k, 1) + column - 1
		}
	}
	return -1
}

// draftOfOrders makes a draft of a cell for GoNB, as GoNB reads it.
func draftOfOrders(source string, cursor int) (Draft, bool) {
	first, _, _ := strings.Cut(strings.TrimPrefix(source, "//gonb:"), "\n")
	if first = strings.TrimSpace(first); strings.HasPrefix(first, "%%") && first != "%%" {
		return Draft{}, false
	}
	text, numbers := program(source)
	line, column := position(source, cursor)
	lines := strings.Split(text, "\n")
	for k, number := range slices.Backward(numbers) {
		if number == line && len(lines[k]) >= column-1 && lines[k] == strings.Split(source, "\n")[line-1] {
			return Draft{text + "\n", len(strings.Join(lines[:k], "\n")) + min(k, 1) + column - 1}, true
		}
	}
	return Draft{}, false
}

// Declares tells whether a draft declares or imports a name.
func (d Draft) Declares(name string) bool {
	if f := parseDraft(d.Code); f != nil && imported(f)[name] != "" {
		return true
	}
	declared := d.declared()
	return declared[name] || declared[functionPrefix+name]
}

func (d Draft) declared() map[string]bool {
	names := map[string]bool{}
	if f := parseDraft(d.Code); f != nil {
		for _, p := range parts(f) {
			names[p.name] = true
		}
	}
	return names
}

const clause = "package main;"

// parseDraft parses what can be parsed.
func parseDraft(code string) *ast.File {
	f, _ := parser.ParseFile(token.NewFileSet(), "", clause+code, parser.SkipObjectResolution)
	return f
}

// imported are the imports of a file by name.
func imported(f *ast.File) map[string]string {
	found := map[string]string{}
	for _, spec := range f.Imports {
		p, name := ImportPath(spec), importName(spec)
		if p != "" && name != "_" && name != "." {
			found[name] = p
		}
	}
	return found
}

// Behind is the name that is being typed at the end of a text, "" behind a period
// or a space, and the name in front of its period; false where no name can be:
// in a string or a comment, or behind more than one period.
func Behind(text string) (of, name string, ok bool) {
	all := lex(text)
	if n := len(all); n > 0 && all[n-1].Token == token.SEMICOLON && all[n-1].text == "\n" {
		all = all[:n-1]
	}
	n := len(all)
	if n > 0 && all[n-1].to == len(text) && (all[n-1].Token == token.IDENT || all[n-1].IsKeyword()) {
		name = text[all[n-1].from:]
		n--
	}
	switch {
	case n == 0:
		return "", name, name != ""
	case all[n-1].Token != token.PERIOD:
		return "", name, name != ""
	case n > 1 && all[n-2].Token == token.IDENT && (n == 2 || all[n-3].Token != token.PERIOD):
		return all[n-2].text, name, true
	}
	return "", "", false
}

// EndOfName is where the name ends in which an offset is.
func EndOfName(source string, at int) int {
	for i, r := range source[at:] {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return at + i
		}
	}
	return len(source)
}

// Declared are what a cell's code declares that is no variable: functions, methods as
// T.m, types, constants and imported names, each with its kind; and the text of its types.
func Declared(code string) (names []string, kinds map[string]token.Token, types map[string]string) {
	text, _ := program(code)
	kinds, types = map[string]token.Token{}, map[string]string{}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", clause+text, parser.SkipObjectResolution)
	if err != nil {
		return nil, kinds, types
	}
	for name := range imported(f) {
		names, kinds[name] = append(names, name), token.IMPORT
	}
	for _, d := range f.Decls {
		g, isGen := d.(*ast.GenDecl)
		kind := token.FUNC
		if isGen {
			kind = g.Tok
		}
		for _, n := range namesOf(d) { // of imports there are none here
			if n = strings.TrimPrefix(n, functionPrefix); n != "main" && n != "init" || kind == token.VAR { // a variable is GoNB's
				names, kinds[n] = append(names, n), kind
			}
		}
		if isGen && g.Tok == token.TYPE {
			for _, s := range g.Specs {
				t := s.(*ast.TypeSpec)
				var b strings.Builder
				printer.Fprint(&b, token.NewFileSet(), t) // a Builder does not fail
				types[t.Name.Name] = b.String()
			}
		}
	}
	return names, kinds, types
}
