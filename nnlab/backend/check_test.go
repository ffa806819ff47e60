package backend_test

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestCheck tests what each check accepts, and the text of what it refuses.
func TestCheck(t *testing.T) {
	v := buffer{}
	for _, c := range []struct {
		check func()
		want  string // "" when it must pass
	}{
		{func() { backend.Check("Gemm", 1, 2, 3) }, ""},
		{func() { backend.Check("Gemm", 4, 0, 3) }, "backend: Gemm: every dimension must be at least 1, got [4 0 3]"},
		{func() { backend.Check("Axpy", -1) }, "backend: Axpy: every dimension must be at least 1, got [-1]"},
		{func() { backend.CheckSlice(0, 1) }, ""},
		{func() { backend.CheckSlice(-1, 1) }, "backend: Slice: expected 0 ≤ lo < hi, got -1 and 1"},
		{func() { backend.CheckSlice(2, 2) }, "backend: Slice: expected 0 ≤ lo < hi, got 2 and 2"},
		{func() { backend.Activation{Kind: backend.ReLU}.Check("Gemm") }, ""},
		{func() { backend.Activation{Kind: 77}.Check("Gemm") }, "backend: Gemm: unknown activation ActivationKind(77)"},
		{func() { backend.Loss{Kind: backend.CategoricalCrossentropy}.Check() }, ""},
		{func() { backend.Loss{Kind: 9}.Check() }, "backend: Loss: unknown loss 9"},
		{func() { backend.CheckRate(0) }, ""},
		{func() { backend.CheckRate(1) }, "backend: Dropout: expected 0 ≤ rate < 1, got 1"},
		{func() { backend.SGD{}.Check(nil) }, ""},
		{func() { backend.SGD{Momentum: 0.9}.Check(v) }, ""},
		{func() { backend.SGD{Momentum: 0.9}.Check(nil) }, "backend: SGD: expected a buffer v for the momentum 0.9, got nil"},
		{func() { backend.RMSprop{Momentum: 0.9}.Check(v) }, ""},
		{func() { backend.RMSprop{Momentum: 0.9}.Check(nil) }, "backend: RMSprop: expected a buffer v for the momentum 0.9, got nil"},
		{func() { backend.Adam{Step: 1}.Check() }, ""},
		{func() { backend.Adam{}.Check() }, "backend: Adam: expected a step of at least 1, got 0"},
	} {
		got := ""
		func() {
			defer func() {
				if e, ok := recover().(error); ok {
					got = e.Error()
				}
			}()
			c.check()
		}()
		if got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

type buffer struct{}

func (buffer) Len() int { return 1 }

// TestCheckAllocates tests that a check that passes costs no allocation: every
// kernel makes one.
func TestCheckAllocates(t *testing.T) {
	n := 3
	if allocs := testing.AllocsPerRun(10, func() { backend.Check("Gemm", n, n, n) }); allocs != 0 {
		t.Errorf("Check allocates %v times", allocs)
	}
}
