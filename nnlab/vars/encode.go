package vars

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"reflect"
	"slices"
	"unsafe"
)

// The beginning of an encoding: what it is and which version of it, then the
// checksum of all that follows.
const magic = "nnlab variables 1\n"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// smallBlock is how many bytes numbers in a row have that are mapped instead of
// read.
const smallBlock = 1 << 10

// The places where an object's numbers are.
const (
	inline = iota // in the encoding
	ofRoot        // in the encoding; the object is a variable itself
	mapped        // in another file
	ofMap         // in the encoding: the entries of a map
)

// Kinds of pointers.
const (
	toNothing = iota
	toName
	toEmpty // a value without size
	toObject
)

// encoder writes variables that share memory with each other and with no others.
type encoder struct {
	*scan
	types  typeTable
	names  []string
	nameOf map[string]int
	met    []*object
	body   []byte
	needs  map[string]bool
	blocks blocks
	torn   bool // nothing may panic while nothing else runs
}

// blocks is where numbers are kept that are mapped.
type blocks interface {
	// keep returns where a block is in files, having it written where it has changed.
	keep(at unsafe.Pointer, size uintptr) ([]extent, error)
}

// extent is a part of a file.
type extent struct {
	file         string
	offset, size int64
}

// encode encodes variables by their numbers in the scan, and tells what a program
// must have to decode them.
func encode(s *scan, group []int, b blocks) (out []byte, needs []string, err error) {
	e := &encoder{scan: s, types: typeTable{of: map[reflect.Type]int{}}, nameOf: map[string]int{}, needs: map[string]bool{}, blocks: b}
	for i := range s.all {
		s.all[i].id = 0
	}
	roots := number(nil, len(group))
	for _, i := range group {
		v := s.roots[i]
		o := s.find(word(v.At))
		if o == nil { // of no size
			roots = number(number(text(roots, v.Name), e.types.add(planOfVariable(v), true)), 0)
			continue
		}
		roots = number(number(text(roots, v.Name), e.types.add(planOfVariable(v), true)), e.number(o))
	}
	head := []byte{}
	for i := 0; i < len(e.met); i++ {
		o := e.met[i]
		head = number(number(head, e.types.add(o.plan, true)), o.count)
		extents, class := []extent(nil), byte(inline)
		switch size := o.size(); {
		case o.root >= 0:
			class = ofRoot
		case o.isMap:
			class = ofMap
		case o.plan.raw && size >= smallBlock:
			class = mapped
			if extents, err = b.keep(address(o.at), size); err != nil {
				return nil, nil, err
			}
		}
		head = append(head, class)
		if class == mapped {
			head = number(head, len(extents))
			for _, x := range extents {
				head = number(number(number(head, e.name(x.file)), int(x.offset)), int(x.size))
			}
			continue
		}
		e.object(o)
		if e.torn {
			return nil, nil, errTorn
		}
	}
	out = make([]byte, len(magic)+4, len(magic)+4+len(roots)+len(head)+len(e.body)+1<<10)
	copy(out, magic)
	out = e.types.append(out)
	out = number(out, len(e.names))
	for _, n := range e.names {
		out = text(out, n)
	}
	out = append(out, roots...)
	out = append(number(out, len(e.met)), head...)
	out = append(out, e.body...)
	binary.LittleEndian.PutUint32(out[len(magic):], crc32.Checksum(out[len(magic)+4:], castagnoli))
	for n := range e.needs {
		needs = append(needs, n)
	}
	slices.Sort(needs)
	return out, needs, nil
}

// number is the number of an object, from 1; it is encoded later.
func (e *encoder) number(o *object) int {
	if o.id == 0 {
		e.met = append(e.met, o)
		o.id = len(e.met)
	}
	return o.id
}

func (e *encoder) name(s string) int {
	i, ok := e.nameOf[s]
	if !ok {
		i = len(e.names)
		e.names, e.nameOf[s] = append(e.names, s), i
	}
	return i
}

func (e *encoder) need(what, name string) { e.needs[what+" "+name] = true }

func (e *encoder) put(n int) { e.body = number(e.body, n) }

// object writes the values of an object.
func (e *encoder) object(o *object) {
	at := address(o.at)
	switch {
	case o.isMap:
		e.entries(o.plan, unsafe.Pointer(&at))
	case o.plan.raw:
		e.body = append(e.body, bytesAt(at, o.size())...)
	default:
		for i := range o.count {
			e.value(o.plan, unsafe.Add(at, uintptr(i)*o.plan.size))
		}
	}
}

// to writes a pointer.
func (e *encoder) to(at unsafe.Pointer) {
	o := e.find(at)
	if o == nil || o.isMap && uintptr(at) != o.at {
		e.torn = true // it has changed since it was scanned
		return
	}
	e.put(toObject + e.number(o) - 1)
	e.put(int(uintptr(at) - o.at))
}

