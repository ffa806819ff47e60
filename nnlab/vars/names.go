package vars

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// Name is an exported variable of a package: what it points to keeps its identity.
type Name struct {
	Name string // "io.EOF"
	At   any    // its address
}

// place is where a value of a type is. The address alone does not tell: a struct begins
// where its first field does, and values without size may lie where any other does.
type place struct {
	at unsafe.Pointer
	t  reflect.Type
}

// names are the things that a program has by name: types, functions, variables of
// packages.
type names struct {
	of        map[place]string // what variables of packages point to
	values    map[string]place
	codes     map[uintptr]*Function
	functions map[string]*Function
	types     map[string]reflect.Type
	walk      []reflect.Type // types whose parts have not been looked at
}

func newNames(c *Cell) *names {
	n := &names{of: map[place]string{}, values: map[string]place{}, codes: map[uintptr]*Function{},
		functions: map[string]*Function{}, types: map[string]reflect.Type{}}
	for _, v := range slices.Concat(wellKnown, c.Names) {
		e := reflect.ValueOf(v.At).Elem()
		n.name(v.At, "&"+v.Name)
		if e.Kind() == reflect.Interface {
			e = e.Elem()
		}
		if e.Kind() == reflect.Pointer && !e.IsNil() {
			n.name(e.Interface(), v.Name)
		}
	}
	for i := range c.Functions {
		f := &c.Functions[i]
		n.functions[f.Name], n.codes[code(word(f.F))] = f, f
	}
	for _, v := range c.Variables {
		n.walk = append(n.walk, planOfVariable(v).t)
	}
	for _, t := range c.Types {
		n.walk = append(n.walk, reflect.TypeOf(t).Elem())
	}
	n.walk = append(append(n.walk, basic...), anyType, reflect.TypeFor[error]())
	return n
}

// name notes what a pointer is called. Several variables may have the same; the
// first is its name.
func (n *names) name(p any, name string) {
	at := place{word(p), reflect.TypeOf(p).Elem()}
	n.values[name] = at
	if n.of[at] == "" {
		n.of[at] = name
	}
}

// basic are Go's types without parts, in the order of their kinds.
var basic = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](),
	reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
	reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](),
	reflect.TypeFor[uint32](), reflect.TypeFor[uint64](), reflect.TypeFor[uintptr](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](),
	reflect.TypeFor[complex128](), reflect.TypeFor[string](),
}

// find finds a type of the program by its key, nil where there is none: among those
// that variables lead to, or that the program has for itself.
func (n *names) find(key string) reflect.Type {
	for {
		if t := n.types[key]; t != nil {
			return t
		}
		if len(n.walk) == 0 {
			break
		}
		t := n.walk[0]
		n.walk = n.walk[1:]
		n.look(t)
	}
	if t := linked(key); t != nil {
		n.look(t)
		return t
	}
	return nil
}

// look notes a type and its parts.
func (n *names) look(t reflect.Type) {
	key := keyOf(t)
	if n.types[key] != nil {
		return
	}
	n.types[key] = t
	switch t.Kind() {
	case reflect.Map:
		n.walk = append(n.walk, t.Key(), t.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		n.walk = append(n.walk, t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			n.walk = append(n.walk, t.Field(i).Type)
		}
	}
}

//go:linkname typesByString reflect.typesByString
func typesByString(s string) []unsafe.Pointer

// linked finds a named type that the program has been linked with: *T is in its
// list of types, by the name of its package only.
func linked(key string) reflect.Type {
	i := strings.IndexByte(key, '[')
	if i < 0 {
		i = len(key)
	}
	dot := strings.LastIndexByte(key[:i], '.')
	if dot <= 0 || strings.ContainsAny(key[:i], "*{( ") {
		return nil
	}
	var found reflect.Type
	for _, name := range packageNames(key[:dot]) {
		for _, p := range typesByString("*" + name + key[dot:]) {
			var e any
			*(*unsafe.Pointer)(unsafe.Pointer(&e)) = p
			if t := reflect.TypeOf(e).Elem(); keyOf(t) == key {
				if found != nil && found != t {
					return nil // local types of one name
				}
				found = t
			}
		}
	}
	return found
}

// packageNames are what a package of an import path may be called.
func packageNames(path string) []string {
	elements := strings.Split(path, "/")
	name := elements[len(elements)-1]
	if n := len(elements); n > 1 && len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = elements[n-2]
	}
	name, _, _ = strings.Cut(name, ".")
	return []string{name, strings.TrimPrefix(name, "go-"), strings.TrimSuffix(name, "-go")}
}

// keyOf is a type's name for all programs: with whole import paths.
func keyOf(t reflect.Type) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		return t.PkgPath() + "." + t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + keyOf(t.Elem())
	case reflect.Slice:
		return "[]" + keyOf(t.Elem())
	case reflect.Array:
		return "[" + strconv.Itoa(t.Len()) + "]" + keyOf(t.Elem())
	case reflect.Map:
		return "map[" + keyOf(t.Key()) + "]" + keyOf(t.Elem())
	case reflect.Chan:
		return t.ChanDir().String() + " " + keyOf(t.Elem())
	}
	var b strings.Builder
	switch t.Kind() {
	case reflect.Func:
		b.WriteString("func(")
		for i := range t.NumIn() {
			if i == t.NumIn()-1 && t.IsVariadic() {
				b.WriteString("..." + keyOf(t.In(i).Elem()) + ",")
				continue
			}
			b.WriteString(keyOf(t.In(i)) + ",")
		}
		b.WriteString(")(")
		for i := range t.NumOut() {
			b.WriteString(keyOf(t.Out(i)) + ",")
		}
		b.WriteString(")")
	case reflect.Struct:
		b.WriteString("struct{")
		for i := range t.NumField() {
			f := t.Field(i)
			if f.PkgPath != "" {
				b.WriteString(f.PkgPath + ".")
			}
			if !f.Anonymous {
				b.WriteString(f.Name + " ")
			}
			b.WriteString(keyOf(f.Type))
			if f.Tag != "" {
				b.WriteString(" " + strconv.Quote(string(f.Tag)))
			}
			b.WriteString(";")
		}
		b.WriteString("}")
	case reflect.Interface:
		// Not method by method: a program that asks for methods by number keeps all of
		// those that its types have.
		if t.NumMethod() > 0 {
			return t.String()
		}
		return "interface{}"
	default:
		return t.String() // unsafe.Pointer
	}
	return b.String()
}
