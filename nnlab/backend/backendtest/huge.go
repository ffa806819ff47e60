package backendtest

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// huge tests the normalisations with numbers whose squares float32 does not hold, though it
// holds what comes out: that is what float64 says.
func (s *suite) huge(t *testing.T) {
	const rows, cols = 6, 9
	d := newData("huge")
	for _, size := range []float32{1e15, 1e19, 1e25, 1e35} {
		x := d.normal(rows * cols)
		for i := range x {
			x[i] *= size
		}
		calls := []call{{kernel: "LayerNorm", dims: []int{rows, cols}, operands: []operand{in(x), in(d.normal(cols)), in(d.normal(cols)), out(rows * cols)},
			run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
				b.LayerNorm(s[0], s[1], normEpsilon, x[0], x[1], x[2], x[3])
				return 0
			}}}
		for _, p := range append(local, backend.LocalResponse{Size: 5, K: 2, Alpha: 1e-4, Beta: 0.75}) {
			calls = append(calls, call{kernel: "LocalResponse", dims: []int{rows, cols}, operands: []operand{in(x), out(rows * cols)},
				run: func(b backend.Backend, s []int, x []backend.Buffer) float64 {
					b.LocalResponse(p, s[0], s[1], x[0], x[1])
					return 0
				}})
		}
		for _, c := range calls {
			got, want := c.do(s.backend, 0, nil), c.do(s.ref, 0, nil)
			last := len(c.operands) - 1
			if wrong := compare(got.operands[last][guards:][:rows*cols], want.operands[last][guards:][:rows*cols], 0, 1e-5); wrong != "" {
				t.Errorf("%s of numbers around %g: %s", c.kernel, size, wrong)
			}
		}
	}
}
