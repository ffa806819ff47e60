package cells

import (
	"go/parser"
	"go/token"
	"regexp"
	"strings"
)

// Magic tells whether a cell has lines that are not Go but orders to GoNB, and is
// for it as it stands. Commands of the shell alone (!ls) do not make it that, where
// there is Go beside them.
func Magic(source string) bool {
	shell := false
	var rest strings.Builder
	for line := range strings.Lines(source) {
		bare := strings.TrimPrefix(line, "//gonb:")
		switch {
		case bare != "" && bare[0] == '%', bare != line && bare != "" && bare[0] == '!':
			return true
		case bare != "" && bare[0] == '!':
			shell = true
		default:
			rest.WriteString(line)
		}
	}
	return shell && len(lex(rest.String())) == 0
}

// Shell tells whether a cell has lines for the system's shell, which may do
// anything before its Go is compiled.
func Shell(source string) bool {
	for line := range strings.Lines(source) {
		if strings.HasPrefix(strings.TrimPrefix(line, "//gonb:"), "!") {
			return true
		}
	}
	return false
}

// question is a name with a question mark behind it.
var question = regexp.MustCompile(`^\s*([\pL_][\pL\d_.]*)\?\s*$`)

// Question tells whether a cell asks what a name is.
func Question(source string) (name string, ok bool) {
	m := question.FindStringSubmatch(source)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// Statements tells whether a cell is Go of which a part, at least, belongs into
// a function.
func Statements(source string) bool {
	if Magic(source) || strings.TrimSpace(source) == "" {
		return false
	}
	_, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+source, parser.SkipObjectResolution)
	return err != nil
}
