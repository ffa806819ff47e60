package vars

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// random makes types and values of them, the same ones for the same seed.
type random struct {
	*rand.Rand
	made map[reflect.Type][]reflect.Value // addressable values of a type, for aliases
}

func newRandom(seed uint64) *random {
	return &random{rand.New(rand.NewPCG(seed, 1)), map[reflect.Type][]reflect.Value{}}
}

// pool are the types that others are made of.
var pool = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[float32](),
	reflect.TypeFor[float64](), reflect.TypeFor[complex64](), reflect.TypeFor[string](), reflect.TypeFor[point](), reflect.TypeFor[node](),
	reflect.TypeFor[*node](), reflect.TypeFor[tree[int]](), reflect.TypeFor[any](), reflect.TypeFor[error](), reflect.TypeFor[figure](),
	reflect.TypeFor[self](), reflect.TypeFor[mixed](), reflect.TypeFor[time.Time](), reflect.TypeFor[week](), reflect.TypeFor[embeds](),
	reflect.TypeFor[strings.Builder](), reflect.TypeFor[func(int) int](), reflect.TypeFor[struct{}](), reflect.TypeFor[table](),
}

// kinds are the types that an interface may hold.
var kinds = []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[string](), reflect.TypeFor[point](), reflect.TypeFor[*point](), reflect.TypeFor[*node](),
	reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](), reflect.TypeFor[square](), reflect.TypeFor[*circle](), reflect.TypeFor[week](),
	reflect.TypeFor[[]float32](), reflect.TypeFor[*int](), reflect.TypeFor[mixed](), reflect.TypeFor[[3]*int]()}

func (r *random) typ(depth int) reflect.Type {
	if depth == 0 || r.IntN(4) == 0 {
		return pool[r.IntN(len(pool))]
	}
	switch r.IntN(6) {
	case 0:
		return reflect.PointerTo(r.typ(depth - 1))
	case 1, 2:
		return reflect.SliceOf(r.typ(depth - 1))
	case 3:
		return reflect.ArrayOf(r.IntN(4), r.typ(depth-1))
	case 4:
		for {
			if key := r.typ(depth - 1); hashable(key) {
				return reflect.MapOf(key, r.typ(depth-1))
			}
		}
	}
	var fields []reflect.StructField
	for i := range r.IntN(5) {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: r.typ(depth - 1)})
	}
	return reflect.StructOf(fields)
}

// hashable tells whether values of a type can be keys that are found again.
func hashable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Uint16, reflect.String:
		return true
	case reflect.Array:
		return hashable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !hashable(t.Field(i).Type) {
				return false
			}
		}
		return t != reflect.TypeFor[time.Time]()
	}
	return false
}

