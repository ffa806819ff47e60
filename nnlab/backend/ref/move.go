package ref

import "github.com/nnlab-go/lab/nnlab/backend"

func (ref) Move(m backend.Move, src, dst backend.Buffer) {
	m.Check()
	from, to := m.Last()
	X, Y := numbers("Move", src, from+1), numbers("Move", dst, to+1)
	var copyAxis func(axis, from, to int)
	copyAxis = func(axis, from, to int) {
		if axis == backend.MoveAxes {
			Y[to] = X[from]
			return
		}
		for i := range m.Lengths[axis] {
			copyAxis(axis+1, from+i*m.From[axis], to+i*m.To[axis])
		}
	}
	copyAxis(0, m.FromStart, m.ToStart)
}
