package report

import (
	"regexp"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/hints"
	"github.com/nnlab-go/lab/kernel/internal/pt"
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

// ofRuntime is how what the runtime says begins.
var ofRuntime = regexp.MustCompile(`^(panic: (runtime error: |assignment to entry|interface conversion: |send on closed|close of closed)|fatal error: |runtime: )`)

// noMemory is what Go says when it gets no memory: for a heap, an arena or a
// thread's stack.
var noMemory = regexp.MustCompile(`(?m)^fatal error: .*(out of memory|cannot (allocate|map|reserve))|failed to create new OS thread|errno=12`)

// inRuntime is the crash of the Go runtime itself, on a stack of the system's: its garbage
// collector does not always notice that it got no memory.
var inRuntime = regexp.MustCompile(`^SIG(SEGV|BUS): .*\nPC=.*\n\ngoroutine 0 `)

// Dropped says why an error ended a cell.
const Dropped = "ninguém ficou com este erro"

// NoMemory is the name of the error of a program that needed more memory than it
// may have.
const NoMemory = "falta de memória"

// memory says the error of a program that got no more memory than limit bytes, 0
// if that is not known.
func memory(limit int64) (value, advice string) {
	value = "a célula precisou de mais memória do que há"
	if limit > 0 {
		value = "a célula precisou de mais memória do que pode usar (" + pt.Memory(uint64(limit)) + ")"
	}
	return value, "Use menos dados de uma vez: um lote (BatchSize) menor, menos amostras, uma rede menor."
}

// Panic is the error of a program that panicked: what the panic says and the
// lines of cells that led to it, the innermost first. limit is the memory that it
// may have, in bytes.
func Panic(dump string, limit int64, find Finder) *Error {
	dump = plain.Text(dump)
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
	// What a program says itself, and not the runtime, needs no other words.
	if ofRuntime.MatchString(message) {
		if says := hints.Runtime(message); says != "" {
			e.Traceback = append(e.Traceback, says)
		}
	}
	collector := limit > 0 && inRuntime.MatchString(dump)
	if collector || noMemory.MatchString(dump) {
		value, advice := memory(limit)
		e = &Error{Name: NoMemory, Value: value, Traceback: []string{value, advice}}
	}
	// Only the goroutine that panicked, which comes first, has to do with it.
	_, stack, _ := strings.Cut(dump, "\ngoroutine ")
	if !collector { // else it is the one behind it
		stack, _, _ = strings.Cut(stack, "\n\n")
	}
	if strings.Contains(stack, "/nnlab/vars.drop(") { // in another goroutine than main's
		e.Traceback = append(e.Traceback, Dropped)
	}
	before := ""
	for _, m := range frame.FindAllStringSubmatch(stack, -1) {
		p := Problem{Place: find(number(m[1]), 0)}
		if p.Line == 0 || p.String() == before {
			continue
		}
		before = p.String()
		e.Traceback = append(e.Traceback, before)
		if _, ok := p.text(); ok {
			e.Traceback = append(e.Traceback, p.Lines()[1])
		}
	}
	e.Traceback = append(e.Traceback, "(%panic mostra a pilha inteira)")
	return e
}