// fill sets a value, and remembers it and its parts for pointers to them.
func (r *random) fill(v reflect.Value, depth int) {
	t := v.Type()
	v = reflect.NewAt(t, v.Addr().UnsafePointer()).Elem()
	r.made[t] = append(r.made[t], v)
	switch t {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<33), r.Int64N(1e9)).In([]*time.Location{time.UTC, time.Local}[r.IntN(2)])))
		return
	case reflect.TypeFor[strings.Builder]():
		for range r.IntN(3) {
			v.Addr().Interface().(*strings.Builder).WriteString(r.text())
		}
		return
	case reflect.TypeFor[error]():
		if e := []error{nil, io.EOF, os.ErrNotExist, fmt.Errorf("e%d", r.IntN(9))}[r.IntN(4)]; e != nil {
			v.Set(reflect.ValueOf(e))
		}
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.Int64())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(r.Uint64())
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{r.NormFloat64(), math.NaN(), math.Copysign(0, -1)}[r.IntN(3)])
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(r.NormFloat64(), r.NormFloat64()))
	case reflect.String:
		v.SetString(r.text())
	case reflect.Func:
		if t == reflect.TypeFor[func(int) int]() && r.IntN(2) == 0 {
			v.Set(reflect.ValueOf(double))
		}
	case reflect.Pointer:
		old := r.made[t.Elem()]
		switch n := r.IntN(3); {
		case n == 0 && len(old) > 0:
			v.Set(old[r.IntN(len(old))].Addr())
		case n > 0 && depth > 0:
			v.Set(reflect.New(t.Elem()))
			r.fill(v.Elem(), depth-1)
		}
	case reflect.Slice:
		old := r.made[t]
		switch n := r.IntN(4); {
		case n == 0 && len(old) > 0:
			s := old[r.IntN(len(old))]
			from := r.IntN(s.Len() + 1)
			to := from + r.IntN(s.Cap()-from+1)
			v.Set(s.Slice3(from, to, to+r.IntN(s.Cap()-to+1)))
		case n > 0 && depth > 0:
			capacity := r.IntN(5)
			if r.IntN(20) == 0 && planOf(t.Elem()).raw {
				capacity = r.IntN(3000)
			}
			v.Set(reflect.MakeSlice(t, capacity, capacity))
			for i := range capacity {
				r.fill(v.Index(i), depth-1)
			}
			v.SetLen(r.IntN(capacity + 1))
		}
	case reflect.Array:
		for i := range t.Len() {
			r.fill(v.Index(i), depth)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			r.fill(v.Field(i), depth)
		}
	case reflect.Map:
		old := r.made[t]
		switch n := r.IntN(3); {
		case n == 0:
			v.Set(old[r.IntN(len(old))])
		case depth > 0:
			v.Set(reflect.MakeMap(t))
			for range r.IntN(4) {
				k, e := reflect.New(t.Key()), reflect.New(t.Elem())
				keep := r.made
				r.made = map[reflect.Type][]reflect.Value{} // nothing points into a map
				r.fill(k.Elem(), depth-1)
				r.fill(e.Elem(), depth-1)
				r.made = keep
				v.SetMapIndex(k.Elem(), e.Elem())
			}
		}
	case reflect.Interface:
		if depth == 0 || r.IntN(4) == 0 {
			return
		}
		of := kinds[r.IntN(len(kinds))]
		if of.Implements(t) {
			e := reflect.New(of)
			keep := r.made
			r.made = map[reflect.Type][]reflect.Value{} // nothing points into an interface
			r.fill(e.Elem(), depth-1)
			r.made = keep
			v.Set(e.Elem())
		}
	}
}

func (r *random) text() string {
	if r.IntN(8) == 0 {
		return strings.Repeat("ção", r.IntN(60))
	}
	return strings.Repeat("x", r.IntN(4))
}

// randomVariables are some variables of random types, with their values or without.
func randomVariables(seed uint64, values bool) any {
	r := newRandom(seed)
	var fields []reflect.StructField
	for i := range 1 + r.IntN(3) {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("V", i), Type: r.typ(3)})
	}
	v := reflect.New(reflect.StructOf(fields))
	if values {
		for i := range len(fields) {
			r.fill(v.Elem().Field(i), 5)
		}
	}
	return v.Interface()
}

// TestRandom encodes values of random types here and decodes them in another process.
func TestRandom(t *testing.T) {
	n := 10000
	if testing.Short() {
		n = 1000
	}
	dir := t.TempDir()
	for i := range n {
		v := randomVariables(uint64(i), true)
		list, _ := variablesOf(v)
		f := newFiles(dir, fileName("b", i), 0)
		if err := put(filepath.Join(dir, fmt.Sprint(i)), list, f); err != nil {
			t.Fatalf("%d: %T: %v", i, v, err)
		}
		f.close()
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), step+"="+dir, fmt.Sprint(step, "_RANDOM=", n))
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v\n%.3000s", err, out)
	}
}

// randomStep is the other process.
func randomStep(dir string, n int) {
	for i := range n {
		v := randomVariables(uint64(i), false)
		_, by := variablesOf(v)
		err := take(filepath.Join(dir, fmt.Sprint(i)), by, newFiles(dir, "", 0))
		if err == nil {
			err = same(randomVariables(uint64(i), true), v)
		}
		if err != nil {
			fmt.Printf("%d: %T: %v\n", i, v, err)
		}
	}
}
