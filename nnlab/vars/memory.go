package vars

import (
	"iter"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// slice is how a slice stands in memory.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

var (
	anyType    = reflect.TypeFor[any]()
	byteType   = reflect.TypeFor[byte]()
	keeperType = reflect.TypeFor[Keeper]()
	rtypeType  = reflect.TypeOf(reflect.TypeFor[int]()).Elem()
)

// dynamic is the plan and the address of what an interface holds; nil for nothing.
func dynamic(p *plan, at unsafe.Pointer) (*plan, unsafe.Pointer) {
	v := reflect.NewAt(p.t, at).Elem().Elem()
	if !v.IsValid() {
		return nil, nil
	}
	of := planOf(v.Type())
	word := unsafe.Add(at, unsafe.Sizeof(uintptr(0)))
	if of.direct {
		return of, word
	}
	return of, pointer(word)
}

// pointed is what an atomic.Pointer points to: its first field is an array of
// no pointers of the type.
func pointed(p *plan, at unsafe.Pointer) (*plan, unsafe.Pointer) {
	f, _ := p.t.FieldByName("v")
	return planOf(p.t.Field(0).Type.Elem().Elem()), pointer(unsafe.Add(at, f.Offset))
}

// loadEntries are those of a sync.Map.
func loadEntries(at unsafe.Pointer) iter.Seq2[any, any] { return (*sync.Map)(at).Range }

// mapHeader is the beginning of a map in memory (internal/runtime/maps.Map).
type mapHeader struct {
	used                  uint64
	seed                  uintptr
	directory             unsafe.Pointer
	length                int
	depth, shift, writing uint8
}

// writing tells whether a goroutine has been stopped as it wrote a map. To read the
// map would end the program then.
func writing(m unsafe.Pointer) bool { return (*mapHeader)(m).writing != 0 }

// withoutMonotonic is a time as it is kept.
func withoutMonotonic(at unsafe.Pointer) time.Time { return (*time.Time)(at).Round(0) }

// address is the pointer of an address that something else keeps alive.
func address(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }
