package cells

import (
	"go/scanner"
	"go/token"
)

// item is a declaration or a statement of a cell: its text with the comments in
// front of it.
type item struct {
	from, to    int // offsets of the text; from is where the item before ended
	start, end  int // offsets of the first token and behind the last one
	declaration bool
	first       token.Token
	name        string   // of a function or of a type that stands alone
	receiver    string   // of a method: the words in front of its name
	words       []string // the identifiers, those behind a period left out
	defines     []string // by := at the top level
	closed      bool     // by a semicolon that was written
	list        bool     // of values, if anything: a comma and no assignment at the top level
}

// lexeme is a token and where it stands.
type lexeme struct {
	token.Token
	text     string
	from, to int
}

// lex reads tokens; what is wrong with them the parser will say.
func lex(source string) (all []lexeme) {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), nil, 0)
	for {
		pos, t, text := s.Scan()
		if t == token.EOF {
			return all
		}
		from := file.Offset(pos)
		length := len(text)
		switch {
		case t == token.SEMICOLON && text == "\n":
			length = 0
		case length == 0 || t.IsOperator():
			length = len(t.String())
		}
		// A raw string's text has lost its carriage returns.
		all = append(all, lexeme{t, text, from, min(from+length, len(source))})
	}
}

// items splits a cell at the semicolons, written or not, that are in no
// parentheses or blocks.
func items(source string) (found []item) {
	var current []lexeme
	from, depth := 0, 0
	end := func(to int, closed bool) {
		if current != nil {
			found = append(found, newItem(current, from, to, closed))
			from = to
		}
		current = nil
	}
	for _, x := range lex(source) {
		switch x.Token {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.SEMICOLON:
			if depth > 0 || inHeader(current, x) {
				break
			}
			closed := x.text == ";"
			if current == nil && closed && len(found) > 0 {
				found[len(found)-1].closed = true
			}
			end(x.from, closed)
			if closed {
				from = x.to
			}
			continue
		}
		current = append(current, x)
	}
	end(len(source), false)
	return found
}

// inHeader tells whether a semicolon belongs to the header of a for, an if or a
// switch: it was written and no block has been closed before it.
func inHeader(before []lexeme, x lexeme) bool {
	if x.text != ";" || len(before) == 0 || before[len(before)-1].Token == token.RBRACE {
		return false
	}
	switch afterLabel(before)[0].Token {
	case token.FOR, token.IF, token.SWITCH:
		return true
	}
	return false
}

// afterLabel leaves out a label in front of a statement.
func afterLabel(x []lexeme) []lexeme {
	if len(x) > 2 && x[0].Token == token.IDENT && x[1].Token == token.COLON {
		return x[2:]
	}
	return x
}

func newItem(x []lexeme, from, to int, closed bool) item {
	i := item{from: from, to: to, start: x[0].from, end: x[len(x)-1].to, first: x[0].Token, closed: closed}
	switch i.first {
	case token.IMPORT, token.VAR, token.CONST, token.TYPE, token.PACKAGE:
		i.declaration = true
		if i.first == token.TYPE && len(x) > 1 && x[1].Token == token.IDENT {
			i.name = x[1].text
		}
	case token.FUNC:
		i.name, i.receiver, i.declaration = functionName(x)
	}
	depth, commas, assigns := 0, false, false
	for k, l := range x {
		if depth == 0 {
			commas = commas || l.Token == token.COMMA
			assigns = assigns || l.Token == token.ASSIGN || l.Token == token.DEFINE
		}
		switch l.Token {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.IDENT:
			if k == 0 || x[k-1].Token != token.PERIOD {
				i.words = append(i.words, l.text)
			}
		case token.DEFINE:
			if depth == 0 && i.defines == nil && i.first == token.IDENT {
				i.defines = i.words[:len(i.words):len(i.words)]
			}
		}
	}
	i.list = commas && !assigns && !i.declaration
	return i
}

// functionName is the name of a declared function, or of a method with its
// receiver's type and a period; a function literal that is called has none.
func functionName(x []lexeme) (name, receiver string, ok bool) {
	if len(x) > 1 && x[1].Token == token.IDENT {
		return x[1].text, "", true
	}
	depth, parameters := 0, 0
	for k, l := range x {
		switch l.Token {
		case token.LPAREN:
			depth++
		case token.LBRACK:
			parameters++
		case token.RBRACK:
			parameters--
		case token.IDENT:
			if depth == 1 && parameters == 0 {
				receiver = l.text + "." // the last word, as (t *T), (T) and (t T[P]) have it
			}
		case token.RPAREN:
			if depth--; depth == 0 {
				if k+2 < len(x) && x[k+1].Token == token.IDENT && x[k+2].Token == token.LPAREN {
					return x[k+1].text, receiver, true
				}
				return "", "", false
			}
		}
	}
	return "", "", false
}
