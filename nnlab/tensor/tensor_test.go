package tensor_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

func TestShape(t *testing.T) {
	for _, c := range []struct {
		shape tensor.Shape
		size  int
		valid bool
		text  string
	}{
		{nil, 1, false, "[]"},
		{tensor.Shape{7}, 7, true, "[7]"},
		{tensor.Shape{28, 28, 1}, 784, true, "[28 28 1]"},
		{tensor.Shape{2, 0, 3}, 0, false, "[2 0 3]"},
		{tensor.Shape{2, -1}, -2, false, "[2 -1]"},
	} {
		if got := c.shape.Size(); got != c.size {
			t.Errorf("%v.Size() = %d, want %d", c.shape, got, c.size)
		}
		if got := c.shape.Valid(); got != c.valid {
			t.Errorf("%v.Valid() = %v", c.shape, got)
		}
		if got := c.shape.String(); got != c.text {
			t.Errorf("String() = %q, want %q", got, c.text)
		}
		if !c.shape.Equal(slices.Clone(c.shape)) || c.shape.Equal(append(slices.Clone(c.shape), 1)) {
			t.Errorf("%v.Equal is wrong", c.shape)
		}
	}
}

func TestTensor(t *testing.T) {
	b := ref.New()
	x := tensor.Of(b, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 3, 2, 2)
	if x.Size() != 12 || x.Rows() != 3 || x.Cols() != 4 {
		t.Errorf("size %d, rows %d, cols %d", x.Size(), x.Rows(), x.Cols())
	}
	if got, want := x.String(), "[3 2 2] 1 2 3 4 5 6 7 8 …"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
	x.SetRows(2)
	if got, want := x.String(), "[2 2 2] 1 2 3 4 5 6 7 8"; got != want {
		t.Errorf("with two rows: %q, want %q", got, want)
	}
	x.Set([]float32{-1})
	x.SetRows(3)
	if got, want := x.Values(), []float32{-1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}; !slices.Equal(got, want) {
		t.Errorf("Values() = %v, want %v", got, want)
	}
	x.Values()[0] = 5
	if x.Values()[0] != -1 {
		t.Error("Values must be a copy")
	}
	shape := []int{4, 2}
	tensor.New(b, shape...).SetRows(1)
	if shape[0] != 4 {
		t.Error("SetRows changed the shape that the tensor was made from")
	}
	if v := tensor.New(b, 2, 2).Values(); !slices.Equal(v, make([]float32, 4)) {
		t.Errorf("New holds %v, want zeros", v)
	}
}

// More elements than are on the host at a time, asked for once and in their order.
func TestSetEach(t *testing.T) {
	for _, n := range []int{1, 1 << 16, 3<<16 + 5} {
		x, next := tensor.New(cpu.New(), n), 0
		x.SetEach(func(i int) float32 {
			if i != next {
				t.Fatalf("asked for element %d, want %d", i, next)
			}
			next++
			return float32(i)
		})
		seen := 0
		if err := x.Parts(func(part []float32) error {
			for _, v := range part {
				if v != float32(seen) {
					return fmt.Errorf("element %d of %d is %v", seen, n, v)
				}
				seen++
			}
			return nil
		}); err != nil || seen != n {
			t.Errorf("%v after %d of %d elements", err, seen, n)
		}
	}
	x, failed := tensor.New(cpu.New(), 3<<16), errors.New("no more")
	if err := x.SetParts(func(part []float32) error {
		if x.Values()[0] != 0 {
			return failed
		}
		part[0] = 1
		return nil
	}); err != failed || x.Values()[1<<16] != 0 {
		t.Errorf("%v, %v", err, x)
	}
}

