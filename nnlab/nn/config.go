package nn

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Config is what a layer was told, as data, under Keras's names: {"kind": "Conv2D",
// "filters": 32, "kernel_size": [3 3], "padding": "same", "activation": {"kind": "relu"}}.
// What is left out has Keras's default. Values are numbers, texts, truth values, lists of
// whole numbers, and other Configs, so that it can be written as JSON and read again.
//
// Files, exporters and a student's own layers use it: [LayerInfo] has it, [NewLayer] makes
// a layer of it.
type Config map[string]any

// Configured is implemented by layers, merges and functions that can say what they were told.
// A layer of your own that does, and that [RegisterLayer] knows, can stand in a file, and so
// can a merge that [RegisterMerge] knows.
type Configured interface{ Config() Config }

// Kind is what it is the configuration of: "Conv2D".
func (c Config) Kind() string { return c.Text("kind") }

// Text returns a text, or "" where there is none.
func (c Config) Text(name string) string {
	s, _ := c[name].(string)
	return s
}

// Bool returns a truth value, or false where there is none.
func (c Config) Bool(name string) bool {
	b, _ := c[name].(bool)
	return b
}

// Float returns a number, or 0 where there is none.
func (c Config) Float(name string) float64 {
	v, _ := numberOf(c[name])
	return v
}

// Int returns a whole number, or 0 where there is none.
func (c Config) Int(name string) int {
	v, _ := wholeOf(c[name])
	return v
}

// Ints returns a list of whole numbers, or nil where there is none.
func (c Config) Ints(name string) []int {
	v, _ := wholesOf(c[name])
	return v
}

// Values are as a program writes them, or as JSON has them.

func numberOf(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	}
	return 0, false
}

func wholeOf(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case float64:
		if n := int(v); float64(n) == v {
			return n, true
		}
	}
	return 0, false
}

func wholesOf(v any) ([]int, bool) {
	switch v := v.(type) {
	case []int:
		return slices.Clone(v), true
	case []any:
		list, ok := make([]int, len(v)), true
		for i := range v {
			var whole bool
			list[i], whole = wholeOf(v[i])
			ok = ok && whole
		}
		return list, ok
	}
	return nil, false
}

func configOf(v any) (Config, bool) {
	switch v := v.(type) {
	case Config:
		return v, true
	case map[string]any:
		return v, true
	}
	return nil, false
}

// Config returns a configuration within this one, or nil where there is none.
func (c Config) Config(name string) Config {
	v, _ := configOf(c[name])
	return v
}

// put adds a value, unless it is the zero value of its type.
func (c Config) put(name string, v any) {
	if r := reflect.ValueOf(v); r.IsValid() && !r.IsZero() {
		c[name] = v
	}
}

// String is the configuration as JSON, names in the order of the alphabet.
func (c Config) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// function names a Go function in it, which no file can hold, or is "".
func (c Config) function() string {
	if c.Bool("function") {
		return c.Kind()
	}
	for name := range c {
		if within := c.Config(name); within != nil {
			if f := within.function(); f != "" {
				return f
			}
		}
	}
	return ""
}

// The kinds of layers and of merges of other packages.
var (
	ownLayers = map[string]func(Config) Layer{}
	ownMerges = map[string]func(Config) Merger{}
)

// RegisterLayer says how a layer of a package of your own is made of its [Config], whose
// kind is the layer's name before "(": in an init function, or at the top of a notebook. A
// kind of this package cannot be taken: RegisterLayer panics.
func RegisterLayer(kind string, make func(Config) Layer) {
	checkKind("RegisterLayer", kind, make == nil)
	ownLayers[kind] = make
}

// RegisterMerge does the same for a merge of your own, see [Merge].
func RegisterMerge(kind string, make func(Config) Merger) {
	checkKind("RegisterMerge", kind, make == nil)
	ownMerges[kind] = make
}

func checkKind(where, kind string, makesNothing bool) {
	if c := read(Config{"kind": kind}); layerOf(c) != nil || mergerOf(c) != nil {
		panic(&Error{Where: where, Expected: "a kind that nn has not", Got: kind, Mend: "give yours another name"})
	}
	if makesNothing {
		panic(&Error{Where: where + " " + kind, Expected: "a function that makes one of its configuration", Got: "nil", Mend: "write func(c nn.Config) … that does"})
	}
}

// NewLayer makes a layer of its configuration. A name, a kind or a value in it that the layer
// does not know is refused by name, as is a number that is missing and has no default.
func NewLayer(c Config) (Layer, error) {
	if f := c.function(); f != "" {
		return nil, &Error{Where: "NewLayer", Expected: "a configuration of data", Got: fmt.Sprintf("%s with the Go function %s", c.Kind(), f),
			Mend: "make the layer by its constructor, and Load the weights"}
	}
	r := read(c)
	if l := layerOf(r); l != nil {
		if err := r.err("NewLayer"); err != nil {
			return nil, err
		}
		return l, nil
	}
	if make := ownLayers[c.Kind()]; make != nil {
		return make(c), nil
	}
	return nil, &Error{Where: "NewLayer", Expected: "a kind of layer that is known", Got: fmt.Sprintf("%q", c.Kind()),
		Mend: "a layer of your own is made known by nn.RegisterLayer, a merge by nn.RegisterMerge"}
}
