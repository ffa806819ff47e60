// Package grade hands what an expression gives in a cell to who checks the
// notebook (nnlab-kernel check). It goes by a file of a name that the cell's
// author cannot know, not by what the cell prints, and looks at the values
// themselves, not at what their methods say of them.
package grade

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"

	"github.com/nnlab-go/lab/internal/whole"
)

// To is the file that an answer goes to.
type To string

// Answer is what an expression gave.
type Answer struct {
	Numbers []float64 // of a number, or of slices and arrays of numbers, in order
	Bool    bool
	Text    string // a string, or how fmt shows what is nothing else of these
	Kind    Kind
	Err     string // the error that it gave instead, or beside
}

// Kind says which of an Answer's fields counts.
type Kind int

const (
	Nothing Kind = iota
	Numbers
	Bool
	Text
)

// Values writes the values of an expression. A last one that is an error is kept
// apart: nil is left out.
func (to To) Values(values ...any) { to.send(Of(values...)) }

// Rounds writes what each of n rounds of a question gives.
func (to To) Rounds(n int, round func() Answer) {
	answers := make([]Answer, n)
	for i := range answers {
		answers[i] = round()
	}
	to.send(answers...)
}

// Of is the answer that values are, see [To.Values].
func Of(values ...any) (a Answer) {
	if n := len(values); n > 1 {
		switch err := values[n-1].(type) {
		case nil:
			values = values[:n-1]
		case error:
			values, a.Err = values[:n-1], err.Error()
		}
	}
	for _, v := range values {
		a.add(reflect.ValueOf(v))
	}
	return a
}

// Logs are named numbers, such as nn.Logs.
type Logs interface {
	fmt.Stringer
	Get(name string) (float64, bool)
}

// Metric writes one number of what a model's Evaluate returned.
func (to To) Metric(name string, logs Logs, err error) {
	var a Answer
	if err != nil {
		a.Err = err.Error()
	} else if v, ok := logs.Get(name); ok {
		a = Answer{Kind: Numbers, Numbers: []float64{v}}
	} else {
		a.Err = fmt.Sprintf("o modelo não mede %s; mede %v", name, logs)
	}
	to.send(a)
}

// Done writes that something has been done, or the error that it gave.
func (to To) Done(err error) {
	var a Answer
	if err != nil {
		a.Err = err.Error()
	}
	to.send(a)
}

func (to To) send(answers ...Answer) {
	if err := to.write(answers); err != nil {
		fmt.Fprintln(os.Stderr, "grade:", err)
		os.Exit(1)
	}
}

// add adds a value; of several that are not all numbers the last counts.
func (a *Answer) add(v reflect.Value) {
	for (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case v.CanInt():
		a.Numbers, a.Kind = append(a.Numbers, float64(v.Int())), Numbers
	case v.CanUint():
		a.Numbers, a.Kind = append(a.Numbers, float64(v.Uint())), Numbers
	case v.CanFloat():
		a.Numbers, a.Kind = append(a.Numbers, v.Float()), Numbers
	case v.Kind() == reflect.Bool:
		a.Bool, a.Kind = v.Bool(), Bool
	case v.Kind() == reflect.String:
		a.Text, a.Kind = v.String(), Text
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		for i := range v.Len() {
			a.add(v.Index(i))
		}
	default:
		a.Text, a.Kind = fmt.Sprint(v), Text
	}
}

// write makes the file; one that is there already is not ours.
func (to To) write(answers []Answer) (err error) {
	f, err := os.OpenFile(string(to), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return gob.NewEncoder(f).Encode(answers)
}

// Largest is how many bytes an answer may have. Whoever reads it must not run out of
// memory, whatever a program has written.
const Largest = 1 << 20

// Read returns the answers, of which there must be n, and removes their file. That may
// be anything that a program could put in its place: what is no file is refused and
// never waited for, nor are links followed.
func (to To) Read(n int) (a []Answer, err error) {
	f, err := whole.Open(string(to))
	if errors.Is(err, fs.ErrNotExist) {
		return a, err
	}
	defer os.Remove(string(to))
	if errors.Is(err, whole.ErrIrregular) {
		return a, errors.New("a resposta não é um arquivo")
	}
	if err != nil {
		return a, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, Largest+1))
	if err != nil {
		return a, err
	}
	if len(data) > Largest {
		return a, fmt.Errorf("a resposta tem mais de %d MiB", Largest>>20)
	}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&a); err != nil {
		return a, errors.New("a resposta está estragada")
	}
	if len(a) != n {
		return nil, fmt.Errorf("esperadas %d respostas, há %d", n, len(a))
	}
	return a, nil
}
