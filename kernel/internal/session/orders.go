package session

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/hints"
	"github.com/nnlab-go/lab/kernel/internal/report"
	"github.com/nnlab-go/lab/kernel/internal/state"
)

// orders does what the lines of a cell order that are for this kernel and not for GoNB,
// and returns the cell with these lines empty. Those behind all else of the cell are for
// later: its variables are there then.
func (x *execution) orders(source string) string {
	lines := strings.Split(source, "\n")
	last := len(lines) - 1 // that is more than an order
	for last >= 0 && (strings.TrimSpace(lines[last]) == "" || strings.HasPrefix(strings.TrimPrefix(lines[last], "//gonb:"), "%")) {
		last--
	}
	first := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) != "" })
	for i, line := range lines {
		words := strings.Fields(strings.TrimPrefix(line, "//gonb:"))
		switch {
		case len(words) == 0 || x.failure != nil:
		case i == first && slices.Contains(foreign, words[0]):
			return source // the rest is no Go
		case nobodys(line, words[0]):
			x.fail(unknownOrder(words[0]))
		case last >= 0 && i > last && mayWait(words):
			x.behind, lines[i] = append(x.behind, words), ""
		default:
			if rest, ours := x.obey(words); ours {
				lines[i] = rest
			}
		}
	}
	return strings.Join(lines, "\n")
}

// gonbs are the orders that GoNB knows, and foreign those with which a cell is no Go.
var (
	gonbs = strings.Fields("% %% %main %args %test %exec %wasm %widgets %widgets_hb %env %cd %goflags %autoget %noautoget %help %version %reset %ls %list %rm %remove " +
		"%with_inputs %with_password %track %untrack %goworkfix %capture %state %panic %who %del")
	foreign = strings.Fields("%%writefile %%script %%bash %%sh %%gx")
)

// nobodys tells whether a line is an order that neither GoNB nor this kernel knows. GoNB
// would say so in passing, and the notebook would run on.
func nobodys(line, word string) bool {
	name := strings.TrimLeft(word, "%")
	return strings.HasPrefix(strings.TrimPrefix(line, "//gonb:"), "%") && name != "" && !slices.Contains(gonbs, word) && !slices.Contains(foreign, word)
}

func unknownOrder(word string) error {
	if says := hints.Order(strings.TrimLeft(word, "%")); says != "" {
		return fmt.Errorf("%s não existe neste kernel; %s", word, says)
	}
	return fmt.Errorf("%s não existe neste kernel; %%help mostra o que existe", word)
}

// mayWait tells whether an order is one for this kernel alone.
func mayWait(words []string) bool {
	return slices.Contains([]string{"%state", "%panic", "%who", "%del"}, words[0]) || words[0] == "%reset" && len(words) > 1 && words[1] == "vars"
}

// obey does what an order says that is for this kernel, and returns what is left of it for
// GoNB; false where all of it is.
func (x *execution) obey(words []string) (rest string, ours bool) {
	switch words[0] {
	case "%state":
		said, err := state.Order(x.session.State, words[1:], time.Now())
		x.stream("stdout", said)
		x.fail(err)
	case "%panic":
		x.stream("stdout", cmp.Or(x.session.dump, "nenhuma célula terminou em panic\n"))
	case "%who":
		x.stream("stdout", x.who())
	case "%del":
		x.forget(strings.FieldsFunc(strings.Join(words[1:], " "), func(r rune) bool { return r == ' ' || r == ',' }))
	case "%reset":
		_, err := x.session.Builder.Drop()
		x.forgot(nil)
		x.fail(err)
		return "", len(words) > 1 && words[1] == "vars"
	case "%ls", "%list":
		if len(x.session.Builder.Variables()) > 0 {
			x.stream("stdout", x.who())
		}
		return "", false
	case "%rm", "%remove":
		x.forgot(words[1:])
		were, err := x.session.Builder.Drop(words[1:]...)
		if len(words) == 1 || err != nil || len(were) == 0 {
			return "", false
		}
		for _, name := range were {
			x.stream("stdout", ". removed var "+name+"\n")
		}
		left := slices.DeleteFunc(slices.Clone(words[1:]), func(n string) bool { return slices.Contains(were, n) })
		if len(left) > 0 {
			return words[0] + " " + strings.Join(left, " "), true
		}
	default:
		return "", false
	}
	return "", true
}

// fail ends the cell with an error of an order, if there is one.
func (x *execution) fail(err error) {
	if err != nil {
		x.failure = report.New(report.Published{Value: err.Error()}, x.place)
	}
}
