package cells

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Cell is a cell in the form in which GoNB runs it.
type Cell struct {
	Code string
	// Lines tells for each line of Code which line of the cell it is, from 1; 0
	// for a line that the student has not written. nil: they are the same.
	Lines []int
	// Locals are the names that := defines outside functions: no other cell sees
	// them.
	Locals []string
	// Result tells that the last statement is an expression whose value is what
	// the cell is for.
	Result bool
}

// Line is the line of the cell for a line of its code, both from 1.
func (c Cell) Line(code int) int {
	if c.Lines == nil {
		return code
	}
	if code < 1 || code > len(c.Lines) {
		return 0
	}
	return c.Lines[code-1]
}

// SyntaxError is what is wrong with the text of a cell.
type SyntaxError struct {
	Line, Column int // of the cell, from 1
	Message      string
}

// Split sorts a cell of Go: declarations stay as they are, statements go into a
// function main. A cell with orders to GoNB is left to it, and so is one that
// has nothing but declarations.
//
// A var, const or type that uses a name which := has defined above is a
// statement; any other is a declaration, which later cells see too.
func Split(source string) (Cell, []SyntaxError) {
	if Magic(source) {
		return Cell{Code: source}, twice(mainOf(source))
	}
	all := items(source)
	local := map[string]bool{}
	statements, mains := 0, -1
	for k := range all {
		i := &all[k]
		if i.declaration && i.first != token.FUNC && i.first != token.IMPORT && slices.ContainsFunc(i.words, func(w string) bool { return local[w] }) {
			i.declaration, i.defines = false, i.words
		}
		for _, name := range i.defines {
			local[name] = true
		}
		if !i.declaration {
			statements++
		} else if i.name == "main" && i.first == token.FUNC {
			mains = i.start
		}
	}
	if wrong := twice(source); wrong != nil {
		return Cell{}, wrong
	}
	if statements == 0 {
		return check(source, Cell{Code: source})
	}
	if mains >= 0 {
		line, column := position(source, mains)
		return Cell{}, []SyntaxError{{line, column, "a célula tem func main e também comandos fora de funções; deixe só um dos dois"}}
	}
	b := builder{source: source}
	for _, i := range all {
		if i.declaration && i.first != token.PACKAGE {
			b.add(i)
		}
	}
	b.line("func main() {", 0)
	for _, i := range all {
		if !i.declaration {
			b.add(i)
		}
	}
	b.line("}", 0)
	last := all[len(all)-1]
	return check(source, Cell{Code: strings.Join(b.text, "\n"), Lines: b.lines,
		Locals: slices.Sorted(maps.Keys(local)), Result: !last.declaration && !last.closed})
}

// builder writes items on lines of their own, each token in its column.
type builder struct {
	source string
	text   []string
	lines  []int
}

func (b *builder) line(text string, line int) {
	b.text, b.lines = append(b.text, text), append(b.lines, line)
}

func (b *builder) add(i item) {
	line, column := position(b.source, i.from)
	text := strings.Repeat(" ", column-1) + b.source[i.from:i.to]
	for k, t := range strings.Split(text, "\n") {
		if k == 0 && strings.TrimSpace(t) == "" {
			continue // the rest of the line of the item before
		}
		if strings.HasPrefix(t, "package") {
			t = " " + t // GoNB leaves out lines that begin so
		}
		b.line(t, line+k)
	}
}

// position is where an offset is, from 1.
func position(source string, offset int) (line, column int) {
	before := source[:offset]
	return 1 + strings.Count(before, "\n"), offset - strings.LastIndexByte(before, '\n')
}

// check parses what GoNB will parse, so that what is wrong is said in the
// cell's own lines.
func check(source string, c Cell) (Cell, []SyntaxError) {
	code := c.Code
	if !strings.HasPrefix(strings.TrimSpace(code), "package ") {
		code = "package main;" + code
	}
	f, err := parser.ParseFile(token.NewFileSet(), "", code, parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		list.RemoveMultiples()
		var wrong []SyntaxError
		for _, e := range list {
			s := SyntaxError{Line: c.Line(e.Pos.Line), Column: e.Pos.Column, Message: e.Msg}
			if e.Pos.Line == 1 {
				s.Column -= len(code) - len(c.Code)
			}
			if s.Line == 0 { // the end of main, where something that was opened is missed
				if wrong != nil {
					continue // because of what was wrong before
				}
				s.Line, s.Column = position(source, len(strings.TrimRight(source, " \t\n")))
			}
			wrong = append(wrong, s)
		}
		return Cell{}, wrong
	}
	if c.Result {
		c.Result = endsWithExpression(f)
	}
	return c, nil
}

// endsWithExpression tells whether the last statement of main is an expression.
func endsWithExpression(f *ast.File) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "main" && fn.Recv == nil && len(fn.Body.List) > 0 {
			_, ok := fn.Body.List[len(fn.Body.List)-1].(*ast.ExprStmt)
			return ok
		}
	}
	return false
}