// TestOps tests each operation on numbers worked out by hand, on both backends.
func TestOps(t *testing.T) {
	relu, sigmoid := backend.Activation{Kind: backend.ReLU}, backend.Activation{Kind: backend.Sigmoid}
	for _, b := range []backend.Backend{ref.New(), cpu.New()} {
		of := func(shape []int, v ...float32) *tensor.Tensor { return tensor.Of(b, v, shape...) }
		check := func(op string, x *tensor.Tensor, want ...float32) {
			t.Helper()
			for i, v := range x.Values() {
				if !(math.Abs(float64(v-want[i])) < 1e-6) {
					t.Errorf("%s on %s: %v, want %v", op, b.Name(), x.Values(), want)
					return
				}
			}
		}
		a, w := of([]int{2, 3}, 1, 2, 3, 4, 5, 6), of([]int{3, 2}, 1, 0, 0, -1, 2, 1)
		c := tensor.New(b, 2, 2)
		tensor.MatMul(c, a, w, nil, backend.Activation{})
		check("MatMul", c, 7, 1, 16, 1)
		tensor.MatMul(c, a, w, of([]int{2}, -10, 0.5), relu)
		check("MatMul with bias and ReLU", c, 0, 1.5, 6, 1.5)
		image := of([]int{2, 1, 3}, 1, 2, 3, 4, 5, 6) // axes behind the first count as one
		tensor.MatMul(c, image, w, nil, backend.Activation{})
		check("MatMul of images", c, 7, 1, 16, 1)

		δ := of([]int{2, 2}, 1, 0, 0, -1)
		dw := of([]int{3, 2}, 100, 0, 0, 0, 0, 100)
		tensor.MatMulTN(dw, a, δ, 0)
		check("MatMulTN", dw, 1, -4, 2, -5, 3, -6)
		tensor.MatMulTN(dw, a, δ, 1)
		check("MatMulTN onto what is there", dw, 2, -8, 4, -10, 6, -12)
		dx := tensor.New(b, 2, 3)
		tensor.MatMulNT(dx, δ, w)
		check("MatMulNT", dx, 1, 0, 2, 0, 1, -1)

		sum := of([]int{3}, 1, 1, 1)
		tensor.SumRows(sum, a, 0)
		check("SumRows", sum, 5, 7, 9)
		tensor.SumRows(sum, a, 1)
		check("SumRows onto what is there", sum, 10, 14, 18)

		x, y := of([]int{2, 2}, 0, -1, 2, 0), tensor.New(b, 2, 2)
		tensor.Activate(sigmoid, x, y)
		check("Activate", y, 0.5, 0.26894142, 0.8807971, 0.5)
		tensor.ActivateGrad(sigmoid, of([]int{2, 2}, 0.5, 0.25, 0, 1), of([]int{2, 2}, 4, 16, 9, 9), y)
		check("ActivateGrad", y, 1, 3, 0, 0)

		rows := of([]int{1, 2, 2}, 0, 0, 0, float32(math.Log(3))) // along the last axis
		p := tensor.New(b, 1, 2, 2)
		tensor.Softmax(rows, p)
		check("Softmax", p, 0.5, 0.5, 0.25, 0.75)
		tensor.SoftmaxGrad(p, of([]int{1, 2, 2}, 1, 0, 4, 0), rows)
		check("SoftmaxGrad", rows, 0.25, -0.25, 0.75, -0.75)

		tensor.Copy(δ, y)
		check("Copy", y, 1, 0, 0, -1)
		tensor.Add(x, y)
		check("Add", y, 1, -1, 2, -1)
		tensor.Dropout(0, backend.Key{Base: 3}, x, y)
		check("Dropout that drops nothing", y, 0, -1, 2, 0)
		ones := of([]int{1, 4}, 1, 1, 1, 1)
		tensor.Dropout(0.5, backend.Key{Base: 3}, ones, ones)
		var want []float32
		for i := range 4 {
			want = append(want, 0)
			if backend.Uniform(3, i) >= 0.5 {
				want[i] = 2
			}
		}
		check("Dropout", ones, want...)
	}
}

