package vars

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shownKey is a type's key as a student would write it.
func shownKey(key string) string {
	var b strings.Builder
	for key != "" {
		i := strings.IndexFunc(key, func(r rune) bool { return !strings.ContainsRune("*[](){},; ", r) })
		if i < 0 {
			i = len(key)
		}
		b.WriteString(key[:i])
		key = key[i:]
		i = strings.IndexAny(key, "*[](){},; ")
		if i < 0 {
			i = len(key)
		}
		word := key[strings.LastIndexByte(key[:i], '/')+1 : i]
		b.WriteString(strings.TrimPrefix(word, "main."))
		key = key[i:]
	}
	return b.String()
}

// short is a value in a few letters. No method of it is called.
func short(v reflect.Value) string { return shorten(v, 3) }

func shorten(v reflect.Value, depth int) string {
	switch {
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', 6, v.Type().Bits())
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', 6, v.Type().Bits())
	case depth == 0:
		return "…"
	}
	switch v.Kind() {
	case reflect.String:
		return quoted(v.String())
	case reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		if v.IsNil() {
			return "nil"
		}
		if v.Kind() == reflect.Interface {
			return shorten(v.Elem(), depth-1)
		}
		if v.Kind() == reflect.Pointer && v.Elem().Kind() != reflect.Pointer {
			return "&" + shorten(v.Elem(), depth-1)
		}
	case reflect.Map:
		if v.Len() == 1 {
			return "1 entrada"
		}
		return strconv.Itoa(v.Len()) + " entradas"
	case reflect.Slice, reflect.Array:
		return sequence(v, depth-1)
	case reflect.Struct:
		return fields(v, depth-1)
	}
	return "…"
}

// fields shows the first fields of a struct: all of a student's own, of another package's
// those that it shows.
func fields(v reflect.Value, depth int) string {
	t := v.Type()
	own := t.PkgPath() == "" || t.PkgPath() == "main"
	var parts []string
	for i := range t.NumField() {
		f := t.Field(i)
		if !own && !f.IsExported() {
			continue
		}
		if len(parts) == 3 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, f.Name+":"+shorten(v.Field(i), depth))
	}
	if parts == nil && t.NumField() > 0 {
		return "{…}"
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// quoted is the beginning of a text.
func quoted(s string) string {
	begins, cut := beginning(s, 40)
	if cut {
		return strconv.Quote(begins) + "…"
	}
	return strconv.Quote(s)
}

// line is the beginning of a text without what moves the cursor.
func line(s string) string {
	begins, cut := beginning(s, 80)
	begins = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, begins)
	if cut {
		begins += "…"
	}
	return begins
}

// beginning is what a text begins with, cut where it has more bytes than most.
func beginning(s string, most int) (begins string, cut bool) {
	if len(s) <= most {
		return s, false
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most], true
}

// sequence shows few elements, or how many there are.
func sequence(v reflect.Value, depth int) string {
	n := v.Len()
	if n > 6 {
		size := strconv.Itoa(n)
		for range 3 {
			if v.Len() == 0 || v.Index(0).Kind() != reflect.Slice && v.Index(0).Kind() != reflect.Array {
				break
			}
			v = v.Index(0)
			size += "×" + strconv.Itoa(v.Len())
		}
		return size
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = shorten(v.Index(i), depth)
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// shortOf is a variable's value in a few letters, whatever is in it.
func shortOf(v Variable) string {
	p := reflect.ValueOf(v.At)
	for p.Elem().Kind() == reflect.Pointer && !p.Elem().IsNil() {
		p = p.Elem()
	}
	if s, ok := p.Interface().(Shower); ok {
		return line(s.ShortVariable())
	}
	return line(short(reflect.ValueOf(v.At).Elem()))
}

// exactly is the value of a variable that is a truth, a number or a short text, behind "=";
// "" of any other.
func exactly(v Variable) string {
	switch e := reflect.ValueOf(v.At).Elem(); {
	case e.Kind() == reflect.Bool:
		return "=" + strconv.FormatBool(e.Bool())
	case e.CanInt():
		return "=" + strconv.FormatInt(e.Int(), 10)
	case e.CanUint():
		return "=" + strconv.FormatUint(e.Uint(), 10)
	case e.CanFloat():
		return "=" + strconv.FormatFloat(e.Float(), 'g', -1, e.Type().Bits())
	case e.Kind() == reflect.String && e.Len() < longString:
		return "=" + e.String()
	}
	return ""
}

// megabytes is a size in words.
func megabytes(n int64) string {
	if n < 1e6 {
		return strconv.FormatInt((n+999)/1000, 10) + " kB"
	}
	whole, part, _ := strings.Cut(strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64), ".")
	return whole + "," + part + " MB"
}
