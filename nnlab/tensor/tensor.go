// Package tensor gives the buffers of a backend a shape, and the kernels of a
// backend a check of the shapes they are called with: what a layer's comment
// promises is checked when it runs.
//
// Tensors are dense and row-major, with the batch as their first axis and the
// channels as their last (NHWC).
package tensor

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Tensor is a buffer of a backend with a shape.
type Tensor struct {
	Backend backend.Backend
	Buffer  backend.Buffer
	Shape   Shape

	// Factor, unless nil, is multiplied by wherever MatMulNT, ConvGradInput and MaxPoolGrad write
	// the tensor: what these make is a ∂E/∂y, and its product with f'(net) the δ of
	// the layer that it is sent to.
	Factor *Factor
}

// Factor is f'(net), expressed through Output = f(net).
type Factor struct {
	Of     backend.Activation // f
	Output *Tensor            // as large as the tensor that it is a factor of
}

// derivative is the factor for a kernel that writes t.
func (t *Tensor) derivative() backend.Derivative {
	if t.Factor == nil {
		return backend.Derivative{}
	}
	return backend.Derivative{Of: t.Factor.Of, Output: t.Factor.Output.Buffer}
}

// New returns a tensor of zeros. It panics when the shape has no axis, or one
// below 1.
func New(b backend.Backend, shape ...int) *Tensor {
	s := slices.Clone(Shape(shape)) // SetRows changes it
	if !s.Valid() {
		panic(backend.Error{Kernel: "tensor.New", Detail: fmt.Sprintf("expected one axis or more, each at least 1, got %v", s)})
	}
	return &Tensor{Backend: b, Buffer: b.Alloc(s.Size()), Shape: s}
}

// Of returns a tensor that holds a copy of values. It panics when their number
// is not the shape's size.
func Of(b backend.Backend, values []float32, shape ...int) *Tensor {
	t := New(b, shape...)
	if len(values) != t.Size() {
		panic(backend.Error{Kernel: "tensor.Of", Detail: fmt.Sprintf("shape %v holds %d numbers, got %d", t.Shape, t.Size(), len(values))})
	}
	b.Upload(t.Buffer, values)
	return t
}

// Size is the number of elements.
func (t *Tensor) Size() int { return t.Shape.Size() }

// Rows is the length of the first axis: the batch.
func (t *Tensor) Rows() int { return t.Shape[0] }

// Cols is the product of the axes behind the first: the elements of one example.
func (t *Tensor) Cols() int { return t.Shape[1:].Size() }

// SetRows changes the length of the first axis to n ≤ the rows that the buffer
// can hold: a last, shorter batch takes the front of the same memory.
func (t *Tensor) SetRows(n int) {
	if n < 1 || n*t.Cols() > t.Buffer.Len() {
		panic(backend.Error{Kernel: "tensor.SetRows", Detail: fmt.Sprintf("%d rows of %v do not fit in %d numbers", n, t.Shape[1:], t.Buffer.Len())})
	}
	t.Shape[0] = n
}

// Values returns a copy of the elements on the host, row by row.
func (t *Tensor) Values() []float32 {
	v := make([]float32, t.Size())
	t.Backend.Download(v, t.Buffer)
	return v
}

// Set copies values to the front of the tensor.
func (t *Tensor) Set(values []float32) { t.Backend.Upload(t.Buffer, values) }

// part is how many elements are on the host at a time while all pass over it.
const part = 1 << 16

// Parts calls f with copies of the elements on the host, part after part, until f
// fails. A part is valid during the call only.
func (t *Tensor) Parts(f func(part []float32) error) error {
	return t.parts(func(b backend.Buffer, values []float32) error {
		t.Backend.Download(values, b)
		return f(values)
	})
}

// SetParts has f write the elements, part after part, until it fails.
func (t *Tensor) SetParts(f func(part []float32) error) error {
	return t.parts(func(b backend.Buffer, values []float32) error {
		err := f(values)
		if err == nil {
			t.Backend.Upload(b, values)
		}
		return err
	})
}

func (t *Tensor) parts(f func(b backend.Buffer, values []float32) error) error {
	n := t.Size()
	values := make([]float32, min(n, part))
	for lo := 0; lo < n; lo += part {
		hi := min(lo+part, n)
		if err := f(t.Backend.Slice(t.Buffer, lo, hi), values[:hi-lo]); err != nil {
			return err
		}
	}
	return nil
}

// SetEach sets element i to value(i), i = 0, 1, … in this order.
func (t *Tensor) SetEach(value func(i int) float32) {
	i := 0
	t.SetParts(func(part []float32) error {
		for j := range part {
			part[j] = value(i)
			i++
		}
		return nil
	})
}

// String is the shape with the first elements: "[2 2] 1 0 0 1".
func (t *Tensor) String() string {
	v := t.Values()
	s := t.Shape.String()
	for i, x := range v {
		if i == 8 {
			return s + " …"
		}
		s += fmt.Sprintf(" %.4g", x)
	}
	return s
}
