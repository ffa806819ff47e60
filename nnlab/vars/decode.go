package vars

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"reflect"
	"slices"
	"unsafe"
)

// decoder makes the values of an encoding again. It trusts nothing that it reads.
type decoder struct {
	reader
	typesIn
	words   []string // the names in the encoding
	objects []decoded
	blocks  mappings
	inserts []func() // of maps' entries, when all memory has been filled that keys may lead to
	keepers          // what is restored then
}

// decoded is an object that has been made.
type decoded struct {
	is    *known
	count int
	at    unsafe.Pointer
	class byte
}

// mappings makes the numbers of files part of the memory.
type mappings interface {
	mapBlock(extents []extent, size uintptr) (unsafe.Pointer, error)
}

// decode makes the variables of an encoding again, in the memory of variables of
// these names. Those that are not wanted are made beside them.
func decode(data []byte, n *names, variables map[string]Variable, b mappings) (err error) {
	if len(data) < len(magic)+4 || string(data[:len(magic)]) != magic ||
		binary.LittleEndian.Uint32(data[len(magic):]) != crc32.Checksum(data[len(magic)+4:], castagnoli) {
		return errDamaged
	}
	defer func() {
		switch failed := recover().(type) {
		case nil:
		case *refusal:
			err = failed
		case error:
			err = failed
			if !errors.Is(failed, errDamaged) {
				err = errors.Join(errDamaged, failed)
			}
		case string: // of reflect
			err = errors.Join(errDamaged, errors.New(failed))
		default:
			panic(failed)
		}
	}()
	d := &decoder{reader: reader{data: data[len(magic)+4:]}, blocks: b}
	d.names = n
	for _, t := range d.reader.types() {
		d.all = append(d.all, known{described: &t})
	}
	d.words = make([]string, d.reader.count(1))
	for i := range d.words {
		d.words[i] = d.text()
	}
	type root struct {
		Variable
		id int
	}
	var roots []root
	for range d.reader.count(3) {
		name, of, id := d.text(), d.known(d.below(len(d.all))), d.number()
		v, wanted := variables[name]
		if wanted && planOfVariable(v) != of.plan {
			panic(&refusal{path: name, typ: keyOf(planOfVariable(v).t), why: "não tem mais o tipo com que foi guardada"})
		}
		if !wanted {
			v = Variable{Name: name, At: reflect.New(of.plan.t).Interface()}
		}
		roots = append(roots, root{v, id})
	}
	d.objects = make([]decoded, d.reader.count(3))
	of := map[int]Variable{}
	for _, r := range roots {
		if r.id > 0 {
			of[r.id-1] = r.Variable
		}
	}
	for i := range d.objects {
		d.make(i, of)
	}
	d.keepers.begin(d.typesIn, len(d.objects))
	for i := range d.objects {
		d.from = i
		d.fill(&d.objects[i])
	}
	if d.left() > 0 {
		return errDamaged
	}
	for _, f := range slices.Concat(d.inserts, d.inOrder()) {
		f()
	}
	return nil
}

// known is a type that the program must have.
func (d *decoder) known(i int) *known {
	k := d.get(i)
	if k.plan == nil {
		panic(&refusal{typ: shownKey(k.key), why: k.why, absent: k.absent})
	}
	return k
}

