package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

type flatten struct{}

// Flatten lays an example out in one row, the channels running fastest:
// [28 28 1] becomes [784]. It has no parameters, and moves nothing: forwards
// and backwards the numbers stay where they are.
func Flatten() Layer { return &flatten{} }

func (l *flatten) String() string { return "Flatten" }

func (l *flatten) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	return tensor.Shape{in.Size()}, nil
}

func (l *flatten) reshapes() {}

func (l *flatten) Forward(*Context, *tensor.Tensor, *tensor.Tensor) {}
func (l *flatten) Backward(*Context, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor, *tensor.Tensor) {
}
