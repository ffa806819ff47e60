package cells

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// Cell is a cell in the form in which GoNB runs it.
type Cell struct {
	Code string
	// Lines tells for each line of Code which line of the cell it is, from 1; 0
	// for a line that the student has not written. nil: they are the same.
	Lines []int
	// Statements tells that the body of main is the cell's own statements; what they
	// declare at the top lives on.
	Statements bool
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

// Split sorts a cell of Go: functions, types, constants and imports stay as they are,
// statements go into a function main. So do declarations of variables, each of which
// runs once, in its cell. A cell with orders to GoNB is left to it; one that has a
// function main of its own is a program, whose variables are GoNB's.
func Split(source string) (Cell, []SyntaxError) {
	source = ownLines(source)
	if Magic(source) {
		return Cell{Code: source}, twice(mainOf(source))
	}
	source, shell := commands(source)
	all := items(source)
	statements, variables, mains := 0, 0, -1
	for k := range all {
		i := &all[k]
		switch {
		case !i.declaration:
			statements++
		case i.first == token.VAR:
			variables++
		case i.name == "main" && i.first == token.FUNC:
			mains = i.start
		}
	}
	if wrong := twice(source); wrong != nil {
		return Cell{}, wrong
	}
	if statements == 0 && (variables == 0 || mains >= 0) {
		return shell.before(check(source, Cell{Code: source}))
	}
	if mains >= 0 {
		line, column := position(source, mains)
		return Cell{}, []SyntaxError{{line, column, "a célula tem func main e também comandos fora de funções; deixe só um dos dois"}}
	}
	for k := range all {
		all[k].declaration = all[k].declaration && all[k].first != token.VAR
	}
	last := all[len(all)-1]
	c, wrong := check(source, inMain(source, all, false))
	if last.list && !last.closed && len(wrong) == 1 && strings.Contains(wrong[0].Message, "1 expression") {
		if listed, no := check(source, inMain(source, all, true)); no == nil {
			c, wrong = listed, nil
		}
	}
	return shell.before(c, wrong)
}

// ownLines is a cell without what says that its lines are those of another file: GoNB ends by
// that, and no error would be found. Every other byte stays where it is.
func ownLines(source string) string {
	if !strings.Contains(source, "//line ") && !strings.Contains(source, "/*line ") {
		return source
	}
	text := []byte(source)
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(source), func(token.Position, string) {}, scanner.ScanComments) // what is wrong is said later
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return string(text)
		}
		if tok == token.COMMENT && strings.HasPrefix(lit[2:], "line ") {
			text[file.Offset(pos)+2] = 'L'
		}
	}
}

// inMain puts statements into main. The last may be a list of values, as a last line of
// Python is, which is no statement of Go: it becomes one value that holds them.
func inMain(source string, all []item, listed bool) Cell {
	b := builder{source: source}
	for _, i := range all {
		if i.declaration && i.first != token.PACKAGE {
			b.add(i)
		}
	}
	b.line("func main() {", 0)
	for k, i := range all {
		switch {
		case i.declaration:
		case listed && k == len(all)-1:
			i.to = i.end // a comma has no effect in a comment
			b.line(ValueList+"{", 0)
			b.add(i)
			b.text[len(b.text)-1] += ","
			b.line("}", 0)
		default:
			b.add(i)
		}
	}
	b.line("}", 0)
	last := all[len(all)-1]
	return Cell{Code: strings.Join(b.text, "\n"), Lines: b.lines, Statements: true, Result: !last.declaration && !last.closed}
}

// ValueList is the type of the last statement of a cell that ends with several values. It
// is written without names that a student may have given to something else.
const ValueList = "[]interface{}"

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
	main := Main(f)
	if main == nil || len(main.Body.List) == 0 {
		return false
	}
	_, ok := Unlabeled(main.Body.List[len(main.Body.List)-1]).(*ast.ExprStmt)
	return ok
}
