// Package result shows the value of a cell's last expression. It imports next to
// nothing, because every program of a cell is linked anew.
package result

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// Shower is a value that knows how it is shown best: MIME type → text, or base64
// of what is not text. Of a value that has been shown already it is empty.
type Shower interface{ ShowResult() map[string]string }

// File names the environment variable with the file that the kernel reads when
// the cell has ended.
const File = "NNLAB_RESULT"

// longest is how much of a text is shown.
const longest = 20000

// Show shows the values of an expression. An error behind other values is not
// shown when it is nil.
func Show(values ...any) {
	if forms := Forms(values...); len(forms) > 0 {
		Write(forms)
	}
}

// Forms are the values in the forms in which a front end can show them.
func Forms(values ...any) map[string]string {
	n := len(values)
	if n > 0 && values[n-1] == nil {
		values = values[:n-1]
	}
	if len(values) == 1 {
		if s, ok := values[0].(Shower); ok {
			return s.ShowResult()
		}
	}
	if len(values) == 0 {
		return nil
	}
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = text(v)
	}
	return map[string]string{"text/plain": shorten(strings.Join(words, " "))}
}

// text is a value in words.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return strconv.Quote(string(v))
	case error, fmt.Stringer, fmt.Formatter:
		return fmt.Sprint(v)
	}
	if m := matrixOf(v); m != nil {
		return table(m)
	}
	if list := followed(v); list != nil {
		return fmt.Sprint(list)
	}
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Func {
		return t.String() // its address says nothing; the type, what it gives when it is called
	}
	// What the inside of another package's value looks like is nobody's business.
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t != nil && t.Kind() == reflect.Struct && t.PkgPath() != "" && t.PkgPath() != "main" && hides(t) {
		return fmt.Sprintf("%T", v)
	}
	return fmt.Sprintf("%+v", v)
}

// followed is a list or a map of pointers to structs with what they point to, in words,
// in their place; nil of another value.
func followed(v any) any {
	r := reflect.ValueOf(v)
	toStruct := func() bool {
		e := r.Type().Elem()
		return e.Kind() == reflect.Pointer && e.Elem().Kind() == reflect.Struct
	}
	switch r.Kind() {
	case reflect.Slice, reflect.Array:
		if !toStruct() {
			return nil
		}
		list := make([]string, r.Len())
		for i := range list {
			list[i] = text(r.Index(i).Interface())
		}
		return list
	case reflect.Map:
		if !toStruct() {
			return nil
		}
		m := reflect.MakeMap(reflect.MapOf(r.Type().Key(), reflect.TypeFor[string]()))
		for i := r.MapRange(); i.Next(); {
			m.SetMapIndex(i.Key(), reflect.ValueOf(text(i.Value().Interface())))
		}
		return m.Interface()
	}
	return nil
}

// hides tells whether a struct has a field that only its package may read.
func hides(t reflect.Type) bool {
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// matrix is one of gonum's, which this package does not import.
type matrix interface {
	Dims() (rows, columns int)
	At(row, column int) float64
}

// matrixOf is the value, or the variable that has it, as a matrix; else nil.
func matrixOf(v any) matrix {
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Struct {
		p := reflect.New(r.Type())
		p.Elem().Set(r)
		r = p
	}
	if r.Kind() == reflect.Pointer && !r.IsNil() {
		m, _ := r.Interface().(matrix)
		return m
	}
	return nil
}

// Of a matrix no more is shown than this.
const mostRows, mostColumns = 20, 10

// table is a matrix, its columns one below the other.
func table(m matrix) string {
	rows, columns := m.Dims()
	shown := make([][]string, min(rows, mostRows))
	width := 0
	for i := range shown {
		for j := range min(columns, mostColumns) {
			number := strconv.FormatFloat(m.At(i, j), 'g', 5, 64)
			shown[i] = append(shown[i], number)
			width = max(width, len(number))
		}
	}
	lines := []string{fmt.Sprintf("%d × %d", rows, columns)}
	for _, row := range shown {
		for j, number := range row {
			row[j] = fmt.Sprintf("%*s", width, number)
		}
		if columns > mostColumns {
			row = append(row, "…")
		}
		lines = append(lines, strings.Join(row, "  "))
	}
	if rows > mostRows {
		lines = append(lines, "…")
	}
	return strings.Join(lines, "\n")
}

func shorten(s string) string {
	if len(s) <= longest {
		return s
	}
	end := longest
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	return s[:end] + fmt.Sprintf("… (mais %d bytes)", len(s)-end)
}

// Write hands the forms of a value to the kernel. Outside a notebook it prints
// the text.
func Write(forms map[string]string) {
	path := os.Getenv(File)
	if path == "" {
		fmt.Println(forms["text/plain"])
		return
	}
	var b strings.Builder
	for mime, data := range forms {
		fmt.Fprintf(&b, "%s %d\n%s\n", mime, len(data), data)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "nnlab:", err)
	}
}
