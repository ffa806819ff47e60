package report

import (
	"regexp"
	"strings"
)

var (
	// frame is a line of a dump that names a line of the program. GoNB marks most
	// of them, not all, as those of a cell.
	frame = regexp.MustCompile(`gonb_\w+/main(?:_test)?\.go:(\d+)`)
	// trouble is where the message of a panic ends.
	trouble = regexp.MustCompile(`\n(\[signal |\s*goroutine \d+ |runtime stack:)`)
	// address is what the runtime puts behind the text of an error or a string.
	address = regexp.MustCompile(` \[recovered(, repanicked)?\]`)
)

// Panic is the error of a program that panicked: what the panic says and the
// lines of cells that led to it, the innermost first.
func Panic(dump string, find Finder) *Error {
	dump = Plain(dump)
	message := dump
	if at := trouble.FindStringIndex(dump); at != nil {
		message = dump[:at[0]]
	}
	message = address.ReplaceAllString(strings.TrimSpace(message), "")
	name, value, ok := strings.Cut(message, ": ")
	if !ok {
		name, value = "panic", message
	}
	e := &Error{Name: name, Value: value, Traceback: []string{message}}
	// Only the goroutine that panicked, which comes first, has to do with it.
	_, stack, _ := strings.Cut(dump, "\ngoroutine ")
	stack, _, _ = strings.Cut(stack, "\n\n")
	before := ""
	for _, m := range frame.FindAllStringSubmatch(stack, -1) {
		p := Problem{Place: find(number(m[1]), 0)}
		if p.Line == 0 || p.String() == before {
			continue
		}
		before = p.String()
		e.Traceback = append(e.Traceback, before)
		if _, ok := p.text(); ok {
			e.Traceback = append(e.Traceback, p.lines()[1])
		}
	}
	e.Traceback = append(e.Traceback, "(%panic mostra a pilha inteira)")
	return e
}
