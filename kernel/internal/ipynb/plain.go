package ipynb

import (
	"regexp"
	"strings"
)

// escapes are the escape sequences of ECMA-48 and of terminals: with parameters,
// with a string behind them, of two characters; and one that was cut.
var escapes = regexp.MustCompile("(?s)(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_].*?(?:\x07|\x1b\\\\|\u009c)|\x1b[ -/]*[0-Z\\\\`-~]|\x1b(?:\\[[0-?]*[ -/]*|[\\]PX^_].*)?$|\x1b")

// Plain takes what is for a terminal and not to be read out of a text: escape
// sequences and control characters, but the ends of lines, tabs and carriage
// returns.
func Plain(s string) string {
	if !strings.ContainsFunc(s, control) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return -1
		}
		return r
	}, escapes.ReplaceAllString(s, ""))
}

func control(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0
}
