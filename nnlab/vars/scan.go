package vars

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// refusal is why a variable cannot be kept: where in it stands what.
type refusal struct {
	path, typ, why string
	absent         bool // only this program lacks something, another may have it
}

func (r *refusal) Error() string { return r.path + " (" + r.typ + "): " + r.why }

// region is memory that something points to: values of one type in a row, or a map.
type region struct {
	at    uintptr
	plan  *plan // of one value; flat
	count int
	isMap bool   // the map that a map value points to, not the value
	path  string // only where it is wanted
}

func (r *region) size() uintptr { // a map counts as a pointer
	return uintptr(r.count) * r.plan.size
}

// object is memory as a whole: regions that lie in each other or overlap.
type object struct {
	region
	root  int // the variable that it is, -1 for none
	owner int // a variable that leads to it
	id    int // in the encoding; 0 before it has been met
}

// scan finds all memory that variables lead to.
type scan struct {
	names   *names
	roots   []Variable
	paths   bool // note where regions are, for a message
	seen    map[seen]int
	queue   []region
	all     []object
	owner   int
	copied  bool         // what is scanned is a copy, made for a moment
	failed  *refusal     // of the variable that is being scanned: nothing may panic while nothing else runs
	joined  []int        // for each variable, another one that it shares memory with, or itself
	states  map[seen]any // of values that keep themselves; one may be the first field of another
	refused []*refusal   // for each variable
	bytes   []int64      // for each variable, those first met from it
}

// seen is a region that has been met: pointers to a value and to the
// first of its fields are two.
type seen struct {
	at    uintptr
	plan  *plan
	isMap bool
}

// errTorn is a value that was being written as it was looked at.
var errTorn = errors.New("outra goroutine estava escrevendo nela")

func newScan(n *names, roots []Variable) *scan {
	s := &scan{names: n, roots: roots, states: map[seen]any{}, refused: make([]*refusal, len(roots))}
	s.forget()
	return s
}

// field is the path of a field, index that of what stands in a row.
func (s *scan) field(path, name string) string {
	if !s.paths {
		return ""
	}
	return path + "." + name
}

func (s *scan) index(path string, i int) string {
	if !s.paths {
		return ""
	}
	return path + "[" + strconv.Itoa(i) + "]"
}

func (s *scan) refuse(path string, p *plan, why string) {
	if s.failed == nil {
		s.failed = &refusal{path: path, typ: p.t.String(), why: why}
	}
}

// meet notes a region and scans it, unless that has been done.
func (s *scan) meet(p *plan, at unsafe.Pointer, count int, path string) {
	p, count = flat(p, count)
	if count == 0 || p.size == 0 {
		return
	}
	key := seen{uintptr(at), p, false}
	if packed, ok := s.seen[key]; ok {
		s.join(packed & (1<<20 - 1))
		if count <= packed>>20 {
			return
		}
	}
	s.seen[key] = count<<20 | s.owner
	s.all = append(s.all, object{region: region{at: uintptr(at), plan: p, count: count}, root: -1, owner: s.owner})
	s.bytes[s.owner] += int64(count) * int64(p.size)
	if !p.raw {
		s.queue = append(s.queue, region{at: uintptr(at), plan: p, count: count, path: path})
	}
}

// join notes that the variable shares memory with another one.
func (s *scan) join(with int) {
	a, b := s.group(s.owner), s.group(with)
	s.joined[max(a, b)] = min(a, b)
}

// group is the first of the variables that one shares memory with.
func (s *scan) group(i int) int {
	for s.joined[i] != i {
		i = s.joined[i]
	}
	return i
}

// longString is how long a string is that is kept as memory of its own: parts of it
// share it.
const longString = 64

// value scans the value at an address.
func (s *scan) value(p *plan, at unsafe.Pointer, path string) {
	if p.raw || s.failed != nil {
		return
	}
	if p.refused != "" {
		s.refuse(path, p, p.refused)
		return
	}
	switch p.shape {
	case zeroed:
		return
	case moment:
		for _, f := range p.fields { // its location; to name that type would link all that writes times
			s.value(f.plan, unsafe.Add(at, f.offset), path)
		}
		return
	case pointing:
		to, v := pointed(p, at)
		if v != nil {
			s.meet(to, v, 1, path)
		}
		return
	case entries:
		for k, v := range loadEntries(at) {
			s.value(planOf(anyType), unsafe.Pointer(&k), path)
			s.value(planOf(anyType), unsafe.Pointer(&v), path)
		}
		return
	case keeper:
		s.value(planOf(anyType), unsafe.Pointer(s.state(p, at, path)), path)
		return
	}
	switch p.kind {
	case reflect.String:
		if str := *(*string)(at); len(str) >= longString {
			s.meet(planOf(byteType), unsafe.Pointer(unsafe.StringData(str)), len(str), path)
		}
	case reflect.Pointer:
		if v := pointer(at); v != nil && s.names.of[place{v, p.elem().t}] == "" {
			s.follow(p.elem(), v, path)
		}
	case reflect.Slice:
		if v := (*slice)(at); v.cap > 0 {
			if v.cap == 1 { // which a pointer's memory looks like
				path = s.index(path, 0)
			}
			s.meet(p.elem(), v.data, v.cap, path)
		}
	case reflect.Array:
		for i := range p.t.Len() {
			s.value(p.items, unsafe.Add(at, uintptr(i)*p.items.size), s.index(path, i))
		}
	case reflect.Struct:
		for i := range p.fields {
			f := &p.fields[i]
			if !f.plan.raw {
				s.value(f.plan, unsafe.Add(at, f.offset), s.field(path, f.name))
			}
		}
	case reflect.Interface:
		if of, v := dynamic(p, at); of != nil && !(of.kind == reflect.Pointer && s.names.of[place{pointer(v), of.t.Elem()}] != "") {
			s.value(of, v, path)
			if r := s.failed; r != nil && r.typ == of.t.String() && hidden(of.t) && !hidden(p.t) && p.t.Name() != "" {
				r.typ = p.t.String() // no student has ever read nn.schedule
			}
		}
	case reflect.Map:
		if v := pointer(at); v != nil {
			s.entries(p, at, v, path)
		}
	case reflect.Func:
		if v := pointer(at); v != nil {
			s.function(p, v, path)
		}
	case reflect.Chan:
		if pointer(at) != nil {
			s.refuse(path, p, "um canal só existe no processo da célula")
		}
	default:
		if pointer(at) != nil {
			s.refuse(path, p, whyProcess)
		}
	}
}

