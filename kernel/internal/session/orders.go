package session

import (
	"cmp"
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
		default:
			continue
		}
		lines[i] = ""
	}
	return strings.Join(lines, "\n")
}
