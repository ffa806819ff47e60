package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// A Merger makes one output of several inputs: a [Layer] with more than one x. [Merge] puts
// it into a [Graph].
type Merger interface {
	// String is the recipe, "Add".
	String() string
	// Build learns the shapes of one example of each input, and returns that of
	// the output.
	Build(b *Builder, in []tensor.Shape) (tensor.Shape, error)
	// Forward computes y from the inputs x.
	Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor)
	// Backward computes the elements of dx from dy, which it may overwrite, after Forward on the same
	// x. An element of dx is nil where nothing needs it.
	Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor)
}

// Merge makes one node of several by a merge of your own; those of this package are [Add],
// [Subtract], [Multiply], [Average], [Maximum] and [Concatenate].
func Merge(m Merger, of ...Source) *Node { return join(m, of) }

// alike is what merges have in common whose inputs are of one shape, which is
// also the output's.
type alike struct{ kind string }

func (m alike) String() string { return m.kind }

func (m alike) Build(_ *Builder, in []tensor.Shape) (tensor.Shape, error) {
	if len(in) < 2 {
		return nil, tooFew(m.kind, len(in))
	}
	for _, s := range in[1:] {
		if !s.Equal(in[0]) {
			return nil, &Error{Expected: "inputs of one shape", Got: fmt.Sprint(in), ExpectedShape: in[0], GotShape: s,
				Mend: "a Conv2D of 1×1 with strides, or a Dense, brings an input to another shape"}
		}
	}
	return in[0], nil
}

func tooFew(kind string, n int) *Error {
	return &Error{Expected: "at least 2 inputs", Got: fmt.Sprint(n), Mend: "write nn." + kind + "(a, b)"}
}

// join makes the node of a merge.
func join(m Merger, of []Source) *Node {
	n := &Node{layer: m}
	for _, s := range of {
		n.from = append(n.from, nodeOf(s))
	}
	return n
}

// send copies dy to each input that needs it.
func send(dy *tensor.Tensor, dx []*tensor.Tensor) {
	for _, d := range dx {
		if d != nil {
			tensor.Copy(dy, d)
		}
	}
}
