package vars

import (
	"image"
	"sync"
	"testing"
	"time"
)

// The list of variables shows the first fields of a struct: all of a student's own types,
// which these without a name stand for, and of another package's those that it shows.
func TestStructsAreShown(t *testing.T) {
	type partly struct { // a name that no other type of the tests has: by names types are found again
		Name string
		n    int
	}
	for _, c := range []struct {
		value any // a pointer to it
		want  string
	}{
		{&struct{ X, y float64 }{1.5, 2}, "{X:1.5 y:2}"},
		{&struct{ A, B, C, D int }{1, 2, 3, 4}, "{A:1 B:2 C:3 …}"},
		{&struct{}{}, "{}"},
		{ptr([]struct{ S string }{{"a"}, {"b"}}), `[{S:"a"} {S:"b"}]`},
		{ptr(&struct{ P image.Point }{image.Pt(1, 2)}), "&{P:{X:1 Y:2}}"},
		{ptr(partly{"n", 1}), `{Name:"n"}`},
		{ptr(time.Time{}), "{…}"},
		{&struct{ sync.Mutex }{}, "{Mutex:{…}}"},
	} {
		if got := shortOf(Variable{Name: "x", At: c.value}); got != c.want {
			t.Errorf("%T is shown as %s instead of %s", c.value, got, c.want)
		}
	}
}
