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
// A layer of your own that does, and that [RegisterLayer] knows, can stand in a file.
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
	switch v := c[name].(type) {
	case float64:
		return v
	case int:
		return float64(v)
	}
	return 0
}

// Int returns a whole number, or 0 where there is none.
func (c Config) Int(name string) int { return whole(c[name]) }

func whole(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case float64: // as JSON has it
		if n := int(v); float64(n) == v {
			return n
		}
	}
	return 0
}

// intOr returns a whole number, or another one where there is none.
func (c Config) intOr(name string, otherwise int) int {
	if _, said := c[name]; !said {
		return otherwise
	}
	return c.Int(name)
}

// boolOr is the same of a truth value.
func (c Config) boolOr(name string, otherwise bool) bool {
	if _, said := c[name]; !said {
		return otherwise
	}
	return c.Bool(name)
}

// Ints returns a list of whole numbers, or nil where there is none.
func (c Config) Ints(name string) []int {
	switch v := c[name].(type) {
	case []int:
		return slices.Clone(v)
	case []any: // as JSON has it
		list := make([]int, len(v))
		for i := range v {
			list[i] = whole(v[i])
		}
		return list
	}
	return nil
}

// Config returns a configuration within this one, or nil where there is none.
func (c Config) Config(name string) Config {
	switch v := c[name].(type) {
	case Config:
		return v
	case map[string]any: // as JSON has it
		return v
	}
	return nil
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

// ownLayers are the kinds of layers of other packages.
var ownLayers = map[string]func(Config) Layer{}

// RegisterLayer says how a layer of a package of your own is made of its [Config], whose
// kind is the layer's name before "(": in an init function, or at the top of a notebook. A
// kind of this package cannot be taken: RegisterLayer panics.
func RegisterLayer(kind string, make func(Config) Layer) {
	if layerOf(Config{"kind": kind}) != nil || mergerOf(Config{"kind": kind}) != nil {
		panic(&Error{Where: "RegisterLayer", Expected: "a kind that nn has not", Got: kind, Mend: "give your layer another name"})
	}
	ownLayers[kind] = make
}

// NewLayer makes a layer of its configuration. What the configuration lacks counts as 0, which
// compiling refuses where it matters.
func NewLayer(c Config) (Layer, error) {
	if f := c.function(); f != "" {
		return nil, &Error{Where: "NewLayer", Expected: "a configuration of data", Got: fmt.Sprintf("%s with the Go function %s", c.Kind(), f),
			Mend: "make the layer by its constructor, and Load the weights"}
	}
	if l := layerOf(c); l != nil {
		return l, nil
	}
	if make := ownLayers[c.Kind()]; make != nil {
		return make(c), nil
	}
	return nil, &Error{Where: "NewLayer", Expected: "a kind of layer that is known", Got: fmt.Sprintf("%q", c.Kind()),
		Mend: "a layer of your own is made known by nn.RegisterLayer"}
}
