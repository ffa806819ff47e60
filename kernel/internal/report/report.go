// Package report says in words for a student what the compiler and the Go
// runtime say about a generated program: which line of which cell it was, and
// once.
package report

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/hints"
)

// Error is the one error of a cell, as the protocol has it.
type Error struct {
	Name      string
	Value     string
	Traceback []string // plain text; front ends join the lines
	Undefined []string // names that mean nothing to the compiler, each once
}

// Published is the content of GoNB's error message.
type Published struct {
	Name  string `json:"ename"`
	Value string `json:"evalue"`
}

// Place is a place in a cell.
type Place struct {
	Cell, Line int    // as the notebook counts, from 1; 0 where it is in no cell
	Column     int    // in bytes, from 1; 0 when it is not known
	Source     string // of the whole cell, "" when it is not known
}

// Finder finds the place of a line and a column of the generated program.
type Finder func(line, column int) Place

// Stopped is the name of the error of a cell that was stopped, Killed that of one whose
// program has ended without its end.
const (
	Stopped = "interrompida"
	Killed  = "erro de execução"
)

// Interrupted is the error of a cell that was stopped.
func Interrupted() *Error {
	return &Error{Name: Stopped, Value: "a célula foi interrompida", Traceback: []string{"A célula foi interrompida."}}
}

// New is the error that GoNB has published: of the compiler, with all that it
// complains about, or of a program that ended badly.
func New(p Published, find Finder) *Error {
	value := plain.Text(strings.TrimSpace(p.Value))
	switch {
	case strings.HasPrefix(value, "exit status "):
		return ended("o programa terminou com o código " + strings.TrimPrefix(value, "exit status "))
	case strings.HasPrefix(value, "signal: killed"):
		return ended("o sistema encerrou o programa; talvez tenha faltado memória")
	case strings.HasPrefix(value, "signal: "):
		return ended("o programa terminou com o sinal " + strings.TrimPrefix(value, "signal: "))
	}
	if words, ok := strings.CutPrefix(value, "executing special commands in cell: "); ok {
		value = "um comando da célula não funcionou (" + words + ")"
		return &Error{Name: "erro", Value: value, Traceback: strings.Split(value, "\n")}
	}
	problems := complaints(value, find)
	if problems == nil && fullDisk.MatchString(value) {
		why := "não há espaço no disco para compilar a célula"
		return &Error{Name: "disco cheio", Value: why, Traceback: []string{why, "Apague o que não precisa, por exemplo com !rm NOME em uma célula.", value}}
	}
	if problems == nil {
		return &Error{Name: "erro", Value: value, Traceback: strings.Split(value, "\n")}
	}
	return Compilation(problems)
}

// fullDisk is what tools and GoNB say when they cannot write.
var fullDisk = regexp.MustCompile(`no space left on device|disk quota exceeded`)

func ended(how string) *Error { return &Error{Name: Killed, Value: how, Traceback: []string{how}} }

// Problem is one complaint of the compiler.
type Problem struct {
	Place
	Message string // in the compiler's words
	Hint    string // in a student's, "" where there are none
}

// words are the hint and, behind it, what the compiler says.
func (p Problem) words() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Hint + " (" + p.Message + ")"
}

// undefined is what the compiler says of a name that means nothing to it.
var undefined = regexp.MustCompile(`^undefined: ([\pL\d_]+)$`)

// NotCompiled is the name of the error of a cell that does not compile.
const NotCompiled = "erro de compilação"

// Compilation is the error of a cell that does not compile.
func Compilation(problems []Problem) *Error {
	e := &Error{Name: NotCompiled, Value: problems[0].words()}
	for _, p := range problems {
		e.Traceback = append(e.Traceback, p.Lines()...)
		if m := undefined.FindStringSubmatch(p.Message); m != nil && !slices.Contains(e.Undefined, m[1]) {
			e.Undefined = append(e.Undefined, m[1])
		}
	}
	return e
}

// Telling leaves out what a parser complains about behind a line that is no Go, as
// far as it is only that it has lost its way.
func Telling(problems []Problem) []Problem {
	if problems[0].Hint == "" {
		return problems
	}
	told := problems[:1:1]
	for _, p := range problems[1:] {
		if p.Hint != "" && p.Hint != told[len(told)-1].Hint && !hints.General(p.Hint) {
			told = append(told, p)
		}
	}
	return told
}

// Lines are the complaint and the line that it is about.
func (p Problem) Lines() []string {
	if p.Line == 0 {
		return []string{p.words()}
	}
	lines := []string{p.String() + ": " + p.words()}
	source, ok := p.text()
	if !ok {
		return lines
	}
	lines = append(lines, fmt.Sprintf("%4d │ %s", p.Line, source))
	if at := p.Column - 1; at >= 0 && at <= len(source) {
		// Tabs stay, so that the mark stands below its column however wide they are.
		space := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return ' '
		}, source[:at])
		lines = append(lines, "     │ "+space+"^")
	}
	return lines
}

// String is how a place is named.
func (p Place) String() string { return fmt.Sprintf("Célula [%d], linha %d", p.Cell, p.Line) }

// text is the place's line.
func (p Place) text() (string, bool) {
	lines := strings.Split(p.Source, "\n")
	if p.Source == "" || p.Line < 1 || p.Line > len(lines) {
		return "", false
	}
	return lines[p.Line-1], true
}

// complaint is a line of the compiler or of a parser about the program.
var complaint = regexp.MustCompile(`main(?:_test)?\.go:(\d+):(\d+): (.*)$`)

// complaints reads what the compiler wrote, nil if that was not the compiler.
func complaints(text string, find Finder) (problems []Problem) {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := complaint.FindStringSubmatch(line); m != nil {
			p := Problem{Place: find(number(m[1]), number(m[2])), Message: placed(m[3], find)}
			line, _ := p.text()
			p.Hint = hints.Compiler(line, p.Message)
			problems = append(problems, p)
		} else if strings.HasPrefix(line, "\t") && problems != nil {
			problems[len(problems)-1].Message += "\n" + placed(line, find)
		}
	}
	return problems
}

// elsewhere is a place of the program in a message about another one.
var elsewhere = regexp.MustCompile(`[^\s()]*/main(?:_test)?\.go:(\d+)(?::(\d+))?|\bat line (\d+)$`)

// placed names the places in a message as the notebook counts them; of one that is in no
// cell it tells nothing.
func placed(message string, find Finder) string {
	return elsewhere.ReplaceAllStringFunc(message, func(is string) string {
		m := elsewhere.FindStringSubmatch(is)
		at, line, column := "", m[1], number(m[2])
		if line == "" {
			at, line = "at ", m[3]
		}
		p := find(number(line), column)
		if p.Line == 0 {
			return at + "?"
		}
		return at + p.String()
	})
}

// number reads digits that an expression has found.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
