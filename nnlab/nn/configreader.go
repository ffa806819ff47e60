package nn

import (
	"fmt"
	"maps"
	"slices"
)

// reader reads a [Config] of this package's own, and notes the first thing that is wrong
// with it: a number that is missing, a value of another type, a kind that is not known, a
// name that nothing reads. What is missing must not be guessed: a layer would be another one.
// A nil reader has nothing to say.
type reader struct {
	config Config
	name   string // in the configuration around it, "activation"
	asked  map[string]bool
	within []*reader
	wrong  string
}

func read(c Config) *reader { return &reader{config: c, asked: map[string]bool{"kind": true}} }

// Kind is what it is the configuration of.
func (r *reader) Kind() string { return r.config.Kind() }

// note says what is wrong, unless something is already.
func (r *reader) note(format string, args ...any) {
	if r.wrong == "" {
		r.wrong = fmt.Sprintf(format, args...)
	}
}

// value is what stands under a name, converted: otherwise where nothing does.
func value[T any](r *reader, name, is string, otherwise T, convert func(any) (T, bool)) T {
	r.asked[name] = true
	v := r.config[name]
	if v == nil {
		return otherwise
	}
	t, ok := convert(v)
	if !ok {
		r.note("%s that is %v instead of %s", name, v, is)
	}
	return t
}

func (r *reader) required(name string) {
	if r.config[name] == nil {
		r.note("no %s", name)
	}
}

// Int is a whole number that must be there, as is Float's.
func (r *reader) Int(name string) int {
	r.required(name)
	return r.intOr(name, 0)
}

func (r *reader) intOr(name string, otherwise int) int {
	return value(r, name, "a whole number", otherwise, wholeOf)
}

func (r *reader) Float(name string) float64 {
	r.required(name)
	return r.floatOr(name, 0)
}

func (r *reader) floatOr(name string, otherwise float64) float64 {
	return value(r, name, "a number", otherwise, numberOf)
}

func (r *reader) boolOr(name string, otherwise bool) bool {
	return value(r, name, "true or false", otherwise, as[bool])
}

func (r *reader) textOr(name, otherwise string) string {
	return value(r, name, "a text", otherwise, as[string])
}

func as[T any](v any) (t T, ok bool) {
	t, ok = v.(T)
	return t, ok
}

// Ints is a list of whole numbers, nil where there is none: compiling says where it must
// be.
func (r *reader) Ints(name string) []int {
	return value(r, name, "a list of whole numbers", nil, wholesOf)
}

// Config is a configuration within this one, nil where there is none.
func (r *reader) Config(name string) *reader {
	c := value(r, name, "a configuration", nil, configOf)
	if c == nil {
		return nil
	}
	inner := read(c)
	inner.name = name
	r.within = append(r.within, inner)
	return inner
}

// one is the place in a list of the text under a name, which must be in it.
func (r *reader) one(name string, list []string) int {
	r.required(name)
	text := r.textOr(name, "")
	i := slices.Index(list, text)
	if i < 0 {
		r.note("the %s %q", name, text)
	}
	return max(i, 0)
}

// mistake says what was wrong, or "".
func (r *reader) mistake() string {
	for _, name := range slices.Sorted(maps.Keys(r.config)) {
		if !r.asked[name] {
			r.note("%s, which says nothing there", name)
		}
	}
	if r.wrong != "" {
		return " with " + r.wrong
	}
	for _, inner := range r.within {
		if m := inner.mistake(); m != "" {
			return ", " + inner.name + m
		}
	}
	return ""
}

// err is the mistake as an error.
func (r *reader) err(where string) error {
	m := r.mistake()
	if m == "" {
		return nil
	}
	return &Error{Where: where, Expected: "a configuration as the lab writes it", Got: r.Kind() + m, Mend: "print what its own kind says: nn.Dense(10).(nn.Configured).Config()"}
}
