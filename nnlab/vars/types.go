package vars

import (
	"reflect"
	"strings"
)

// described is a type as a file has it, with as much of it as its values need: of
// what it only points to no more than the name.
type described struct {
	key   string
	kind  reflect.Kind
	size  uintptr
	raw   bool
	whole bool // its parts are there
	parts []part
}

// part is a field of a struct, what an array holds, a map's key and element, or
// what a pointer or a slice of no name leads to.
type part struct {
	name   string
	offset uintptr
	of     int
}

// typeTable is the types of a file.
type typeTable struct {
	all []described
	of  map[reflect.Type]int
}

// add returns the number of a type. The parts of a whole one stand in the memory of
// its values.
func (tt *typeTable) add(p *plan, whole bool) int {
	i, ok := tt.of[p.t]
	if !ok {
		i = len(tt.all)
		tt.of[p.t] = i
		tt.all = append(tt.all, described{key: keyOf(p.t), kind: p.kind, size: p.size, raw: p.raw})
	}
	if tt.all[i].whole || !whole && p.t.Name() != "" {
		return i
	}
	tt.all[i].whole = whole
	var parts []part
	switch {
	case p.refused != "" || p.shape != plain:
	case p.kind == reflect.Struct:
		for _, f := range p.fields {
			parts = append(parts, part{f.name, f.offset, tt.add(f.plan, whole)})
		}
	case p.kind == reflect.Array:
		parts = []part{{of: tt.add(p.items, whole)}}
	case p.kind == reflect.Map:
		parts = []part{{of: tt.add(p.key(), whole)}, {of: tt.add(p.elem(), whole)}}
	case p.kind == reflect.Pointer || p.kind == reflect.Slice:
		if p.t.Name() == "" {
			parts = []part{{of: tt.add(p.elem(), false)}}
		}
	}
	tt.all[i].parts = parts
	return i
}

func (tt *typeTable) append(out []byte) []byte {
	out = number(out, len(tt.all))
	for _, d := range tt.all {
		out = text(out, d.key)
		out = append(out, byte(d.kind), flags(d.raw, d.whole))
		out = number(number(out, int(d.size)), len(d.parts))
		for _, p := range d.parts {
			out = number(number(text(out, p.name), int(p.offset)), p.of)
		}
	}
	return out
}

func flags(set ...bool) (b byte) {
	for i, s := range set {
		if s {
			b |= 1 << i
		}
	}
	return b
}

func (r *reader) types() []described {
	all := make([]described, r.count(6))
	for i := range all {
		d := &all[i]
		d.key = r.text()
		d.kind = reflect.Kind(r.byte())
		f := r.byte()
		d.raw, d.whole = f&1 != 0, f&2 != 0
		d.size = uintptr(r.number())
		d.parts = make([]part, r.count(3))
		for k := range d.parts {
			d.parts[k] = part{r.text(), uintptr(r.number()), r.below(len(all))}
		}
	}
	return all
}

// known is a type of a file as this program has it.
type known struct {
	*described
	plan   *plan // nil when the program does not have it
	same   bool  // values stand in memory as in the file
	known  bool  // the rest has been found
	absent bool  // the program has no type of this name
	field  []int // where not the same: the field of the plan for each part
	why    string
}

// typesIn are the types of a file in this program.
type typesIn struct {
	all   []known
	names *names
}

// get finds a type, by name or by its parts.
func (ti *typesIn) get(i int) *known {
	k := &ti.all[i]
	if k.known {
		return k
	}
	k.known = true // a type is no part of itself, save by pointers, whose parts have names
	t := ti.typeOf(k)
	if t == nil || t.Kind() != k.kind {
		k.absent = t == nil
		k.why = "o tipo " + shownKey(k.key) + " não existe nesta célula"
		return k
	}
	k.plan = planOf(t)
	k.why = ti.compare(k)
	if k.why != "" {
		k.plan = nil
	}
	return k
}

// typeOf finds a type by its name, or makes one without a name of its parts.
func (ti *typesIn) typeOf(k *known) reflect.Type {
	if t := ti.names.find(k.key); t != nil {
		return t
	}
	return ti.compose(k)
}

