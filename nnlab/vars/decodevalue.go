package vars

import (
	"reflect"
	"sync"
	"unsafe"
)

// value reads a value into memory that is zero.
func (d *decoder) value(k *known, at unsafe.Pointer) {
	p := k.plan
	if k.raw {
		d.raw(k, d.take(int(k.size)), at)
		return
	}
	if p.raw || p.refused != "" {
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
		state, outer := new(any), d.from
		d.enter(func() {
			if err := reflect.NewAt(p.t, at).Interface().(Keeper).RestoreVariable(*state); err != nil {
				panic(&refusal{typ: p.t.String(), why: err.Error()})
			}
		})
		d.live(planOf(anyType), unsafe.Pointer(state))
		d.from = outer
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
		d.leads(i)
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
		v, ok := d.names.values[name]
		if !ok {
			panic(&refusal{typ: "*" + to.t.String(), why: "a variável " + name + " não existe nesta célula", absent: true})
		}
		if v.t != to.t {
			panic(errDamaged)
		}
		*(*unsafe.Pointer)(at) = v.at
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
		panic(&refusal{typ: shownKey(k.key), why: "o tipo " + shownKey(k.key) + " não implementa mais " + p.t.String()})
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
		panic(&refusal{typ: p.t.String(), why: "a função " + name + " não existe nesta célula", absent: true})
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
	if !reflect.TypeOf(made).AssignableTo(p.t) {
		panic(&refusal{typ: p.t.String(), why: "a função " + name + " tem outro tipo agora"})
	}
	*(*unsafe.Pointer)(at) = word(made)
}
