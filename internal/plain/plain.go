// Package plain makes what comes from outside fit to be shown: names of files, of
// classes, of arrays, what programs write. Whatever shows it, a terminal or a picture,
// does what we say and not what the name says.
package plain

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// escapes are the escape sequences of ECMA-48 and of terminals: with parameters,
// with a string behind them, of two characters; and one that was cut. Most programs
// never meet one.
var escapes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("(?s)(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_].*?(?:\x07|\x1b\\\\|\u009c)|\x1b[ -/]*[0-Z\\\\`-~]|\x1b(?:\\[[0-?]*[ -/]*|[\\]PX^_].*)?$|\x1b")
})

// Text takes what is not to be read out of a text: escape sequences, control
// characters but the ends of lines, tabs and carriage returns, and the signs by which
// letters are shown in another order than they stand in.
func Text(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if !strings.ContainsFunc(s, unseen) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, escapes().ReplaceAllString(s, ""))
}

// unseen tells whether a character is not to be read: the controls of ASCII and Latin-1,
// those of Unicode's bidirectional algorithm that embed, override and isolate, and what
// is no character, which XML refuses.
func unseen(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 ||
		r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r&0xfffe == 0xfffe
}

// Line makes a text one line, as names are shown: what is not seen is a dot, so that
// two names that differ look different, and blanks of all kinds are one space.
func Line(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.ContainsFunc(s, unseen) {
		s = escapes().ReplaceAllString(s, "·")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// Short is Line in at most n characters, the last of which is … where some are left out.
func Short(s string, n int) string {
	s = Line(s)
	if r := []rune(s); n > 0 && len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
