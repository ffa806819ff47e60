// Package written has what the backends share that launch kernels which a user has written:
// how a kernel is called by what its PTX says.
package written

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Kind is what a parameter of a kernel is.
type Kind uint8

// The kinds. PTX does not tell a pointer from a number of 64 bits.
const (
	Whole32 Kind = iota // int, unsigned
	Whole64             // a pointer, long long, size_t
	Float32
	Float64
	kinds
)

func (k Kind) String() string {
	return [...]string{"a whole number of 32 bits", "a buffer or a whole number", "a number (float)", "a number (double)"}[k]
}

// Kernel is one that is compiled, and tells how it is called.
type Kernel interface {
	backend.Kernel
	Kinds() []Kind
}

// Most is how many parameters a kernel may have.
const Most = 48

// CheckKinds refuses kinds that there are not, where they come from another process.
func CheckKinds(of []Kind) error {
	for _, k := range of {
		if k >= kinds {
			return errors.New("a kind of parameter that there is not")
		}
	}
	return nil
}

// Raw is the bits of a number that were made of it already.
type Raw uint64

// Argument is what a parameter gets: a buffer, or the bits of a number.
type Argument struct {
	Buffer backend.Buffer
	Bits   uint64
}

// Arguments makes a kernel's arguments of what a user gives. It panics with a [backend.Error]
// where these are not the kernel's.
func Arguments(kernel string, of []Kind, args []any) []Argument {
	if len(args) != len(of) {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected %d arguments, got %d", len(of), len(args))})
	}
	made := make([]Argument, len(args))
	for i, arg := range args {
		ok := false
		if made[i], ok = argument(of[i], arg); !ok {
			panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected %v as argument %d, got %s", of[i], i+1, described(arg))})
		}
	}
	return made
}

func argument(k Kind, arg any) (a Argument, ok bool) {
	if raw, is := arg.(Raw); is {
		return Argument{Bits: uint64(raw)}, true
	}
	if b, is := arg.(backend.Buffer); is {
		v := reflect.ValueOf(arg)
		return Argument{Buffer: b}, k == Whole64 && (v.Kind() != reflect.Pointer || !v.IsNil())
	}
	v := reflect.ValueOf(arg)
	whole := v.CanInt() || v.CanUint()
	switch k {
	case Whole32:
		if v.CanUint() {
			return Argument{Bits: v.Uint()}, v.Uint() <= math.MaxUint32
		}
		return Argument{Bits: bitsOf(v) & math.MaxUint32}, v.CanInt() && v.Int() >= math.MinInt32 && v.Int() <= math.MaxUint32
	case Whole64:
		return Argument{Bits: bitsOf(v)}, whole
	}
	if !whole && !v.CanFloat() {
		return Argument{}, false
	}
	f := v.Convert(reflect.TypeFor[float64]()).Float()
	if k == Float32 {
		return Argument{Bits: uint64(math.Float32bits(float32(f)))}, true
	}
	return Argument{Bits: math.Float64bits(f)}, true
}

// bitsOf are those of a whole number.
func bitsOf(v reflect.Value) uint64 {
	switch {
	case v.CanInt():
		return uint64(v.Int())
	case v.CanUint():
		return v.Uint()
	}
	return 0
}

func described(arg any) string {
	switch v := reflect.ValueOf(arg); {
	case v.CanInt() || v.CanUint() || v.CanFloat():
		return fmt.Sprintf("%v (%T)", arg, arg)
	default:
		return fmt.Sprintf("%T", arg)
	}
}

// What a card can be asked for, of whatever compute capability the lab knows.
const (
	mostBlocksX, mostBlocks     = math.MaxInt32, 65535
	mostThreadsXY, mostThreadsZ = 1024, 64
	mostThreads                 = 1024
)

// Sizes are the sizes of a launch with 1 for 0. It panics with a [backend.Error] where no card
// could take them.
func Sizes(kernel string, blocks, threads backend.Dim3) (b, t [3]int) {
	b, t = sizes(blocks), sizes(threads)
	refuse := func(what string, most [3]int, got backend.Dim3) {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected at most %d×%d×%d %s, got %d×%d×%d", most[0], most[1], most[2], what, got.X, got.Y, got.Z)})
	}
	if most := [3]int{mostBlocksX, mostBlocks, mostBlocks}; !within(b, most) {
		refuse("blocks, and none below 0", most, blocks)
	}
	if most := [3]int{mostThreadsXY, mostThreadsXY, mostThreadsZ}; !within(t, most) {
		refuse("threads in a block, and none below 0", most, threads)
	}
	if n := t[0] * t[1] * t[2]; n > mostThreads {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected at most %d threads in a block, got %d×%d×%d = %d", mostThreads, t[0], t[1], t[2], n)})
	}
	return b, t
}

func sizes(d backend.Dim3) (s [3]int) {
	for a, n := range [3]int{d.X, d.Y, d.Z} {
		if s[a] = n; n == 0 {
			s[a] = 1
		}
	}
	return s
}

func within(s, most [3]int) bool {
	for a := range s {
		if s[a] < 1 || s[a] > most[a] {
			return false
		}
	}
	return true
}
