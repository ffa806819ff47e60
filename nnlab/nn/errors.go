package nn

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Error says where something was wrong, what was expected, what was found and
// how to mend it. Fields that do not apply are empty.
type Error struct {
	Where         string       // "layer 3 (Dense 512)", "Fit", a file's name
	Layer         int          // the position in Sequential, from 1; 0 when it is no layer
	Expected      string       // "[features]"
	Got           string       // "[28 28 1]"
	Mend          string       // "put nn.Flatten() before it"
	ExpectedShape tensor.Shape // when a shape was wrong and one shape would be right
	GotShape      tensor.Shape // when a shape was wrong
	Err           error        // the cause, when there is one

	shown bool
}

// Error joins the parts: "layer 3 (Dense 512): expects [features], got
// [28 28 1]; put nn.Flatten() before it". In a notebook, where the message is
// put under the cell as soon as it arises, later calls only refer to it, so that
// a cell that prints the error does not show it twice.
func (e *Error) Error() string {
	if e.shown {
		return plain.Text(e.Where) + ": the error shown above"
	}
	return e.text()
}

func (e *Error) text() string {
	var b strings.Builder
	b.WriteString(e.Where)
	sep := ": "
	part := func(word, s string) {
		if s != "" {
			b.WriteString(sep + word + s)
			sep = ", "
		}
	}
	part("expects ", e.Expected)
	part("got ", e.Got)
	if e.Err != nil {
		part("", e.Err.Error())
	}
	sep = "; "
	part("", e.Mend)
	return plain.Text(b.String())
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// at says where an error arose, if it does not say so itself.
func at(where string, err error) error {
	if e, ok := err.(*Error); ok && e.Where == "" {
		e.Where = where
		return e
	}
	return err
}

// warn says what is allowed and hardly meant, once in a program.
func warn(e *Error) {
	if _, said := warned.LoadOrStore(e.text(), true); !said {
		fmt.Fprintln(os.Stderr, "nnlab: warning: "+e.text())
	}
}

var warned sync.Map // by their text

// stateFolder is where the kernel keeps a notebook's models; "" outside a
// notebook.
func stateFolder() string { return os.Getenv("NNLAB_STATE") }

// show puts an error under the cell, once, and returns it. Outside a notebook
// the program that called decides what to do with it.
func show(err error) error {
	if e, ok := err.(*Error); ok && !e.shown && stateFolder() != "" {
		fmt.Fprintln(os.Stderr, "nnlab: "+e.text())
		e.shown = true
	}
	return err
}
