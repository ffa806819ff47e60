package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

type reshape struct{ shape tensor.Shape }

// Reshape gives the numbers of an example another shape, in their order:
// Reshape(28, 28, 1) makes an image of 784 features. It has no parameters and
// moves nothing.
func Reshape(shape ...int) Layer { return &reshape{shape} }

func (l *reshape) String() string { return "Reshape" + l.shape.String() }

func (l *reshape) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if !l.shape.Valid() || l.shape.Size() != in.Size() {
		return nil, &Error{Expected: "a shape of as many numbers as its input " + in.String(), Got: l.shape.String(),
			GotShape: l.shape, Mend: "the product of the axes must stay the same"}
	}
	return l.shape, nil
}

func (l *reshape) reshapes() {}

func (l *reshape) Forward(*Context, *tensor.Tensor, *tensor.Tensor) {}
func (l *reshape) Backward(*Context, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor) {
}
