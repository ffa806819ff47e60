package session

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/report"
	"github.com/nnlab-go/lab/kernel/internal/state"
)

// orders does what the lines of a cell order that are for this kernel and not
// for GoNB, and returns the cell with these lines empty.
func (x *execution) orders(source string) string {
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		words := strings.Fields(strings.TrimPrefix(line, "//gonb:"))
		if len(words) == 0 || x.failure != nil {
			continue
		}
		switch words[0] {
		case "%state":
			said, err := state.Order(x.session.State, words[1:], time.Now())
			x.stream("stdout", said)
			if err != nil {
				x.failure = report.New(report.Published{Value: err.Error()}, x.place)
			}
		case "%panic":
			x.stream("stdout", cmp.Or(x.session.dump, "nenhuma célula terminou em panic\n"))
		case "%who":
			x.stream("stdout", x.who())
		case "%del":
			x.forget(words[1:])
		case "%reset":
			if _, err := x.session.Builder.Drop(); err != nil {
				x.failure = report.New(report.Published{Value: err.Error()}, x.place)
			}
			if len(words) < 2 || words[1] != "vars" {
				continue // the rest is GoNB's
			}
		case "%ls", "%list":
			if len(x.session.Builder.Variables()) > 0 {
				x.stream("stdout", x.who())
			}
			continue
		case "%rm", "%remove":
			were, err := x.session.Builder.Drop(words[1:]...)
			if len(words) == 1 || err != nil || len(were) == 0 {
				continue
			}
			for _, name := range were {
				x.stream("stdout", ". removed var "+name+"\n")
			}
			rest := slices.DeleteFunc(slices.Clone(words[1:]), func(n string) bool { return slices.Contains(were, n) })
			if len(rest) > 0 {
				lines[i] = words[0] + " " + strings.Join(rest, " ")
				continue
			}
		default:
			continue
		}
		lines[i] = ""
	}
	return strings.Join(lines, "\n")
}
