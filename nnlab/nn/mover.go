package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// mover is a layer that only carries numbers to other places: forwards along its
// strides, backwards along the same strides the other way.
type mover struct{ move backend.Move }

// plan sets the strides between the axes of one input and one output example,
// given for each axis of the output; the batch comes first.
func (l *mover) plan(lengths, from, to []int, in, out tensor.Shape) {
	first := backend.MoveAxes - len(lengths)
	l.move = backend.Move{Lengths: [backend.MoveAxes]int(slices.Repeat([]int{1}, backend.MoveAxes))}
	copy(l.move.Lengths[first:], lengths)
	copy(l.move.From[first:], from)
	copy(l.move.To[first:], to)
	l.move.From[0], l.move.To[0] = in.Size(), out.Size()
}

func (l *mover) forward(x, out *tensor.Tensor) {
	tensor.Move(rowsOf(l.move, x.Rows()), x, out)
}

func (l *mover) backward(dout, dx *tensor.Tensor) {
	tensor.Move(turned(rowsOf(l.move, dx.Rows())), dout, dx)
}

// distances is how far neighbours along each axis lie apart.
func distances(s tensor.Shape) []int {
	d := make([]int, len(s))
	for a := range s {
		d[a] = s[a+1:].Size()
	}
	return d
}

// rowsOf is a move of n examples.
func rowsOf(m backend.Move, n int) backend.Move {
	m.Lengths[0] = n
	return m
}

// turned is the move the other way.
func turned(m backend.Move) backend.Move {
	m.From, m.To = m.To, m.From
	m.FromStart, m.ToStart = m.ToStart, m.FromStart
	return m
}