func (ti *typesIn) compose(k *known) reflect.Type {
	var parts []reflect.Type
	if !composed(k.key) {
		return nil
	}
	for _, p := range k.parts {
		of := &ti.all[p.of]
		if len(of.key) >= len(k.key) {
			return nil
		}
		part := ti.typeOf(of)
		if part == nil {
			return nil
		}
		parts = append(parts, part)
	}
	var t reflect.Type
	switch {
	case k.kind == reflect.Pointer && len(parts) == 1:
		t = reflect.PointerTo(parts[0])
	case k.kind == reflect.Slice && len(parts) == 1:
		t = reflect.SliceOf(parts[0])
	case k.kind == reflect.Map && len(parts) == 2 && parts[0].Comparable():
		t = reflect.MapOf(parts[0], parts[1])
	case k.kind == reflect.Array && len(parts) == 1 && parts[0].Size() > 0 && k.size < 1<<40:
		t = reflect.ArrayOf(int(k.size/parts[0].Size()), parts[0])
	}
	if t == nil || keyOf(t) != k.key {
		return nil
	}
	return t
}

// composed tells whether a key is that of a pointer, a slice, an array or a map: the
// parts of these have shorter keys.
func composed(key string) bool {
	return key != "" && (key[0] == '*' || key[0] == '[') || strings.HasPrefix(key, "map[")
}

// compare finds whether values of a type stand in memory as in the file, and if not,
// how its fields have moved. It returns why they cannot be brought together.
func (ti *typesIn) compare(k *known) (why string) {
	p := k.plan
	changed := "o tipo " + shownKey(k.key) + " mudou"
	k.same = k.size == p.size && k.raw == p.raw
	if !k.whole {
		k.same = false // not to be read
		return ""
	}
	switch {
	case p.refused != "" || p.shape != plain:
		if len(k.parts) > 0 {
			return changed
		}
	case k.kind == reflect.Struct:
		k.same = k.same && len(k.parts) == len(p.fields)
		k.field = make([]int, len(k.parts))
		for i, part := range k.parts {
			of := ti.get(part.of)
			j := fieldNamed(p, part.name, i)
			if j < 0 {
				return changed + ": não tem mais o campo " + part.name
			}
			if of.plan == nil || of.plan != p.fields[j].plan || part.offset > k.size || of.size > k.size-part.offset {
				return changed + ": o campo " + part.name + " tem outro tipo"
			}
			k.field[i] = j
			k.same = k.same && i == j && part.offset == p.fields[j].offset && of.same
		}
	case k.kind == reflect.Array:
		if len(k.parts) != 1 || ti.get(k.parts[0].of).plan != p.items || ti.get(k.parts[0].of).size*uintptr(p.t.Len()) != k.size {
			return changed
		}
		k.same = k.same && ti.get(k.parts[0].of).same
	case k.kind == reflect.Map:
		if len(k.parts) != 2 || ti.get(k.parts[0].of).plan != p.key() || ti.get(k.parts[1].of).plan != p.elem() {
			return changed
		}
	default:
		if k.size != p.size || k.raw != p.raw {
			return changed
		}
	}
	if !k.same && k.kind == reflect.Struct && p.t.PkgPath() != "main" && p.t.Name() != "" {
		return changed
	}
	return ""
}

// fieldNamed is the number of a field, the likely one if it may be that: several
// are called _.
func fieldNamed(p *plan, name string, likely int) int {
	if likely < len(p.fields) && p.fields[likely].name == name {
		return likely
	}
	for i, f := range p.fields {
		if f.name == name {
			return i
		}
	}
	return -1
}

// move translates an offset in n values of a file's type into one of the plan's;
// false where the file has nothing there.
func (ti *typesIn) move(k *known, n int, offset uintptr) (uintptr, bool) {
	if k.same || offset == 0 {
		return offset, true
	}
	if k.size == 0 || offset > uintptr(n)*k.size {
		return 0, false
	}
	moved, at := offset/k.size*k.plan.size, offset%k.size
	if at == 0 {
		return moved, true
	}
	for i, part := range k.parts {
		of := ti.get(part.of)
		switch {
		case k.kind == reflect.Array:
			inner, ok := ti.move(of, k.plan.t.Len(), at)
			return moved + inner, ok
		case k.kind == reflect.Struct && at >= part.offset && at < part.offset+of.size:
			inner, ok := ti.move(of, 1, at-part.offset)
			return moved + k.plan.fields[k.field[i]].offset + inner, ok
		}
	}
	return 0, false
}