// make makes an object's memory.
func (d *decoder) make(i int, roots map[int]Variable) {
	o := &d.objects[i]
	o.is = d.known(d.below(len(d.all)))
	if !o.is.whole || o.is.size == 0 {
		panic(errDamaged)
	}
	o.count = d.number()
	o.class = d.byte()
	p := o.is.plan
	v, isRoot := roots[i]
	if isRoot != (o.class == ofRoot) {
		panic(errDamaged)
	}
	switch o.class {
	case ofRoot:
		if e, n := flat(planOfVariable(v), 1); e != p || n != o.count {
			panic(errDamaged)
		}
		o.at = word(v.At)
		return
	case inline:
		if o.count == 0 || o.count > d.left()/d.least(o.is) {
			panic(errDamaged)
		}
		o.at = reflect.MakeSlice(reflect.SliceOf(p.t), o.count, o.count).UnsafePointer()
	case ofMap:
		if o.count != 1 || p.kind != reflect.Map {
			panic(errDamaged)
		}
		o.at = reflect.MakeMap(p.t).UnsafePointer()
	case mapped:
		extents := make([]extent, d.reader.count(3))
		for k := range extents {
			extents[k] = extent{d.words[d.below(len(d.words))], int64(d.number()), int64(d.number())}
		}
		if !p.raw || !o.is.same || o.count == 0 || uintptr(o.count) > 1<<46/p.size {
			if p.raw && !o.is.same {
				panic(&refusal{typ: shownKey(o.is.key), why: "o tipo " + shownKey(o.is.key) + " mudou"})
			}
			panic(errDamaged)
		}
		at, err := d.blocks.mapBlock(extents, uintptr(o.count)*p.size)
		if err != nil {
			panic(err)
		}
		o.at = at
	default:
		panic(errDamaged)
	}
}

// least is how many bytes a value of a type takes in the encoding, at least.
func (d *decoder) least(k *known) int {
	switch {
	case k.raw:
		return int(k.size)
	case k.plan == nil || k.plan.shape != plain || !k.whole:
	case k.kind == reflect.Struct:
		n := 0
		for _, p := range k.parts {
			n += d.least(d.get(p.of))
		}
		return max(n, 1)
	case k.kind == reflect.Array:
		return max(k.plan.t.Len()*d.least(d.get(k.parts[0].of)), 1)
	}
	return 1
}

// fill reads the values of an object.
func (d *decoder) fill(o *decoded) {
	p := o.is.plan
	switch {
	case o.class == mapped:
	case o.class == ofMap:
		d.entries(o.is, unsafe.Pointer(&o.at))
	case o.is.same && p.raw:
		size := uintptr(o.count) * p.size
		copy(bytesAt(o.at, size), d.take(int(size)))
	default:
		for i := range o.count {
			d.value(o.is, unsafe.Add(o.at, uintptr(i)*p.size))
		}
	}
}

// object reads a pointer's object and where in it count values of a plan stand.
func (d *decoder) object(p *plan, count int, tag int) unsafe.Pointer {
	i := tag - toObject
	if i < 0 || i >= len(d.objects) {
		panic(errDamaged)
	}
	o := &d.objects[i]
	offset, ok := d.move(o.is, o.count, uintptr(d.number()))
	if !ok || o.class == ofMap || !holds(o.is.plan, o.count, offset, p, count) {
		panic(errDamaged)
	}
	d.leads(i)
	return unsafe.Add(o.at, offset)
}

// entries reads a map's.
func (d *decoder) entries(k *known, at unsafe.Pointer) {
	d.insert(k.plan, at, func(key, value unsafe.Pointer) {
		if k.plan.key().kind == reflect.String {
			*(*string)(key) = d.shared(d.reader.number())
		} else {
			d.value(d.get(k.parts[0].of), key)
		}
		d.value(d.get(k.parts[1].of), value)
	})
}

// pairs reads the entries of a map[any]any.
func (d *decoder) pairs(p *plan, at unsafe.Pointer) {
	d.insert(p, at, func(key, value unsafe.Pointer) {
		d.live(p.key(), key)
		d.live(p.elem(), value)
	})
}

func (d *decoder) insert(p *plan, at unsafe.Pointer, read func(key, value unsafe.Pointer)) {
	m := reflect.NewAt(p.t, at).Elem()
	n := d.reader.number()
	if n > d.left()+1 { // the one entry of a map without sizes takes nothing
		panic(errDamaged)
	}
	keys, values := reflect.MakeSlice(reflect.SliceOf(p.key().t), n, n), reflect.MakeSlice(reflect.SliceOf(p.elem().t), n, n)
	for i := range n {
		read(unsafe.Add(keys.UnsafePointer(), uintptr(i)*p.key().size), unsafe.Add(values.UnsafePointer(), uintptr(i)*p.elem().size))
	}
	d.inserts = append(d.inserts, func() {
		for i := range n {
			m.SetMapIndex(keys.Index(i), values.Index(i))
		}
	})
}
