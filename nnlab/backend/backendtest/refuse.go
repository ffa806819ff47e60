package backendtest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// foreign is a buffer that belongs to no backend.
type foreign struct{ n int }

func (f foreign) Len() int { return f.n }

// refusals tests that a call with sizes or buffers that cannot be right panics
// with a [backend.Error] that names the kernel, and has changed nothing.
func (s *suite) refusals(t *testing.T, c call) {
	t.Helper()
	for i := range c.dims {
		for _, bad := range []int{0, -1} {
			dims := slices.Clone(c.dims)
			dims[i] = bad
			s.refused(t, c, "a dimension below 1", dims, nil)
		}
	}
	for i, o := range c.operands {
		if o.values == nil {
			continue
		}
		s.refused(t, c, "a foreign buffer", c.dims, func(x []backend.Buffer) { x[i] = foreign{len(o.values)} })
		if !o.optional {
			s.refused(t, c, "a nil buffer", c.dims, func(x []backend.Buffer) { x[i] = nil })
		}
		if n := len(o.values); n > 1 {
			s.refused(t, c, "a buffer that is too short", c.dims, func(x []backend.Buffer) { x[i] = s.backend.Slice(x[i], 0, n-1) })
		}
	}
}

func (s *suite) refused(t *testing.T, c call, what string, dims []int, spoil func([]backend.Buffer)) {
	t.Helper()
	x := make([]backend.Buffer, len(c.operands))
	for i, o := range c.operands {
		if o.values != nil {
			x[i] = s.backend.Alloc(len(o.values))
			s.backend.Upload(x[i], o.values)
		}
	}
	before := slices.Clone(x)
	if spoil != nil {
		spoil(x)
	}
	mustPanic(t, c.kernel, what, func() { c.run(s.backend, dims, x) })
	for i, o := range c.operands {
		if o.values == nil {
			continue
		}
		if wrong := identical(read(s.backend, before[i]), widen(o.values)); wrong != "" {
			t.Errorf("%v: refused %s, but had changed operand %d: %s", c, what, i, wrong)
		}
	}
}

// constants tests that what is no function, no loss, no rate and no step is
// refused.
func (s *suite) constants(t *testing.T) {
	b := s.backend
	x, y := b.Alloc(4), b.Alloc(4)
	unknown := backend.Activation{Kind: 77}
	mustPanic(t, "Activate", "an unknown function", func() { b.Activate(unknown, 4, x, y) })
	mustPanic(t, "ActivateGrad", "an unknown function", func() { b.ActivateGrad(unknown, 4, x, x, y) })
	mustPanic(t, "Gemm", "an unknown function", func() {
		b.Gemm(backend.NN, 2, 2, 2, x, x, 0, y, backend.Epilogue{Activation: unknown})
	})
	mustPanic(t, "Loss", "an unknown loss", func() { b.Loss(backend.Loss{Kind: 77}, 2, 2, x, x, y, nil) })
	for _, rate := range []float64{-0.1, 1, 1.5, math.NaN()} {
		mustPanic(t, "Dropout", fmt.Sprintf("the rate %v", rate), func() { b.Dropout(4, rate, backend.Key{Base: 1}, x, y) })
	}
	mustPanic(t, "Nadam", "step 0", func() { b.Nadam(backend.Nadam{Beta1: 0.9, Beta2: 0.999}, 1, x, x, y, y) })
	mustPanic(t, "Adam", "step 0", func() { b.Adam(backend.Adam{Beta1: 0.9, Beta2: 0.999}, 1, x, x, y, y) })
}

// mustPanic tests that f panics with a [backend.Error] of the kernel.
func mustPanic(t *testing.T, kernel, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		r := recover()
		err, ok := r.(error)
		var e backend.Error
		switch {
		case r == nil:
			t.Errorf("%s accepted %s", kernel, what)
		case !ok || !errors.As(err, &e):
			t.Errorf("%s, given %s: panicked with %v, want a backend.Error", kernel, what, r)
		case e.Kernel != kernel || e.Detail == "":
			t.Errorf("%s, given %s: the error names %q and says %q", kernel, what, e.Kernel, e.Detail)
		}
	}()
	f()
}
