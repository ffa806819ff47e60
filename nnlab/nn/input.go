package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

type input struct{ shape tensor.Shape }

// Input says what one example looks like, without the batch axis:
// Input(28, 28, 1) is an image of 28×28 pixels and one channel. It stands first
// in a model.
func Input(shape ...int) Layer { return &input{shape} }

func (l *input) String() string { return "Input" + l.shape.String() }

func (l *input) Build(_ *Builder, _ tensor.Shape) (tensor.Shape, error) {
	if !l.shape.Valid() {
		return nil, &Error{Expected: "at least one axis, each of length 1 or more", Got: l.shape.String(),
			GotShape: l.shape, Mend: "write nn.Input(28, 28, 1) for an image, nn.Input(4) for four features"}
	}
	return l.shape, nil
}

func (l *input) reshapes() {}

func (l *input) Forward(*Context, *tensor.Tensor, *tensor.Tensor)                                  {}
func (l *input) Backward(*Context, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor) {}
