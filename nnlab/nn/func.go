package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// ownLayer is a layer whose function somebody wrote in a cell:
//
//	forward     y     = f(x)              x [N × in]   y [N × out], a row at a time
//	backward    ∂E/∂x = Jᵀ·∂E/∂y          J the matrix of ∂yᵢ/∂xⱼ
type ownLayer struct {
	forward  func(x, y []float64)
	backward func(x, y, dy, dx []float64)
	shape    tensor.Shape // of the output; nil: the input's

	x, y, dy, dx onHost // of a batch
}

// FuncOption is what [Func] can be told: [OutputShape].
type FuncOption interface{ applyFunc(*ownLayer) }

// Func is a layer of your own, without parameters. forward computes the output y
// of one example from its input x; backward computes dx = ∂E/∂x from dy = ∂E/∂y,
// with the same x and the y that forward gave. y and dx are zeros when they are
// handed out; x, y and dy are not to be changed. The numbers of an example stand
// row by row, channels last.
//
//	square := nn.Func(
//		func(x, y []float64) {
//			for i := range x {
//				y[i] = x[i] * x[i]
//			}
//		},
//		func(x, y, dy, dx []float64) {
//			for i := range x {
//				dx[i] = 2 * x[i] * dy[i]
//			}
//		})
//
// Compile runs both on random numbers (standard normal, or where that gives no
// number between 0 and 1) and refuses the layer when backward is not the
// derivative of forward. [Named] gives it a name. A layer with parameters is a type that
// implements [Layer]; [GradCheck] checks the model that it stands in.
func Func(forward func(x, y []float64), backward func(x, y, dy, dx []float64), options ...FuncOption) Layer {
	return told(&ownLayer{forward: forward, backward: backward}, options, FuncOption.applyFunc)
}

type outputShape tensor.Shape

// OutputShape is the shape of one output example of a [Func]; without it the
// output has the shape of the input.
func OutputShape(shape ...int) FuncOption { return outputShape(shape) }

func (s outputShape) applyFunc(l *ownLayer) { l.shape = tensor.Shape(s) }

func (l *ownLayer) Forward(_ *Context, x, y *tensor.Tensor) {
	X, Y := l.x.read(x), l.y.zeros(y.Size())
	in, out := x.Cols(), y.Cols()
	for r := range x.Rows() {
		l.forward(X[r*in:][:in:in], Y[r*out:][:out:out])
	}
	l.y.write(y)
}

func (l *ownLayer) Backward(_ *Context, x, y, dy, dx *tensor.Tensor) {
	if dx == nil {
		return
	}
	X, Y, DY, DX := l.x.read(x), l.y.read(y), l.dy.read(dy), l.dx.zeros(dx.Size())
	in, out := x.Cols(), y.Cols()
	for r := range x.Rows() {
		l.backward(X[r*in:][:in:in], Y[r*out:][:out:out], DY[r*out:][:out:out], DX[r*in:][:in:in])
	}
	l.dx.write(dx)
}

func (l *ownLayer) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	out := l.shape
	if out == nil {
		out = in
	}
	if l.forward == nil || l.backward == nil {
		return nil, &Error{Expected: "a forward and a backward", Got: "nil", Mend: "write nn.Func(func(x, y []float64) {…}, func(x, y, dy, dx []float64) {…})"}
	}
	if !out.Valid() {
		return nil, &Error{Expected: "lengths of at least 1 in OutputShape", Got: out.String(), Mend: "write nn.OutputShape(10)"}
	}
	for _, probabilities := range []bool{false, true} {
		err, defined := l.check(in.Size(), out.Size(), probabilities)
		if err != nil {
			return nil, err
		} else if defined {
			return out, nil
		}
	}
	return nil, &Error{Expected: "a forward that gives numbers for random inputs", Got: "NaN or an infinity", Mend: "keep logarithms, roots and divisors off 0"}
}

// check holds backward against differences of dy·forward(x), and tells whether
// that is a number at all for such x.
func (l *ownLayer) check(in, out int, probabilities bool) (err *Error, defined bool) {
	defer catchOwn(fmt.Sprintf("a forward from x of %d numbers to y of %d, and a backward from dy of %d to dx of %d", in, out, out, in), &err)
	x, y, dy, dx := drawn(in, 21, probabilities), make([]float64, out), drawn(out, 22, false), make([]float64, in)
	f := func() float64 {
		clear(y)
		l.forward(x, y)
		sum := 0.0
		for i := range y {
			sum += dy[i] * y[i]
		}
		return sum
	}
	if !finite(f()) {
		return nil, false
	}
	l.backward(x, y, dy, dx)
	return checkDerivative("∂E/∂x", "backward", f, x, dx), true
}

func (l *ownLayer) String() string {
	if l.shape == nil {
		return "Func"
	}
	return fmt.Sprintf("Func(%v)", l.shape)
}
