package cells

import (
	"go/parser"
	"go/token"
	"strings"
)

// Magic tells whether a cell has lines that are not Go but orders to GoNB.
func Magic(source string) bool {
	for line := range strings.Lines(source) {
		line = strings.TrimPrefix(line, "//gonb:")
		if line != "" && (line[0] == '%' || line[0] == '!') {
			return true
		}
	}
	return false
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