// value writes the value at an address.
func (e *encoder) value(p *plan, at unsafe.Pointer) {
	if p.raw {
		e.body = append(e.body, bytesAt(at, p.size)...)
		return
	}
	switch p.shape {
	case zeroed:
		e.put(0)
		return
	case moment:
		t := withoutMonotonic(at)
		e.fields(p, unsafe.Pointer(&t))
		return
	case pointing:
		to, v := pointed(p, at)
		e.pointer(to, v)
		return
	case entries:
		m := map[any]any{}
		for k, v := range loadEntries(at) {
			m[k] = v
		}
		e.entries(planOf(reflect.TypeFor[map[any]any]()), unsafe.Pointer(&m))
		return
	case keeper:
		e.value(planOf(anyType), unsafe.Pointer(e.state(p, at, "")))
		return
	}
	switch p.kind {
	case reflect.String:
		s := *(*string)(at)
		if len(s) >= longString {
			e.put(len(s)<<1 | 1)
			e.to(unsafe.Pointer(unsafe.StringData(s)))
			return
		}
		e.put(len(s) << 1)
		e.body = append(e.body, s...)
	case reflect.Pointer:
		e.pointer(p.elem(), pointer(at))
	case reflect.Slice:
		s := (*slice)(at)
		switch {
		case s.data == nil:
			e.put(toNothing)
			return
		case s.cap == 0 || p.elem().size == 0:
			e.put(toEmpty)
		default:
			e.to(s.data)
		}
		e.put(s.len)
		e.put(s.cap)
	case reflect.Array:
		for i := range p.t.Len() {
			e.value(p.items, unsafe.Add(at, uintptr(i)*p.items.size))
		}
	case reflect.Struct:
		e.fields(p, at)
	case reflect.Interface:
		of, v := dynamic(p, at)
		switch {
		case of == nil:
			e.put(0)
		case of.shape == plain && of.kind == reflect.Pointer && of.elem().shape == typed:
			// A reflect.Type: the type *reflect.rtype, then which.
			e.put(1 + e.types.add(of, false))
			e.put(e.types.add(planOf(reflect.NewAt(p.t, at).Elem().Interface().(reflect.Type)), false))
		default:
			e.put(1 + e.types.add(of, true))
			e.need("type", keyOf(of.t))
			e.value(of, v)
		}
	case reflect.Map:
		v := pointer(at)
		if v == nil {
			e.put(toNothing)
			return
		}
		e.to(v)
	case reflect.Func:
		e.function(pointer(at))
	default: // nil
		e.put(0)
	}
}

func (e *encoder) fields(p *plan, at unsafe.Pointer) {
	for i := range p.fields {
		e.value(p.fields[i].plan, unsafe.Add(at, p.fields[i].offset))
	}
}

func (e *encoder) pointer(to *plan, v unsafe.Pointer) {
	name := ""
	if v != nil {
		name = e.scan.names.of[place{v, to.t}]
	}
	switch {
	case v == nil:
		e.put(toNothing)
	case name != "":
		e.put(toName)
		e.put(e.name(name))
		e.need("name", name)
	case to.size == 0:
		e.put(toEmpty)
	default:
		e.to(v)
	}
}

func (e *encoder) function(v unsafe.Pointer) {
	if v == nil {
		e.put(0)
		return
	}
	f := e.scan.names.function(v)
	if f == nil {
		e.torn = true
		return
	}
	e.put(1 + e.name(f.Name))
	e.need("func", f.Name)
	if f.Receiver == nil {
		e.put(0)
		return
	}
	of, at := receiverOf(f, v)
	e.put(1 + e.types.add(of, true))
	e.value(of, at)
}

// entries writes a map's, in the order of its keys' bytes: what has not changed is
// written as it was.
func (e *encoder) entries(p *plan, at unsafe.Pointer) {
	m := reflect.NewAt(p.t, at).Elem()
	k, v := p.key(), p.elem()
	whole := e.body
	e.body = nil
	type entry struct {
		first           uint64 // of the key's bytes
		from, to, value int
	}
	all := make([]entry, 0, m.Len())
	key, values := reflect.New(k.t), reflect.MakeSlice(reflect.SliceOf(v.t), m.Len(), m.Len())
	for i := m.MapRange(); i.Next() && len(all) < values.Len(); {
		key.Elem().SetIterKey(i)
		values.Index(len(all)).SetIterValue(i)
		from := len(e.body)
		if k.kind == reflect.String {
			e.body = text(e.body, key.Elem().String())
		} else {
			e.value(k, key.UnsafePointer())
		}
		var first [8]byte
		copy(first[:], e.body[from:])
		all = append(all, entry{binary.BigEndian.Uint64(first[:]), from, len(e.body), len(all)})
	}
	keys := e.body
	slices.SortFunc(all, func(a, b entry) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return bytes.Compare(keys[a.from:a.to], keys[b.from:b.to])
	})
	e.body = number(whole, len(all))
	for _, x := range all {
		e.body = append(e.body, keys[x.from:x.to]...)
		e.value(v, unsafe.Add(values.UnsafePointer(), uintptr(x.value)*v.size))
	}
}