// TestRefusals tests that each operation refuses shapes that do not fit, and
// says which, of what, and what it wanted.
func TestRefusals(t *testing.T) {
	b := ref.New()
	x := func(shape ...int) *tensor.Tensor { return tensor.New(b, shape...) }
	f := backend.Activation{}
	conv := backend.Convolution{Filters: 3, Groups: 1, Window: backend.Window{In: [3]int{1, 1, 4}, Out: [3]int{1, 1, 3}, Size: [3]int{1, 1, 2},
		Stride: [3]int{1, 1, 1}, Dilation: [3]int{1, 1, 1}, Channels: 2}}
	for _, c := range []struct {
		want string
		call func()
	}{
		{"tensor.New: expected one axis or more, each at least 1, got [2 0]", func() { x(2, 0) }},
		{"tensor.New: expected one axis or more, each at least 1, got []", func() { x() }},
		{"tensor.Of: shape [2 2] holds 4 numbers, got 3", func() { tensor.Of(b, make([]float32, 3), 2, 2) }},
		{"tensor.SetRows: 3 rows of [2] do not fit in 4 numbers", func() { x(2, 2).SetRows(3) }},
		{"tensor.SetRows: 0 rows of [2] do not fit in 4 numbers", func() { x(2, 2).SetRows(0) }},
		{"Upload: expected a buffer of at least 5 numbers, got 4", func() { x(2, 2).Set(make([]float32, 5)) }},
		{"MatMul: b must be [3 5], got [4 5]", func() { tensor.MatMul(x(2, 5), x(2, 3), x(4, 5), nil, f) }},
		{"MatMul: c must be [2 5], got [2 4]", func() { tensor.MatMul(x(2, 4), x(2, 3), x(3, 5), nil, f) }},
		{"MatMul: bias must be [5], got [2]", func() { tensor.MatMul(x(2, 5), x(2, 3), x(3, 5), x(2), f) }},
		{"MatMulTN: b must be [2 5], got [3 5]", func() { tensor.MatMulTN(x(3, 5), x(2, 3), x(3, 5), 0) }},
		{"MatMulTN: c must be [3 5], got [5 3]", func() { tensor.MatMulTN(x(5, 3), x(2, 3), x(2, 5), 0) }},
		{"MatMulNT: b must be [5 3], got [5 4]", func() { tensor.MatMulNT(x(2, 5), x(2, 3), x(5, 4)) }},
		{"MatMulNT: c must be [2 5], got [3 5]", func() { tensor.MatMulNT(x(3, 5), x(2, 3), x(5, 3)) }},
		{"SumRows: y must be [3], got [2]", func() { tensor.SumRows(x(2), x(2, 3), 0) }},
		{"Activate: every operand must be [2 3], got [3 2]", func() { tensor.Activate(f, x(2, 3), x(3, 2)) }},
		{"ActivateGrad: every operand must be [2 3], got [2 4]", func() { tensor.ActivateGrad(f, x(2, 3), x(2, 4), x(2, 3)) }},
		{"ActivateGrad: every operand must be [2 3], got [1 3]", func() { tensor.ActivateGrad(f, x(2, 3), x(2, 3), x(1, 3)) }},
		{"Softmax: every operand must be [2 3], got [2 1]", func() { tensor.Softmax(x(2, 3), x(2, 1)) }},
		{"SoftmaxGrad: every operand must be [2 3], got [3 3]", func() { tensor.SoftmaxGrad(x(2, 3), x(3, 3), x(2, 3)) }},
		{"Dropout: every operand must be [2 3], got [6 1]", func() { tensor.Dropout(0.5, backend.Key{Base: 1}, x(2, 3), x(6, 1)) }},
		{"Conv: x must be [2 8], got [2 9]", func() { tensor.Conv(conv, x(2, 9), x(2, 2, 2, 3), nil, x(2, 1, 3), f) }},
		{"Conv: y must be [2 9], got [2 4]", func() { tensor.Conv(conv, x(2, 8), x(4, 2, 3), nil, x(2, 4), f) }},
		{"Conv: w must have 4·3 numbers, got [2 3]", func() { tensor.Conv(conv, x(2, 8), x(2, 3), nil, x(2, 9), f) }},
		{"Conv: bias must be [3], got [2]", func() { tensor.Conv(conv, x(2, 8), x(4, 3), x(2), x(2, 9), f) }},
		{"ConvGradInput: x must be [2 8], got [2 7]", func() { tensor.ConvGradInput(conv, x(2, 9), x(4, 3), x(2, 7)) }},
		{"ConvGradKernel: w must have 4·3 numbers, got [4 4]", func() { tensor.ConvGradKernel(conv, x(2, 8), x(2, 9), x(4, 4), 0) }},
		{"MaxPool: y must be [2 6], got [2 9]", func() { tensor.MaxPool(conv.Window, x(2, 8), x(2, 9)) }},
		{"MaxPoolGrad: x must be [2 8], got [2 9]", func() { tensor.MaxPoolGrad(conv.Window, x(2, 8), x(2, 6), x(2, 9)) }},
		{"AveragePool: x must be [2 8], got [2 9]", func() { tensor.AveragePool(conv.Window, x(2, 9), x(2, 6)) }},
		{"AveragePoolGrad: y must be [2 6], got [2 5]", func() { tensor.AveragePoolGrad(conv.Window, x(2, 5), x(2, 8)) }},
		{"SumChannels: y must be [3], got [2]", func() { tensor.SumChannels(x(2), x(2, 4, 3), 0) }},
		{"Moments: every vector must be [3], got [4]", func() { tensor.Moments(x(2, 3), x(3), x(4)) }},
		{"Normalize: every operand must be [2 3], got [2 4]", func() { tensor.Normalize(1, x(2, 3), x(3), x(3), x(3), x(3), x(2, 4)) }},
		{"LayerNorm: every vector must be [3], got [2]", func() { tensor.LayerNorm(1, x(2, 3), x(3), x(2), x(2, 3)) }},
		{"Copy: every operand must be [2 3], got [2 2]", func() { tensor.Copy(x(2, 3), x(2, 2)) }},
		{"Add: every operand must be [2 3], got [4 3]", func() { tensor.Add(x(2, 3), x(4, 3)) }},
	} {
		got := ""
		func() {
			defer func() {
				var e backend.Error
				if err, ok := recover().(error); ok && errors.As(err, &e) {
					got = e.Error()
				}
			}()
			c.call()
		}()
		if got != "backend: "+c.want {
			t.Errorf("got %q, want %q", got, "backend: "+c.want)
		}
	}
}