// hidden tells whether a type has a name that only its package knows.
func hidden(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	first, _ := utf8.DecodeRuneInString(t.Name())
	return t.PkgPath() != "" && t.PkgPath() != "main" && !unicode.IsUpper(first)
}

// follow scans what a pointer points to. A pointer to what cannot be kept is
// refused by its own name, *os.File rather than os.File.
func (s *scan) follow(to *plan, v unsafe.Pointer, path string) {
	if to.refused != "" {
		s.failed = &refusal{path: path, typ: "*" + to.t.String(), why: to.refused}
		return
	}
	if to.shape == typed {
		return
	}
	s.meet(to, v, 1, path)
}

// entries scans a map's, once.
func (s *scan) entries(p *plan, at, v unsafe.Pointer, path string) {
	key := seen{uintptr(v), p, true}
	if packed, ok := s.seen[key]; ok {
		s.join(packed & (1<<20 - 1))
		return
	}
	s.seen[key] = 1<<20 | s.owner
	if writing(v) {
		s.refuse(path, p, errTorn.Error())
		return
	}
	m := reflect.NewAt(p.t, at).Elem()
	k, e := p.key(), p.elem()
	s.all = append(s.all, object{region: region{at: uintptr(v), plan: p, count: 1, isMap: true}, root: -1, owner: s.owner})
	s.bytes[s.owner] += int64(m.Len()) * int64(k.size+e.size)
	if k.raw && e.raw {
		return
	}
	s.copied = true
	defer func() { s.copied = false }()
	kv, ev := reflect.New(k.t), reflect.New(e.t)
	for i := m.MapRange(); i.Next(); {
		kv.Elem().SetIterKey(i)
		ev.Elem().SetIterValue(i)
		if s.paths {
			path := path + "[" + short(kv.Elem()) + "]"
			s.value(k, kv.UnsafePointer(), path)
			s.value(e, ev.UnsafePointer(), path)
			continue
		}
		s.value(k, kv.UnsafePointer(), "")
		s.value(e, ev.UnsafePointer(), "")
	}
}

// state is what a value that keeps itself is kept as.
func (s *scan) state(p *plan, at unsafe.Pointer, path string) *any {
	key := seen{at: uintptr(at), plan: p}
	state, ok := s.states[key]
	if s.copied {
		s.refuse(path, p, "em um mapa, só um ponteiro para ele pode ser guardado")
		return &state
	}
	if !ok {
		var err error
		if state, err = reflect.NewAt(p.t, at).Interface().(Keeper).KeepVariable(); err != nil {
			s.refuse(path, p, err.Error())
			return &state
		}
		s.states[key] = state
	}
	return &state
}

const whyTwoTypes = "a mesma memória é vista com dois tipos (unsafe)"

// merge makes objects of the regions: of those that lie in each other the largest.
// In Go such regions are parts of one variable or of one array, so those that
// only overlap are elements of the same one.
func (s *scan) merge() {
	slices.SortStableFunc(s.all, func(a, b object) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.size(), a.size()), cmp.Compare(b.plan.nested, a.plan.nested))
	})
	var objects []object
	for _, o := range s.all {
		n := len(objects) - 1
		if n < 0 || o.at >= objects[n].at+objects[n].size() || o.isMap || objects[n].isMap {
			objects = append(objects, o)
			continue
		}
		last := &objects[n]
		s.owner = o.owner
		s.join(last.owner)
		if o.root >= 0 && last.root < 0 {
			last.root = o.root
		}
		if o.at+o.size() > last.at+last.size() {
			if o.plan != last.plan || (o.at-last.at)%o.plan.size != 0 {
				r := &refusal{path: s.roots[o.owner].Name, typ: o.plan.t.String(), why: whyTwoTypes}
				s.refused[o.owner], s.refused[last.owner] = r, r
				continue
			}
			last.count = int((o.at + o.size() - last.at) / o.plan.size)
		} else if ok, inner := within(last.plan, last.count, o.at-last.at, o.plan, o.count); !ok && o.size() > 0 {
			why := whyTwoTypes
			if inner.shape == keeper {
				why = "aponta para dentro de um valor (" + inner.t.String() + ") que é guardado à sua maneira"
			}
			s.refused[o.owner] = &refusal{path: s.roots[o.owner].Name, typ: o.plan.t.String(), why: why}
		}
	}
	s.all = objects
}

// find is the object in which an address lies.
func (s *scan) find(at unsafe.Pointer) *object {
	i, exact := slices.BinarySearchFunc(s.all, uintptr(at), func(o object, at uintptr) int { return cmp.Compare(o.at, at) })
	if !exact {
		i--
	}
	if i < 0 || uintptr(at) >= s.all[i].at+s.all[i].size() {
		return nil
	}
	return &s.all[i]
}
