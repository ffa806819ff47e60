package vars

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unique"
	"unsafe"
	"weak"
)

// What cannot be kept is refused with its place, its type and the reason.
func TestRefused(t *testing.T) {
	n := 3
	file, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	here, there := net.Pipe()
	defer there.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, c := range []struct {
		value any // a pointer to it
		want  string
	}{
		{ptr(make(chan int)), "x (chan int): um canal só existe no processo da célula"},
		{ptr(map[string][]chan bool{"a": {nil, make(chan bool)}}), `x["a"][1] (chan bool): um canal`},
		{ptr(func() int { n++; return n }), "x (func() int): uma função que usa variáveis locais"},
		{&struct{ f []func() }{[]func(){nil, func() { n++ }}}, "x.f[1] (func()): uma função"},
		{ptr(file), "x (*os.File): um arquivo ou uma conexão"},
		{ptr(any(file)), "x (*os.File): um arquivo"},
		{&struct{ log []*os.File }{[]*os.File{nil, file}}, "x.log[1] (*os.File)"},
		{ptr(here), "whyProcess"},
		{ptr(time.NewTimer(time.Hour)), "x (*time.Timer): pertence ao processo"},
		{ptr(ctx), "(*context.cancelCtx)|(chan struct {})"},
		{ptr(maphash.MakeSeed()), "x (maphash.Seed): vale só no processo"},
		{ptr(unique.Make("a")), "x (unique.Handle[string]): vale só"},
		{ptr(weak.Make(&n)), "x (weak.Pointer[int]): pertence ao processo"},
		{ptr(reflect.ValueOf(n)), "x (reflect.Value): pertence ao processo"},
		{ptr(unsafe.Pointer(&n)), "x (unsafe.Pointer): pertence ao processo"},
		{&struct{ k refuser }{refuser{"não quer"}}, "x.k (vars.refuser): não quer"},
		{ptr(map[string]refuser{"a": {}}), `x["a"] (vars.refuser): em um mapa, só um ponteiro`},
		{ptr([]chan int{make(chan int)}), "x[0] (chan int)"},
		{ptr([1]chan int{make(chan int)}), "x[0] (chan int)"},
		{ptr([]fmt.Stringer{said(func() string { return fmt.Sprint(n) })}), "x[0] (fmt.Stringer): uma função"},
		{ptr(any(said(func() string { return fmt.Sprint(n) }))), "x (vars.said): uma função"},
		{ptr([]int32{1, 2, 3}), ""},
	} {
		v := Variable{Name: "x", At: c.value}
		s := newScan(testNames, []Variable{v})
		s.run()
		got := ""
		if s.refused[0] != nil {
			got = explain(testNames, v).Error()
		}
		ok := c.want == "" && got == "" || c.want == "whyProcess" && got != ""
		for _, w := range strings.Split(c.want, "|") {
			ok = ok || w != "" && strings.Contains(got, w)
		}
		if !ok {
			t.Errorf("%T: refused with %q, want %q", c.value, got, c.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// said has a name that no other package can write.
type said func() string

func (s said) String() string { return s() }

// refuser keeps itself, if it has no reason against it.
type refuser struct{ why string }

func (r *refuser) KeepVariable() (any, error) {
	if r.why != "" {
		return nil, errors.New(r.why)
	}
	return nil, nil
}

func (r *refuser) RestoreVariable(any) error { return nil }

// What leads to a value that cannot be kept is refused as well, though another variable
// has led there first; what only shares other memory with that one is kept whole.
func TestSharedWithRefused(t *testing.T) {
	bad, numbers := &refuser{"nicht"}, []*int{ptr(1), ptr(2)}
	v := &struct {
		A *refuser
		B []any
		C struct {
			Bad     *refuser
			Numbers []*int
		}
		D []*int
	}{A: bad, B: []any{1, bad}, D: numbers}
	v.C.Bad, v.C.Numbers = bad, numbers
	list, _ := variablesOf(v)
	s := newScan(testNames, list)
	s.run()
	for i, want := range []string{"nicht", "nicht", "nicht", ""} {
		if got := s.refused[i]; (got == nil) != (want == "") || got != nil && got.why != want {
			t.Errorf("%s: refused with %v, want %q", list[i].Name, got, want)
		}
	}
	if s.group(3) != 3 || s.bytes[3] != int64(unsafe.Sizeof(numbers))+2*int64(unsafe.Sizeof(numbers[0]))+2*int64(unsafe.Sizeof(1)) {
		t.Errorf("of what is kept %d bytes were found, in the group of %d", s.bytes[3], s.group(3))
	}
}

// Memory that is seen with two types is refused, not guessed at.
func TestTwoTypes(t *testing.T) {
	a := make([]int32, 10)
	x := struct {
		A []int32
		B []int64
	}{a[:5:5], unsafe.Slice((*int64)(unsafe.Pointer(&a[4])), 3)}
	s := newScan(testNames, []Variable{{Name: "x", At: &x}})
	s.run()
	if r := s.refused[0]; r == nil || !strings.Contains(r.why, "unsafe") {
		t.Errorf("refused with %v", r)
	}
}

// recipe keeps itself as something else, with memory that it shares.
type recipe struct {
	name    string
	weights []float32
	loaded  bool
}

func (r *recipe) KeepVariable() (any, error) {
	return map[string]any{"name": r.name, "weights": r.weights}, nil
}

func (r *recipe) RestoreVariable(state any) error {
	m, _ := state.(map[string]any)
	r.name, _ = m["name"].(string)
	r.weights, _ = m["weights"].([]float32)
	r.loaded = true
	if r.name == "bad" {
		return errors.New("a receita não serve")
	}
	return nil
}

// wrapped is a Keeper whose first field is another one, at the same address, and that
// leads to a third.
type wrapped struct {
	head  recipe
	inner *recipe
	note  string
	own   bool // its state leads into itself
}

func (w *wrapped) KeepVariable() (any, error) {
	if w.own {
		return &w.head, nil
	}
	return []any{w.note, w.inner, w.head.name}, nil
}

func (w *wrapped) RestoreVariable(state any) error {
	all, _ := state.([]any)
	if len(all) != 3 {
		return errors.New("another state")
	}
	w.note, _ = all[0].(string)
	w.inner, _ = all[1].(*recipe)
	w.head.name, _ = all[2].(string)
	if !w.inner.loaded {
		return errors.New("what its state leads to has not been restored")
	}
	return nil
}

// What keeps itself may lead to what keeps itself: that is there when the outer one is
// made again, in whatever order they have been met.
func TestKeeperInKeeper(t *testing.T) {
	one := &wrapped{recipe{name: "h"}, &recipe{name: "a", weights: []float32{1, 2}}, "b", false}
	other := &wrapped{recipe{name: "g"}, &recipe{name: "c"}, "d", false}
	type both struct{ A, B any }
	for i, v := range []*both{{A: one}, {one, one.inner}, {one.inner, one}, {[]any{one.inner, other}, []*wrapped{one, other}}} {
		dir := t.TempDir()
		list, _ := variablesOf(v)
		f := newFiles(dir, "b1", 0)
		if err := put(filepath.Join(dir, "1"), list, f); err != nil {
			t.Fatal(err)
		}
		f.close()
		w := &both{}
		_, by := variablesOf(w)
		if err := take(filepath.Join(dir, "1"), by, newFiles(dir, "b2", 0)); err != nil {
			t.Fatal(i, err)
		}
		var got *wrapped
		switch i {
		case 0, 1:
			got = w.A.(*wrapped)
		case 2:
			got = w.B.(*wrapped)
		case 3:
			got = w.B.([]*wrapped)[0]
			if o := w.B.([]*wrapped)[1]; o != w.A.([]any)[1] || o.note != "d" || o.inner.name != "c" {
				t.Errorf("%d: got %+v", i, o)
			}
		}
		if got.note != "b" || got.head.name != "h" || got.inner.name != "a" || len(got.inner.weights) != 2 {
			t.Errorf("%d: got %+v", i, got)
		}
	}
}

// What keeps itself is not looked into: nothing that points there can come back.
func TestIntoKeeper(t *testing.T) {
	one, some := &wrapped{inner: &recipe{}}, make([]recipe, 1)
	for _, v := range []any{&struct{ A *wrapped }{&wrapped{own: true}}, &struct {
		A *wrapped
		B *recipe
	}{one, &one.head}, &struct {
		A []recipe
		B *bool
	}{some, &some[0].loaded}} {
		list, _ := variablesOf(v)
		s := newScan(testNames, list)
		s.run()
		if r := s.refused[len(list)-1]; r == nil || !strings.Contains(r.why, "aponta para dentro de um valor") {
			t.Errorf("%T: refused with %v", v, r)
		}
	}
}

// extended has the methods of what is embedded in it, and more than that would keep.
type extended struct {
	recipe
	Notes []string
}

type referring struct {
	Note string
	*extended
}

// sealedRecipe says itself how it is kept.
type sealedRecipe struct {
	recipe
	Left int
}

func (s *sealedRecipe) KeepVariable() (any, error) { return s.Left + 1, nil }

func (s *sealedRecipe) RestoreVariable(state any) error {
	s.Left, _ = state.(int)
	return nil
}

func TestEmbeddedKeeper(t *testing.T) {
	dir := t.TempDir()
	type all struct {
		A extended
		B *referring
		C *sealedRecipe
	}
	v := &all{extended{recipe{name: "a"}, []string{"x"}}, &referring{"n", &extended{recipe{name: "b"}, []string{"y"}}}, &sealedRecipe{recipe{name: "c"}, 4}}
	list, _ := variablesOf(v)
	f := newFiles(dir, "b1", 0)
	if err := put(dir, list, f); err != nil {
		t.Fatal(err)
	}
	w := &all{}
	_, by := variablesOf(w)
	if err := take(dir, by, newFiles(dir, "b2", 0)); err != nil {
		t.Fatal(err)
	}
	if w.A.name != "a" || !w.A.loaded || len(w.A.Notes) != 1 || w.B.Note != "n" || w.B.name != "b" || !w.B.loaded || w.B.Notes[0] != "y" {
		t.Errorf("got %+v, %+v", w.A, w.B)
	}
	if w.C.Left != 5 || w.C.name != "" {
		t.Errorf("got %+v", w.C)
	}
}

func TestKeeper(t *testing.T) {
	dir := t.TempDir()
	r := &recipe{name: "a", weights: make([]float32, 1000)}
	v := &struct {
		A *recipe
		B recipe
		C []float32
	}{r, recipe{name: "b"}, r.weights[10:20]}
	v.C[0] = 5
	list, _ := variablesOf(v)
	f := newFiles(dir, "b1", 0)
	if err := put(filepath.Join(dir, "1"), list, f); err != nil {
		t.Fatal(err)
	}
	f.close()
	w := reflect.New(reflect.TypeOf(v).Elem())
	_, by := variablesOf(w.Interface())
	if err := take(filepath.Join(dir, "1"), by, newFiles(dir, "b2", 0)); err != nil {
		t.Fatal(err)
	}
	got := w.Interface().(*struct {
		A *recipe
		B recipe
		C []float32
	})
	if !got.A.loaded || got.A.name != "a" || !got.B.loaded || got.B.name != "b" || &got.A.weights[10] != &got.C[0] || got.C[0] != 5 {
		t.Errorf("got %+v", got)
	}
	bad := &recipe{name: "bad"}
	list, by = variablesOf(&struct{ A *recipe }{bad})
	f = newFiles(dir, "b3", 0)
	if err := put(filepath.Join(dir, "2"), list, f); err != nil {
		t.Fatal(err)
	}
	if err := take(filepath.Join(dir, "2"), by, f); err == nil || !strings.Contains(err.Error(), "a receita não serve") {
		t.Errorf("a bad recipe: %v", err)
	}
}
