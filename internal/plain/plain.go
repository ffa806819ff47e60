// Package plain makes what comes from outside fit to be shown: names of files, of
// classes, of arrays, what programs write. Whatever shows it, a terminal or a picture,
// does what we say and not what the name says.
package plain

import (
	"strings"
	"unicode"
)

// withoutEscapes puts a text in the place of each escape sequence.
func withoutEscapes(s, by string) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, "\x1b\u009b")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		if n := escape(s); n > 0 {
			b.WriteString(by)
			s = s[n:]
		} else {
			b.WriteString("\u009b")
			s = strings.TrimPrefix(s, "\u009b")
		}
	}
}

// escape is the length of the escape sequence with which a text begins, by ECMA-48 and as
// terminals have it: with parameters, with a string behind it, of two characters; and of
// one that was cut. A regular expression would say it in a line, and what reads that would
// be linked into every cell.
func escape(s string) int {
	rest, short := strings.CutPrefix(s, "\u009b") // which is ESC [ in one character
	if !short {
		var is bool
		if rest, is = strings.CutPrefix(s, "\x1b"); !is {
			return 0
		}
	}
	upTo := func(tail string) int { return len(s) - len(tail) }
	switch {
	case short || strings.HasPrefix(rest, "["):
		if !short {
			rest = rest[1:]
		}
		rest = strings.TrimLeftFunc(rest, func(r rune) bool { return r >= '0' && r <= '?' })
		rest = strings.TrimLeftFunc(rest, between)
		switch {
		case rest != "" && rest[0] >= '@' && rest[0] <= '~':
			return upTo(rest[1:])
		case short:
			return 0
		case rest == "":
			return len(s)
		}
		return 1
	case rest != "" && strings.IndexByte("]PX^_", rest[0]) >= 0:
		end := 0
		for _, mark := range []string{"\x07", "\x1b\\", "\u009c"} {
			if _, tail, ok := strings.Cut(rest, mark); ok && (end == 0 || upTo(tail) < end) {
				end = upTo(tail)
			}
		}
		switch {
		case end > 0:
			return end
		case rest[0] == 'P' || rest[0] == 'X':
			return 2
		}
		return len(s)
	}
	rest = strings.TrimLeftFunc(rest, between)
	if rest != "" && (rest[0] >= '0' && rest[0] <= 'Z' || rest[0] == '\\' || rest[0] >= '`' && rest[0] <= '~') {
		return upTo(rest[1:])
	}
	return 1
}

// between tells whether a character may stand before the last one of a sequence.
func between(r rune) bool { return r >= ' ' && r <= '/' }

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
	}, withoutEscapes(s, ""))
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
		s = withoutEscapes(s, "·")
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

// HTML writes a text into a page, between tags or as an attribute, as html.EscapeString
// does. That one stands beside the table of all of HTML's two thousand names, which is in
// every program that imports its package: a cell would take a tenth longer to link.
func HTML(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, `&<>"'`)
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		switch s[i] {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&#34;")
		case '\'':
			b.WriteString("&#39;")
		}
		s = s[i+1:]
	}
	b.WriteString(s)
	return b.String()
}
