package vars

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// comparer finds where two values differ, and where memory that one shares the other
// does not.
type comparer struct {
	forth, back map[seen]uintptr // pointers that have been met, by type
	all         []pair
	later       []func() error
}

// pair is memory of one value and of the other.
type pair struct{ a, b, size uintptr }

// same compares what two pointers point to.
func same(a, b any) error {
	c := &comparer{forth: map[seen]uintptr{}, back: map[seen]uintptr{}}
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	if err := c.value(va, vb, "v"); err != nil {
		return err
	}
	for len(c.later) > 0 {
		f := c.later[0]
		c.later = c.later[1:]
		if err := f(); err != nil {
			return err
		}
	}
	slices.SortFunc(c.all, func(a, b pair) int { return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(b.size, a.size)) })
	for i := 1; i < len(c.all); i++ {
		p, q := c.all[i-1], c.all[i]
		if q.a < p.a+p.size && q.a-p.a != q.b-p.b {
			return fmt.Errorf("memory is shared otherwise: %d bytes apart became %d", q.a-p.a, int(q.b-p.b))
		}
		if q.a >= p.a+p.size && q.b >= p.b && q.b < p.b+p.size && p.size > 0 && q.size > 0 {
			return fmt.Errorf("memory is shared that was not")
		}
	}
	return nil
}

// pointers notes that two pointers are each other's; false when that was known.
func (c *comparer) pointers(a, b unsafe.Pointer, t reflect.Type, size uintptr) (new bool, err error) {
	ka, kb := seen{uintptr(a), planOf(t), false}, seen{uintptr(b), planOf(t), false}
	fb, okA := c.forth[ka]
	fa, okB := c.back[kb]
	if okA != okB || okA && (fb != uintptr(b) || fa != uintptr(a)) {
		return false, fmt.Errorf("%v: a pointer is another's", t)
	}
	c.forth[ka], c.back[kb] = uintptr(b), uintptr(a)
	c.all = append(c.all, pair{uintptr(a), uintptr(b), size})
	return !okA, nil
}

