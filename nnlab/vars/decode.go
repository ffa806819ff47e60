package vars

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"reflect"
	"slices"
	"sync"
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
	later   []func() // what can be done then
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
		if wanted && v.plan() != of.plan {
			panic(&refusal{name, keyOf(v.plan().t), "não tem mais o tipo com que foi guardada"})
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
	for i := range d.objects {
		d.fill(&d.objects[i])
	}
	if d.left() > 0 {
		return errDamaged
	}
	for _, f := range slices.Concat(d.inserts, d.later) {
		f()
	}
	return nil
}

// known is a type that the program must have.
func (d *decoder) known(i int) *known {
	k := d.get(i)
	if k.plan == nil {
		panic(&refusal{"", shownKey(k.key), k.why})
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
		if e, n := flat(v.plan(), 1); e != p || n != o.count {
			panic(errDamaged)
		}
		o.at = v.at()
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
				panic(&refusal{"", shownKey(o.is.key), "o tipo " + shownKey(o.is.key) + " mudou"})
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
	return unsafe.Add(o.at, offset)
}

// value reads a value into memory that is zero.
func (d *decoder) value(k *known, at unsafe.Pointer) {
	p := k.plan
	if k.raw {
		d.raw(k, d.take(int(k.size)), at)
		return
	}
	if p.raw {
		panic(errDamaged)
	}
	if p.refused != "" {
		panic(errDamaged)
	}
	switch p.shape {
	case zeroed:
		d.byte()
		return
	case moment:
		d.fields(p, at)
		return
	case pointing:
		to, _ := pointed(p, at)
		f, _ := p.t.FieldByName("v")
		d.pointer(to, unsafe.Add(at, f.Offset))
		return
	case entries:
		m := map[any]any{}
		d.pairs(planOf(reflect.TypeFor[map[any]any]()), unsafe.Pointer(&m))
		d.inserts = append(d.inserts, func() {
			for key, v := range m {
				(*sync.Map)(at).Store(key, v)
			}
		})
		return
	case keeper:
		state := new(any)
		d.live(planOf(anyType), unsafe.Pointer(state))
		d.later = append(d.later, func() {
			if err := reflect.NewAt(p.t, at).Interface().(Keeper).RestoreVariable(*state); err != nil {
				panic(&refusal{"", p.t.String(), err.Error()})
			}
		})
		return
	}
	switch p.kind {
	case reflect.Array:
		size := d.get(k.parts[0].of).plan.size
		for i := range p.t.Len() {
			d.value(d.get(k.parts[0].of), unsafe.Add(at, uintptr(i)*size))
		}
	case reflect.Struct:
		if !k.whole {
			panic(errDamaged)
		}
		for i, part := range k.parts {
			d.value(d.get(part.of), unsafe.Add(at, p.fields[k.field[i]].offset))
		}
	default:
		d.live(p, at)
	}
}

// raw copies a value without pointers out of the file's form.
func (d *decoder) raw(k *known, from []byte, at unsafe.Pointer) {
	switch {
	case k.same:
		copy(bytesAt(at, k.size), from)
	case k.kind == reflect.Array && len(k.parts) == 1:
		of := d.get(k.parts[0].of)
		for i := range k.plan.t.Len() {
			d.raw(of, from[uintptr(i)*of.size:][:of.size], unsafe.Add(at, uintptr(i)*of.plan.size))
		}
	case k.kind == reflect.Struct && k.whole && k.plan.shape == plain:
		for i, part := range k.parts {
			of := d.get(part.of)
			d.raw(of, from[part.offset:][:of.size], unsafe.Add(at, k.plan.fields[k.field[i]].offset))
		}
	default:
		panic(errDamaged)
	}
}

// fields reads a struct that the program has as the file.
func (d *decoder) fields(p *plan, at unsafe.Pointer) {
	for i := range p.fields {
		f := &p.fields[i]
		to := unsafe.Add(at, f.offset)
		if f.plan.raw {
			copy(bytesAt(to, f.plan.size), d.take(int(f.plan.size)))
		} else {
			d.live(f.plan, to)
		}
	}
}

// live reads a value whose form only depends on its kind.
func (d *decoder) live(p *plan, at unsafe.Pointer) {
	switch p.kind {
	case reflect.String:
		n := d.number()
		if n&1 == 0 {
			*(*string)(at) = d.shared(n >> 1)
			return
		}
		n >>= 1
		if n == 0 {
			panic(errDamaged)
		}
		*(*string)(at) = unsafe.String((*byte)(d.object(planOf(byteType), n, d.number())), n)
	case reflect.Pointer:
		d.pointer(p.elem(), at)
	case reflect.Slice:
		d.slice(p.elem(), (*slice)(at))
	case reflect.Interface:
		d.dynamic(p, at)
	case reflect.Map:
		tag := d.number()
		if tag == toNothing {
			return
		}
		i := tag - toObject
		if i < 0 || i >= len(d.objects) || d.objects[i].is.plan != p || d.objects[i].class != ofMap || d.number() != 0 {
			panic(errDamaged)
		}
		*(*unsafe.Pointer)(at) = d.objects[i].at
	case reflect.Func:
		d.function(p, at)
	case reflect.Chan, reflect.UnsafePointer: // nil
		d.byte()
	default:
		panic(errDamaged)
	}
}

func (d *decoder) slice(of *plan, s *slice) {
	tag := d.number()
	if tag == toNothing {
		return
	}
	if tag == toEmpty {
		length, capacity := d.number(), d.number()
		if length > capacity || capacity > 0 && of.size > 0 {
			panic(errDamaged)
		}
		*s = slice{reflect.MakeSlice(reflect.SliceOf(of.t), 0, 0).UnsafePointer(), length, capacity}
		return
	}
	// The capacity comes behind the offset, and is needed to judge it.
	mark := d.at
	d.number()
	length, capacity := d.number(), d.number()
	end := d.at
	d.at = mark
	if length > capacity || capacity == 0 {
		panic(errDamaged)
	}
	*s = slice{d.object(of, capacity, tag), length, capacity}
	d.at = end
}

func (d *decoder) pointer(to *plan, at unsafe.Pointer) {
	switch tag := d.number(); tag {
	case toNothing:
	case toName:
		name := d.words[d.below(len(d.words))]
		v := d.names.values[name]
		if v == nil || d.names.of[v] == "" {
			panic(&refusal{"", "*" + to.t.String(), "a variável " + name + " não existe nesta célula"})
		}
		if t := d.names.typeOf[v]; t != to.t {
			panic(errDamaged)
		}
		*(*unsafe.Pointer)(at) = v
	case toEmpty:
		if to.size > 0 {
			panic(errDamaged)
		}
		*(*unsafe.Pointer)(at) = reflect.New(to.t).UnsafePointer()
	default:
		*(*unsafe.Pointer)(at) = d.object(to, 1, tag)
	}
}

// dynamic reads what an interface holds.
func (d *decoder) dynamic(p *plan, at unsafe.Pointer) {
	tag := d.number()
	if tag == 0 {
		return
	}
	if tag > len(d.all) {
		panic(errDamaged)
	}
	k := d.get(tag - 1)
	to := reflect.NewAt(p.t, at).Elem()
	if k.key == "*reflect.rtype" {
		t := reflect.ValueOf(d.known(d.below(len(d.all))).plan.t)
		if !t.Type().Implements(p.t) {
			panic(errDamaged)
		}
		to.Set(t)
		return
	}
	k = d.known(tag - 1)
	if k.kind == reflect.Interface {
		panic(errDamaged)
	}
	if !k.plan.t.Implements(p.t) {
		panic(&refusal{"", shownKey(k.key), "o tipo " + shownKey(k.key) + " não implementa mais " + p.t.String()})
	}
	v := reflect.New(k.plan.t)
	d.value(k, v.UnsafePointer())
	to.Set(v.Elem())
}

func (d *decoder) function(p *plan, at unsafe.Pointer) {
	tag := d.number()
	if tag == 0 {
		return
	}
	if tag > len(d.words) {
		panic(errDamaged)
	}
	name := d.words[tag-1]
	f := d.names.functions[name]
	if f == nil {
		panic(&refusal{"", p.t.String(), "a função " + name + " não existe nesta célula"})
	}
	made := f.F
	receiver := d.number()
	if (receiver > 0) != (f.Receiver != nil) || receiver > len(d.all) {
		panic(errDamaged)
	}
	if receiver > 0 {
		k := d.known(receiver - 1)
		if k.plan.t != reflect.TypeOf(f.Receiver).Elem() {
			panic(errDamaged)
		}
		v := reflect.New(k.plan.t)
		d.value(k, v.UnsafePointer())
		made = f.Bind(v.UnsafePointer())
	}
	if !reflect.TypeOf(made).ConvertibleTo(p.t) {
		panic(&refusal{"", p.t.String(), "a função " + name + " tem outro tipo agora"})
	}
	*(*unsafe.Pointer)(at) = word(made)
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
