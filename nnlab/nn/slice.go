package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// slice is a part of its input along one axis:
//
//	forward     out   = x[…, from:to, …]
//	backward    ∂E/∂x = ∂E/∂out in that part, 0 elsewhere
type slice struct {
	mover
	axis, from, to int // counted from 1, as in Keras, where 0 is the batch; 0 here is the last
}

// SliceOption is what [Slice] and [Split] can be told: [Axis].
type SliceOption interface{ applySlice(*slice) }

type axis int

// Axis chooses the axis of an example, counted from 1 as in Keras: of an image
// 1 is the height, 2 the width, 3 the channels. Without it that is the last axis.
func Axis(n int) SliceOption { return axis(n) }

func (a axis) applySlice(l *slice) { l.axis = int(a) }

// Slice is the part from ≤ i < to along the channels, or along [Axis]:
// Slice(0, 3) of [28 28 8] is [28 28 3].
func Slice(from, to int, options ...SliceOption) Layer {
	return told(&slice{from: from, to: to}, options, SliceOption.applySlice)
}

// Split is the channels of a node, or what lies along [Axis], in parts of the given sizes:
// the opposite of [Concatenate]. The sizes add up to the length of the axis, if all of it
// is used.
//
//	halves := nn.Split(x, []int{32, 32})     // of [28 28 64]: two of [28 28 32]
func Split(of Source, sizes []int, options ...SliceOption) []*Node {
	var parts []*Node
	from := 0
	for _, n := range sizes {
		parts = append(parts, nodeOf(of).Then(Slice(from, from+n, options...)))
		from += n
	}
	return parts
}

func (l *slice) Forward(c *Context, x, out *tensor.Tensor) { l.forward(x, out) }

func (l *slice) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		tensor.Fill(0, dx)
		l.backward(dout, dx)
	}
}

func (l *slice) BackwardReads() (x, out bool) { return false, false }

func (l *slice) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	a := l.axis - 1
	if l.axis == 0 {
		a = len(in) - 1
	}
	if a < 0 || a >= len(in) {
		return nil, &Error{Expected: fmt.Sprintf("an axis from 1 to %d", len(in)), Got: fmt.Sprint(l.axis), GotShape: in, Mend: "nn.Axis(1) is the first axis of an example; the batch is not counted"}
	}
	if l.from < 0 || l.to <= l.from || l.to > in[a] {
		return nil, &Error{Expected: fmt.Sprintf("a part 0 ≤ from < to ≤ %d of axis %d", in[a], a+1), Got: fmt.Sprintf("%d to %d", l.from, l.to), GotShape: in,
			Mend: fmt.Sprintf("write nn.Slice(0, %d)", max(1, in[a]/2))}
	}
	before, behind := in[:a].Size(), in[a+1:].Size()
	out := append(append(append(tensor.Shape{}, in[:a]...), l.to-l.from), in[a+1:]...)
	// Three axes will do: what stands before the cut one, it, and what stands behind.
	l.plan([]int{before, out[a], behind}, []int{in[a] * behind, behind, 1}, []int{out[a] * behind, behind, 1}, in, out)
	l.move.FromStart = l.from * behind
	return out, nil
}

func (l *slice) String() string {
	if l.axis == 0 {
		return fmt.Sprintf("Slice(%d, %d)", l.from, l.to)
	}
	return fmt.Sprintf("Slice(%d, %d, axis %d)", l.from, l.to, l.axis)
}