func (c *comparer) value(a, b reflect.Value, path string) error {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return fmt.Errorf("%s: %v became %v", path, a, b)
	}
	if !a.IsValid() {
		return nil
	}
	t := a.Type()
	if !a.CanAddr() { // so that what is not exported can be looked at
		x, y := reflect.New(t), reflect.New(t)
		x.Elem().Set(a)
		y.Elem().Set(b)
		a, b = x.Elem(), y.Elem()
	}
	a, b = reflect.NewAt(t, a.Addr().UnsafePointer()).Elem(), reflect.NewAt(t, b.Addr().UnsafePointer()).Elem()
	differ := fmt.Errorf("%s: %s became %s", path, short(a), short(b))
	switch p := planOf(t); {
	case p.shape == zeroed:
		if !b.IsZero() {
			return differ
		}
		return nil
	case p.shape == entries:
		m, n := map[any]any{}, map[any]any{}
		a.Addr().Interface().(*sync.Map).Range(func(k, v any) bool { m[k] = v; return true })
		b.Addr().Interface().(*sync.Map).Range(func(k, v any) bool { n[k] = v; return true })
		return c.value(reflect.ValueOf(&m).Elem(), reflect.ValueOf(&n).Elem(), path)
	case p.shape == pointing:
		to, v := pointed(p, a.Addr().UnsafePointer())
		_, w := pointed(p, b.Addr().UnsafePointer())
		return c.value(reflect.NewAt(to.t, v), reflect.NewAt(to.t, w), path)
	}
	switch t.Kind() {
	case reflect.Float32, reflect.Float64:
		if math.Float64bits(a.Float()) != math.Float64bits(b.Float()) {
			return differ
		}
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		if math.Float64bits(real(x)) != math.Float64bits(real(y)) || math.Float64bits(imag(x)) != math.Float64bits(imag(y)) {
			return differ
		}
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() || t.Elem() == rtypeType || testNames.of[place{a.UnsafePointer(), t.Elem()}] != "" {
			if a.UnsafePointer() != b.UnsafePointer() {
				return differ
			}
			return nil
		}
		if t.Elem().Size() == 0 {
			return nil
		}
		if more, err := c.pointers(a.UnsafePointer(), b.UnsafePointer(), t.Elem(), t.Elem().Size()); !more {
			return err
		}
		c.later = append(c.later, func() error { return c.value(a.Elem(), b.Elem(), "*("+path[:min(len(path), 80)]+")") })
	case reflect.Slice:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() || a.Cap() != b.Cap() {
			return differ
		}
		if a.Cap() == 0 || t.Elem().Size() == 0 {
			return nil
		}
		more, err := c.pointers(a.UnsafePointer(), b.UnsafePointer(), reflect.ArrayOf(a.Cap(), t.Elem()), t.Elem().Size()*uintptr(a.Cap()))
		if !more {
			return err
		}
		c.later = append(c.later, func() error {
			a, b := a.Slice(0, a.Cap()), b.Slice(0, b.Cap())
			if planOf(t.Elem()).raw && t.Elem().Kind() != reflect.Struct {
				size := t.Elem().Size() * uintptr(a.Cap())
				if string(bytesAt(a.UnsafePointer(), size)) != string(bytesAt(b.UnsafePointer(), size)) {
					return differ
				}
				return nil
			}
			for i := range a.Len() {
				if err := c.value(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
					return err
				}
			}
			return nil
		})
	case reflect.Array:
		for i := range a.Len() {
			if err := c.value(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if err := c.value(a.Field(i), b.Field(i), path+"."+t.Field(i).Name); err != nil {
				return err
			}
		}
	case reflect.Interface:
		return c.value(a.Elem(), b.Elem(), path)
	case reflect.Map:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return differ
		}
		if a.IsNil() {
			return nil
		}
		if more, err := c.pointers(a.UnsafePointer(), b.UnsafePointer(), t, 0); !more {
			return err
		}
		return c.entries(a, b, path)
	case reflect.Func:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return differ
			}
			return nil
		}
		if code(pointer(a.Addr().UnsafePointer())) != code(pointer(b.Addr().UnsafePointer())) {
			return fmt.Errorf("%s: another function", path)
		}
		if f := testNames.function(pointer(a.Addr().UnsafePointer())); f.Receiver != nil {
			p, x := receiverOf(f, pointer(a.Addr().UnsafePointer()))
			_, y := receiverOf(f, pointer(b.Addr().UnsafePointer()))
			return c.value(reflect.NewAt(p.t, x).Elem(), reflect.NewAt(p.t, y).Elem(), path)
		}
	case reflect.Chan, reflect.UnsafePointer:
		if !b.IsNil() {
			return differ
		}
	default:
		if !a.Equal(b) {
			return differ
		}
	}
	return nil
}

// entries compares those of two maps. Keys that are pointers must have been met, or
// are taken as they come.
func (c *comparer) entries(a, b reflect.Value, path string) error {
	taken := map[int]bool{}
	keys := b.MapKeys()
	for i := a.MapRange(); i.Next(); {
		found := false
		for j, k := range keys {
			if taken[j] {
				continue
			}
			probe := &comparer{forth: map[seen]uintptr{}, back: map[seen]uintptr{}}
			key := k
			if i.Key().Kind() == reflect.Pointer {
				if at, ok := c.forth[seen{uintptr(i.Key().UnsafePointer()), planOf(a.Type().Key().Elem()), false}]; ok && at != uintptr(k.UnsafePointer()) {
					continue
				}
			} else if probe.value(i.Key(), key, "") != nil {
				continue
			}
			taken[j], found = true, true
			if err := c.value(i.Key(), key, path+"(key)"); err != nil {
				return err
			}
			if err := c.value(i.Value(), b.MapIndex(k), path+"["+short(i.Key())+"]"); err != nil {
				return err
			}
			break
		}
		if !found {
			return fmt.Errorf("%s: the key %s is not there", path, short(i.Key()))
		}
	}
	return nil
}

// emptyLike is a pointer to a zero value of the type that another points to.
func emptyLike(v any) any { return reflect.New(reflect.TypeOf(v).Elem()).Interface() }
