package backendtest

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var moveKernels = []kernel{{"Move", moveCalls}}

// moveCalls are what layers do with moves: a copy into a frame (padding), the
// channels of one of several inputs (concatenation), a transposition
// (permutation) and a repetition (up-sampling).
func moveCalls(d data) []call {
	const h, w, c = 9, 20, 7
	var calls []call
	for _, m := range []backend.Move{
		{Lengths: [6]int{1, 1, 1, h, w, c}, From: [6]int{0, 0, 0, w * c, c, 1}, To: [6]int{0, 0, 0, (w + 3) * c, c, 1}, ToStart: (w + 4) * c},
		{Lengths: [6]int{1, 1, 1, 1, h * w, c}, From: [6]int{0, 0, 0, 0, c, 1}, To: [6]int{0, 0, 0, 0, c + 5, 1}, ToStart: 5},
		{Lengths: [6]int{1, 1, 1, c, w, h}, From: [6]int{0, 0, 0, 1, c, w * c}, To: [6]int{0, 0, 0, w * h, h, 1}, FromStart: 0},
		{Lengths: [6]int{1, h, 2, w, 3, c}, From: [6]int{0, w * c, 0, c, 0, 1}, To: [6]int{0, 2 * w * 3 * c, w * 3 * c, 3 * c, c, 1}},
	} {
		from, to := m.Last()
		calls = append(calls, call{what: fmt.Sprintf("%+v", m), operands: []operand{in(d.normal(from + 1)), inout(d.normal(to + 1))},
			run: func(b backend.Backend, _ []int, x []backend.Buffer) float64 {
				b.Move(m, x[0], x[1])
				return 0
			}})
	}
	return calls
}
