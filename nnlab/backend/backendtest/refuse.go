package backendtest

import (
	"errors"
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
