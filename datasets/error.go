package datasets

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
)

// Error says where something was wrong with data, what was expected, what was
// found and how to mend it. Fields that do not apply are empty.
type Error struct {
	Where    string // a file's path, "Take", "FromSlices", …
	Expected string
	Got      string
	Mend     string
	Err      error // the cause, when there is one
}

// Error joins the parts: "Take: expects 1 to 10000 examples, got 20000". Several
// causes stand on a line each.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Where)
	part := func(before, s string) {
		if s != "" {
			b.WriteString(before + s)
		}
	}
	part(": expects ", e.Expected)
	if e.Expected == "" {
		part(": ", e.Got)
	} else {
		part(", got ", e.Got)
	}
	end := "; "
	if e.Err != nil {
		cause := e.Err.Error()
		if strings.Contains(cause, "\n") {
			cause, end = "\n\t"+strings.ReplaceAll(cause, "\n", "\n\t"), "\n"
		}
		part(": ", cause)
	}
	part(end, e.Mend)
	return plain.Text(b.String())
}

// checkOptions refuses an option that is nil.
func checkOptions[O any](where string, options []O) error {
	for i, o := range options {
		if any(o) == nil {
			return &Error{Where: where, Expected: "options", Got: fmt.Sprintf("nil in place %d of them", i+1), Mend: "leave it out"}
		}
	}
	return nil
}

// failed is a set that was told what cannot be.
func failed(err error) *Set {
	return &Set{prepare: func() (view, error) { return view{}, err }}
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
