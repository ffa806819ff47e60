package vars

import (
	"reflect"
	"runtime"
	"strings"
	"unsafe"
)

// Function is a function of the program by the name that its code has in all
// programs. The code of a method value has a receiver beside it.
type Function struct {
	Name     string
	F        any                      // the function; of a method value one with any receiver
	Receiver any                      // a nil pointer to the receiver's type; nil for a plain function
	Bind     func(unsafe.Pointer) any // makes the method value of the receiver at an address
}

// code is what a func value stands for in a program: the address of its code comes
// first in what it points to.
func code(v unsafe.Pointer) uintptr { return *(*uintptr)(v) }

// word is the pointer that a func value in an interface is.
func word(f any) unsafe.Pointer {
	return pointer(unsafe.Add(unsafe.Pointer(&f), unsafe.Sizeof(uintptr(0))))
}

// function finds the name of a func value's code; nil where a later program could
// not have it.
func (n *names) function(v unsafe.Pointer) *Function {
	pc := code(v)
	if f := n.codes[pc]; f != nil {
		return f
	}
	if frame, ok := frameOf(pc); ok && plainName(frame.Function) {
		return &Function{Name: frame.Function}
	}
	return nil
}

// frameOf is the function whose code begins at an address.
func frameOf(pc uintptr) (runtime.Frame, bool) {
	// Where code of another function has been put in, the frame is that function's, and
	// has no Func.
	for at := pc + 1; at < pc+1<<12; at++ {
		frame, _ := runtime.CallersFrames([]uintptr{at}).Next()
		if frame.Entry != pc {
			break
		}
		if frame.Func != nil {
			return frame, true
		}
	}
	return runtime.Frame{}, false
}

// plainName tells whether a name is that of an exported function of a package, no
// method, no literal and no instance.
func plainName(name string) bool {
	i := strings.LastIndexByte(name, '/') + 1
	pkg, rest, ok := strings.Cut(name[i:], ".")
	return ok && pkg != "" && rest != "" && !strings.ContainsAny(rest, ".[(-") && rest[0] >= 'A' && rest[0] <= 'Z'
}

// receiverOf is the plan of a method value's receiver, and where it stands.
func receiverOf(f *Function, v unsafe.Pointer) (*plan, unsafe.Pointer) {
	p := planOf(reflect.TypeOf(f.Receiver).Elem())
	align := uintptr(p.t.Align())
	return p, unsafe.Add(v, (unsafe.Sizeof(uintptr(0))+align-1)&^(align-1))
}

const (
	whyClosure   = "uma função que usa variáveis locais só existe na célula em que foi feita"
	whyInterface = "o método de um valor que só a interface conhece não tem nome em outras células; use o método do valor, ou guarde o valor e chame o método dele"
)

func (s *scan) function(p *plan, v unsafe.Pointer, path string) {
	f := s.names.function(v)
	if f == nil {
		why := whyClosure
		if frame, ok := frameOf(code(v)); ok && strings.HasSuffix(frame.Function, "-fm") {
			why = whyInterface
		}
		s.refuse(path, p, why)
		return
	}
	if f.Receiver != nil {
		of, at := receiverOf(f, v)
		s.value(of, at, path)
	}
}
