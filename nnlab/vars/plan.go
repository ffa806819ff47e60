package vars

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// plan is what has to be known of a type to walk through its values in memory.
type plan struct {
	t      reflect.Type
	kind   reflect.Kind
	size   uintptr
	raw    bool // no pointers: the bytes are the value
	direct bool // an interface holds it as one pointer, not behind one
	nested int  // how often something of the same size may be unpacked from it
	fields []field
	items  *plan // of an array
	to     atomic.Pointer[plan]
	special
}

// elem is the plan of what a slice or a map holds or a pointer points to.
func (p *plan) elem() *plan {
	if to := p.to.Load(); to != nil {
		return to
	}
	to := planOf(p.t.Elem())
	p.to.Store(to)
	return to
}

func (p *plan) key() *plan { return planOf(p.t.Key()) }

// field is a field of a struct that counts.
type field struct {
	name   string
	offset uintptr
	plan   *plan
}

var plans struct {
	sync.Mutex
	of map[reflect.Type]*plan
}

// planOf returns the plan of a type.
func planOf(t reflect.Type) *plan {
	plans.Lock()
	defer plans.Unlock()
	if plans.of == nil {
		plans.of = map[reflect.Type]*plan{}
	}
	return makePlan(t)
}

func makePlan(t reflect.Type) *plan {
	if p := plans.of[t]; p != nil {
		return p
	}
	p := &plan{t: t, kind: t.Kind(), size: t.Size(), special: specialOf(t)}
	plans.of[t] = p
	if p.refused != "" || p.shape == zeroed || p.shape == entries {
		return p
	}
	switch p.kind {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		p.direct = true
	case reflect.Array:
		p.items = makePlan(t.Elem())
		p.raw = p.items.raw || t.Len() == 0
		if t.Len() == 1 {
			p.direct, p.nested = p.items.direct, p.items.nested+1
		}
	case reflect.Struct:
		p.raw = p.shape == plain
		for i := range t.NumField() {
			f := t.Field(i)
			if p.only != "" && f.Name != p.only {
				continue
			}
			of := makePlan(f.Type)
			p.raw = p.raw && of.raw
			if of.size > 0 {
				p.fields = append(p.fields, field{f.Name, f.Offset, of})
			}
			if of.size == p.size && p.size > 0 {
				p.direct, p.nested = of.direct, max(p.nested, of.nested+1)
			}
		}
	case reflect.String, reflect.Interface, reflect.Slice:
	default:
		p.raw = true
	}
	return p
}

// flat leaves out arrays: so many elements of a plan are how many of which.
func flat(p *plan, count int) (*plan, int) {
	for p.items != nil {
		count *= p.t.Len()
		p = p.items
	}
	return p, count
}

// holds tells whether count values of one plan in a row stand at an offset of n
// values of another.
func holds(in *plan, n int, offset uintptr, of *plan, count int) bool {
	ok, _ := within(in, n, offset, of, count)
	return ok
}

// within is holds, with the innermost plan that the offset is in. What keeps itself has
// nothing in it.
func within(in *plan, n int, offset uintptr, of *plan, count int) (ok bool, inner *plan) {
	of, count = flat(of, count)
	for {
		in, n = flat(in, n)
		if in.size == 0 || offset > uintptr(n)*in.size {
			return false, in
		}
		if in == of {
			return offset%in.size == 0 && count >= 0 && count <= n && offset/in.size <= uintptr(n-count), in
		}
		at := offset % in.size
		if offset/in.size >= uintptr(n) || in.kind != reflect.Struct || in.shape == keeper {
			return false, in
		}
		inside := false
		for _, f := range in.fields {
			if at >= f.offset && at < f.offset+f.plan.size {
				in, n, offset, inside = f.plan, 1, at-f.offset, true
				break
			}
		}
		if !inside {
			return false, in
		}
	}
}

// special is how a type is kept that is more than its fields.
type special struct {
	refused string // why its values cannot be kept
	shape   shape
	only    string // the one field that counts
}

type shape int

const (
	plain    shape = iota
	zeroed         // comes back as the zero value
	moment         // a time.Time: without its monotonic reading
	pointing       // an atomic.Pointer
	entries        // a sync.Map
	typed          // a *reflect.rtype
	keeper         // keeps itself
)

const (
	whyProcess = "pertence ao processo da célula"
	whyFile    = "um arquivo ou uma conexão só existe no processo que abriu"
	whyHash    = "vale só no processo que o fez"
)

// specials are types of the standard library that cannot be kept as they stand in
// memory, or not at all. Locks come back unlocked; what a pool holds it may lose at
// any time.
var specials = map[string]special{
	"sync.Mutex":             {shape: zeroed},
	"sync.RWMutex":           {shape: zeroed},
	"sync.WaitGroup":         {shape: zeroed},
	"internal/sync.Mutex":    {shape: zeroed},
	"sync.Pool":              {only: "New", shape: plain},
	"sync.Cond":              {only: "L", shape: plain},
	"sync.Map":               {shape: entries},
	"time.Time":              {shape: moment},
	"reflect.rtype":          {shape: typed},
	"reflect.Value":          {refused: whyProcess},
	"hash/maphash.Seed":      {refused: whyHash},
	"hash/maphash.Hash":      {refused: whyHash},
	"os.File":                {refused: whyFile},
	"os.Root":                {refused: whyFile},
	"os.Process":             {refused: whyProcess},
	"os/exec.Cmd":            {refused: whyProcess},
	"internal/poll.FD":       {refused: whyFile},
	"time.Timer":             {refused: whyProcess},
	"time.Ticker":            {refused: whyProcess},
	"runtime.Cleanup":        {refused: whyProcess},
	"runtime.Pinner":         {refused: whyProcess},
	"internal/abi.Type":      {refused: whyProcess},
	"text/template.Template": {refused: whyProcess},
	"html/template.Template": {refused: whyProcess},
}

func specialOf(t reflect.Type) special {
	path, name := t.PkgPath(), t.Name()
	if path == "" {
		return special{}
	}
	if s, ok := specials[path+"."+name]; ok {
		return s
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		switch path + "." + name[:i] {
		case "sync/atomic.Pointer":
			return special{shape: pointing}
		case "unique.Handle":
			return special{refused: whyHash}
		case "weak.Pointer", "internal/sync.HashTrieMap":
			return special{refused: whyProcess}
		}
	}
	if t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(keeperType) && !promoted(t) {
		return special{shape: keeper}
	}
	return special{}
}

// promoted tells whether a type only keeps itself because something that is embedded
// in it does: what else it has would be lost. Methods of that kind are not written
// anywhere.
func promoted(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && (f.Type.Implements(keeperType) || reflect.PointerTo(f.Type).Implements(keeperType)) {
			k := reflect.New(t).Interface().(Keeper)
			methods := pointer(unsafe.Pointer(&k)) // the table of the interface: its type, that of the value, a hash, methods by name
			restore := *(*uintptr)(unsafe.Add(methods, 4*unsafe.Sizeof(uintptr(0))))
			frame, ok := frameOf(restore)
			return ok && frame.File == "<autogenerated>"
		}
	}
	return false
}

// pointer is the word at an address.
func pointer(at unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(at) }
