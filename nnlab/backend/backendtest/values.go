package backendtest

import (
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// values tests that a call computes what the reference computes, leaves what it
// only reads and what lies beside its operands as it was, and gives the same
// bits a second time, in place and on the other backends.
func (s *suite) values(t *testing.T, c call) {
	t.Helper()
	const number = 7.25 // as a guard it is changed by what writes it; a NaN shows in what reads it
	first := c.do(s.backend, number, nil)
	s.check(t, c, first, c.do(s.ref, 0, nil))
	s.untouched(t, c, number, first)
	again := c.do(s.backend, nan, nil)
	s.repeat(t, c, "again", first, again, nil)
	s.untouched(t, c, nan, again)
	for _, o := range s.others {
		s.repeat(t, c, "with other workers", first, c.do(o, 0, nil), nil)
	}
	for _, pair := range c.inPlace {
		alias := map[int]int{pair[0]: pair[1]}
		s.repeat(t, c, "in place", first, c.do(s.backend, 0, alias), alias)
	}
}

// untouched tests that the guards and the operands that are only read are as
// they were.
func (s *suite) untouched(t *testing.T, c call, guard float32, r result) {
	t.Helper()
	for i, x := range r.operands {
		if x == nil {
			continue
		}
		for j, v := range slices.Concat(x[:guards], x[len(x)-guards:]) {
			if !same(v, float64(guard)) {
				t.Errorf("%v: wrote %v beside operand %d, at guard %d", c, v, i, j)
			}
		}
		if o := c.operands[i]; !o.out {
			if wrong := identical(x[guards:len(x)-guards], widen(o.values)); wrong != "" {
				t.Errorf("%v: changed operand %d, which it may only read: %s", c, i, wrong)
			}
		}
	}
}

// check compares the outputs of a call with those of the reference.
func (s *suite) check(t *testing.T, c call, got, want result) {
	t.Helper()
	tolerance := s.tolerance * max(1, c.slack)
	if _, product := weightsOf[c.kernel]; product || c.kernel == "ConvGradKernel" {
		tolerance *= s.products
	}
	if wrong := compare([]float64{got.number}, []float64{want.number}, c.terms, tolerance); wrong != "" {
		t.Errorf("%v: returned %s", c, wrong)
	}
	for i, o := range c.operands {
		if !o.out {
			continue
		}
		n := len(o.values)
		if wrong := compare(got.operands[i][guards:][:n], want.operands[i][guards:][:n], c.terms, tolerance); wrong != "" {
			t.Errorf("%v: operand %d: %s", c, i, wrong)
		}
	}
}

// repeat compares the outputs of two runs of one call to the bit.
func (s *suite) repeat(t *testing.T, c call, how string, first, second result, alias map[int]int) {
	t.Helper()
	if !same(first.number, second.number) {
		t.Errorf("%v: %s: returned %v, first %v", c, how, second.number, first.number)
	}
	for i, o := range c.operands {
		if !o.out {
			continue
		}
		got := second.operands[i]
		if as, ok := alias[i]; ok {
			got = second.operands[as]
		}
		if wrong := identical(got[guards:][:len(o.values)], first.operands[i][guards:][:len(o.values)]); wrong != "" {
			t.Errorf("%v: %s: operand %d: %s", c, how, i, wrong)
		}
	}
}

// specials tests that NaN, Inf and 0 in each operand come out as they do in the
// reference.
func (s *suite) specials(t *testing.T, c call) {
	t.Helper()
	d := newData("special " + c.String())
	for i, o := range c.operands {
		if o.exact || o.values == nil || s.spread && c.kernel == "ConvGradInput" && i == weightsOf[c.kernel] {
			continue
		}
		for _, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0} {
			changed := c
			changed.what += " with a special number"
			changed.operands = slices.Clone(c.operands)
			x := slices.Clone(o.values)
			x[d.IntN(len(x))] = float32(special)
			// A zero somewhere in the others makes 0·Inf likely.
			for j := range changed.operands {
				if other := &changed.operands[j]; j != i && !other.exact && other.values != nil {
					other.values = slices.Clone(other.values)
					other.values[d.IntN(len(other.values))] = 0
				}
			}
			changed.operands[i].values = x
			s.check(t, changed, changed.do(s.backend, 0, nil), changed.do(s.ref, 0, nil))
		}
	}
}

// allocations tests that no call of a kernel allocates once it has run.
func (s *suite) allocations(t *testing.T, k kernel) {
	t.Helper()
	for _, c := range k.calls(newData(k.name)) {
		x := make([]backend.Buffer, len(c.operands))
		for i, o := range c.operands {
			if o.values != nil {
				x[i] = s.backend.Alloc(len(o.values))
				s.backend.Upload(x[i], o.values)
			}
		}
		if n := testing.AllocsPerRun(3, func() { c.run(s.backend, c.dims, x) }); n != 0 {
			t.Errorf("%s %v: %v allocations a call", k.name, c.dims, n)
			return
		}
	}
}

var nan = float32(math.NaN())

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
