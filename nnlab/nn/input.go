package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// InputLayer is where examples enter a network. It stands first in a
// [Sequential], or begins the branches of a [Graph] by its method Then.
type InputLayer struct {
	shape tensor.Shape
	begin *Node
}

// Input says what one example looks like, without the batch axis:
// Input(28, 28, 1) is an image of 28×28 pixels and one channel.
func Input(shape ...int) *InputLayer {
	l := &InputLayer{shape: shape}
	l.begin = &Node{layer: l}
	return l
}

// Then puts layers behind the input, one behind the other, see [Graph].
func (l *InputLayer) Then(layers ...Layer) *Node { return l.node().Then(layers...) }

func (l *InputLayer) node() *Node {
	if l == nil {
		return nil
	}
	return l.begin
}

func (l *InputLayer) String() string { return "Input" + l.shape.String() }

// Build returns the shape that Input was given.
func (l *InputLayer) Build(_ *Builder, _ tensor.Shape) (tensor.Shape, error) {
	if !l.shape.Valid() {
		return nil, &Error{Expected: "at least one axis, each of length 1 or more", Got: l.shape.String(),
			GotShape: l.shape, Mend: "write nn.Input(28, 28, 1) for an image, nn.Input(4) for four features"}
	}
	return l.shape, nil
}

func (l *InputLayer) reshapes() {}

// Forward does nothing: the examples are there already.
func (l *InputLayer) Forward(*Context, *tensor.Tensor, *tensor.Tensor) {}

// Backward does nothing: nothing learns before the input.
func (l *InputLayer) Backward(*Context, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor) {
}
