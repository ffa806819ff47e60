// Package cells reads the text of a notebook's cells as what it is: Go at the
// top level of a file or inside a function, or something else that GoNB knows
// how to run.
package cells

import (
	"go/scanner"
	"go/token"
	"strings"
)

// The states in which a cell that is being typed can be.
const (
	Whole      = "complete"
	Incomplete = "incomplete"
	Invalid    = "invalid"
)

// Complete tells whether a cell can be executed as it stands or is to be typed
// on, and then by how much its next line is indented.
func Complete(source string) (status, indent string) {
	if _, ok := Question(source); ok {
		return Whole, ""
	}
	if Magic(source) {
		if strings.HasSuffix(strings.TrimRight(source, " \t"), "\\") {
			return Incomplete, ""
		}
		if strings.HasPrefix(source, "%%") && !strings.HasSuffix(source, "\n") {
			return Incomplete, "" // an empty line ends it
		}
		return Whole, ""
	}
	var open []token.Token
	closes := map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}
	unfinished := false
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	status = Whole
	s.Init(file, []byte(source), func(_ token.Position, message string) {
		// Raw strings and comments that go on; what else is wrong does not mend itself.
		if strings.HasSuffix(message, "not terminated") && (strings.HasPrefix(message, "raw string") || strings.HasPrefix(message, "comment")) {
			unfinished = true
		} else {
			status = Invalid
		}
	}, 0)
	var last token.Token
	for {
		_, t, text := s.Scan()
		if t == token.EOF {
			break
		}
		if t == token.SEMICOLON && text == "\n" {
			continue
		}
		switch t {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, t)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(open) == 0 || open[len(open)-1] != closes[t] {
				return Invalid, ""
			}
			open = open[:len(open)-1]
		}
		last = t
	}
	if status == Invalid {
		return Invalid, ""
	}
	if unfinished || len(open) > 0 || continues(last) {
		return Incomplete, strings.Repeat("\t", len(open))
	}
	return Whole, ""
}

// continues tells whether a line that ends with t goes on in the next.
func continues(t token.Token) bool {
	switch t {
	case token.INC, token.DEC, token.RPAREN, token.RBRACK, token.RBRACE, token.SEMICOLON, token.ELLIPSIS:
		return false
	case token.PERIOD, token.COMMA, token.COLON:
		return true
	}
	return t.IsOperator()
}
