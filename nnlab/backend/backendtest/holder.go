package backendtest

import (
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// weightsOf is which operand of a kernel is weights, that a caller may hold.
var weightsOf = map[string]int{"Gemm": 1, "Conv": 1, "ConvGradInput": 1, "GemmFused": 1, "ConvFused": 1}

// held tests that a call gives the same bits with weights that are held as without,
// held by one or by two, and that it sees weights that have changed since.
func (s *suite) held(t *testing.T, h backend.Holder, c call) {
	t.Helper()
	weights, ok := weightsOf[c.kernel]
	if !ok {
		return
	}
	b, x := s.backend, make([]backend.Buffer, len(c.operands))
	for i, o := range c.operands {
		if o.values != nil {
			x[i] = b.Alloc(len(o.values))
		}
	}
	w := c.operands[weights].values
	changed := slices.Clone(w)
	slices.Reverse(changed)
	changed[0]++ // what is one number changes, too
	run := func() (r result) {
		for i, o := range c.operands {
			if i != weights && o.values != nil {
				b.Upload(x[i], o.values)
			}
		}
		c.run(b, c.dims, x)
		for _, y := range x {
			var numbers []float64
			if y != nil {
				numbers = read(b, y)
			}
			r.operands = append(r.operands, numbers)
		}
		return r
	}
	compare := func(how string, want result) {
		t.Helper()
		got := run()
		for i, o := range c.operands {
			if !o.out {
				continue
			}
			if wrong := identical(got.operands[i], want.operands[i]); wrong != "" {
				t.Errorf("%v: %s: operand %d: %s", c, how, i, wrong)
			}
		}
	}
	b.Upload(x[weights], changed)
	second := run()
	b.Upload(x[weights], w)
	first := run()

	release, releaseOther := h.Hold(x[weights]), h.Hold(x[weights])
	compare("with held weights", first)
	release()
	release() // does nothing
	compare("with held weights, again, after one of two has released them", first)
	releaseOther()
	b.Upload(x[weights], changed)
	defer h.Hold(x[weights])()
	compare("with weights that have changed and are held anew", second)
}
