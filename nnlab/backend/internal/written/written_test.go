package written

import (
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Kinds may come from another process.
func TestCheckKinds(t *testing.T) {
	if CheckKinds([]Kind{Float64}) != nil || CheckKinds([]Kind{kinds}) == nil {
		t.Error("kinds that come from elsewhere are not checked")
	}
}

// buffer is one of no backend.
type buffer struct{}

func (*buffer) Len() int { return 1 }

func TestArguments(t *testing.T) {
	x := &buffer{}
	of := []Kind{Whole32, Whole32, Whole32, Whole64, Whole64, Float32, Float32, Float64, Float64}
	got := Arguments("f", of, []any{-1, uint32(math.MaxUint32), Raw(7), x, -2, 0.5, 3, float32(0.25), uint8(2)})
	bits := []uint64{math.MaxUint32, math.MaxUint32, 7, 0, math.MaxUint64 - 1, uint64(math.Float32bits(0.5)), uint64(math.Float32bits(3)), math.Float64bits(0.25), math.Float64bits(2)}
	for i, want := range bits {
		if got[i].Bits != want || (got[i].Buffer != nil) != (i == 3) {
			t.Errorf("argument %d is %+v, want %#x", i+1, got[i], want)
		}
	}
	for _, c := range []struct {
		of   []Kind
		args []any
		want string
	}{
		{of[:1], nil, "expected 1 arguments, got 0"},
		{[]Kind{Whole32}, []any{0.5}, "expected a whole number of 32 bits as argument 1, got 0.5 (float64)"},
		{[]Kind{Whole32}, []any{1 << 32}, "got 4294967296 (int)"},
		{[]Kind{Whole32}, []any{math.MinInt32 - 1}, "got -2147483649 (int)"},
		{[]Kind{Whole32}, []any{uint64(1 << 32)}, "got 4294967296 (uint64)"},
		{[]Kind{Whole32}, []any{x}, "got *written.buffer"},
		{[]Kind{Float32, Float32}, []any{1, x}, "expected a number (float) as argument 2"},
		{[]Kind{Whole64}, []any{1.5}, "expected a buffer or a whole number"},
		{[]Kind{Whole64}, []any{[]float32{1}}, "got []float32"},
		{[]Kind{Whole64}, []any{nil}, "got <nil>"},
		{[]Kind{Whole64}, []any{(*buffer)(nil)}, "got *written.buffer"},
		{[]Kind{Float64}, []any{"1"}, "expected a number (double) as argument 1, got string"},
		{[]Kind{Float64}, []any{nil}, "got <nil>"},
		{[]Kind{Whole32}, []any{nil}, "got <nil>"},
	} {
		refused(t, c.want, func() { Arguments("f", c.of, c.args) })
	}
}

func TestSizes(t *testing.T) {
	if b, s := Sizes("f", backend.Dim3{X: 100000}, backend.Dim3{X: 16, Y: 16, Z: 4}); b != [3]int{100000, 1, 1} || s != [3]int{16, 16, 4} {
		t.Errorf("got %v, %v", b, s)
	}
	one := backend.Dim3{}
	refused(t, "blocks", func() { Sizes("f", backend.Dim3{Y: 65536}, one) })
	refused(t, "blocks", func() { Sizes("f", backend.Dim3{X: -1}, one) })
	refused(t, "threads", func() { Sizes("f", one, backend.Dim3{Z: 65}) })
	refused(t, "expected at most 1024 threads in a block, got 33×32×1 = 1056", func() { Sizes("f", one, backend.Dim3{X: 33, Y: 32}) })
}

// refused asks for an error of the kernel f.
func refused(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if e, ok := recover().(backend.Error); !ok || e.Kernel != "f" || !strings.Contains(e.Detail, want) {
			t.Errorf("got %v, want %q", e, want)
		}
	}()
	f()
}