// TestShortBatch tests that a last, shorter batch takes the front of the memory
// and leaves the rest of it alone.
func TestShortBatch(t *testing.T) {
	b := cpu.New()
	x, y := tensor.Of(b, []float32{1, 2, 3, 4}, 2, 2), tensor.Of(b, []float32{9, 9, 9, 9}, 2, 2)
	x.SetRows(1)
	y.SetRows(1)
	tensor.Copy(x, y)
	y.SetRows(2)
	if got, want := y.Values(), []float32{1, 2, 9, 9}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A layer of two neurons for a batch of two examples: out = ReLU(x·W + b).
func ExampleMatMul() {
	b := cpu.New()
	x := tensor.Of(b, []float32{1, 2, 3, 4}, 2, 2)
	w := tensor.Of(b, []float32{1, -1, 0.5, 1}, 2, 2)
	bias := tensor.Of(b, []float32{0, -3}, 2)
	out := tensor.New(b, 2, 2)
	tensor.MatMul(out, x, w, bias, backend.Activation{Kind: backend.ReLU})
	fmt.Println(out)
	// Output: [2 2] 2 0 5 0
}

func ExampleTensor_SetRows() {
	x := tensor.New(cpu.New(), 128, 28, 28, 1)
	x.SetRows(80) // 50 000 images leave 80 for their last batch of 128
	fmt.Println(x.Shape, x.Rows(), x.Cols())
	// Output: [80 28 28 1] 80 784
}
