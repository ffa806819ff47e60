package nn

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// ActivationFunction is f in out = f(net) (slide "Funções de ativação"), with the
// derivative f' that the backward pass uses, expressed through the output:
// [Linear], [Sigmoid], [Tanh], [ScaledTanh], [ReLU], [LeakyReLU], [ELU], [Step], [Softmax], or
// one of your own by [ActivationFunc]. It is an option of the layers that have one, and a layer
// of its own by [Activation].
type ActivationFunction struct {
	elementwise backend.Activation
	softmax     bool         // along the last axis, after the elementwise function
	own         *ownFunction // after the elementwise function
}

// String is the name that Keras gives the function.
func (f ActivationFunction) String() string {
	if f.softmax {
		return "softmax"
	}
	if f.own != nil {
		return f.own.name
	}
	s := f.elementwise.Kind.String()
	if f.elementwise.Alpha != 0 {
		s += fmt.Sprintf(" %v", f.elementwise.Alpha)
	}
	return s
}

// check says what is wrong with the function for outputs of a shape.
func (f ActivationFunction) check(out tensor.Shape) *Error {
	k, α := f.elementwise.Kind, f.elementwise.Alpha
	switch {
	case f.own != nil:
		return f.own.check()
	case f.softmax && out[len(out)-1] == 1:
		return &Error{Expected: "a softmax over at least 2 units", Got: "1 unit, whose share is always 1", GotShape: out,
			Mend: "write nn.Sigmoid for one unit"}
	case k == backend.LeakyReLU && !(α >= 0 && α <= math.MaxFloat32):
		return &Error{Expected: "a finite slope α of 0 or more, since f' is told from the sign of the output", Got: fmt.Sprint(α),
			Mend: "write nn.LeakyReLUOf(0.1), or nn.PReLU() behind the layer, whose slopes may be any numbers"}
	case k == backend.ELU && !(α >= 0 && α <= math.MaxFloat32):
		return &Error{Expected: "a finite α of 0 or more, since f' is told from the sign of the output", Got: fmt.Sprint(α), Mend: "write nn.ELUOf(1)"}
	}
	return nil
}

// span is between which numbers the function's values lie.
func (f ActivationFunction) span() (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if f.own != nil {
		return low, high
	}
	switch k, α := f.elementwise.Kind, f.elementwise.Alpha; {
	case f.softmax || k == backend.Sigmoid || k == backend.Step:
		return 0, 1
	case k == backend.Tanh:
		return -1, 1
	case k == backend.ScaledTanh:
		return -backend.TanhHeight, backend.TanhHeight
	case k == backend.ReLU || k == backend.LeakyReLU && α == 0:
		return 0, high
	case k == backend.ELU:
		return -α, high
	}
	return low, high
}

// flat tells whether the derivative of the function is 0 everywhere.
func (f ActivationFunction) flat() bool {
	if f.own != nil {
		return f.own.flat()
	}
	return f.elementwise.Kind == backend.Step
}

// readsOutput tells whether f' is told from the output.
func (f ActivationFunction) readsOutput() bool { return f != Linear && f.own == nil }

// fuses tells whether a kernel can apply f, and multiply by f', while it writes.
func (f ActivationFunction) fuses() bool { return !f.softmax && f.own == nil }

// apply computes out = f(net).
func (f ActivationFunction) apply(net, out *tensor.Tensor) {
	switch {
	case f.softmax:
		tensor.Softmax(net, out)
	case f.own != nil:
		f.own.apply(net, out)
	default:
		tensor.Activate(f.elementwise, net, out)
	}
}

// applyRest applies what a kernel cannot do element by element.
func (f ActivationFunction) applyRest(net, out *tensor.Tensor) {
	if !f.fuses() {
		f.apply(net, out)
	}
}

// backward computes δ = ∂E/∂out ⊙ f'(net), for the softmax δ = Jᵀ·∂E/∂out. δ
// may be dout, and is where dout has been multiplied by f'(net) already, see
// [graph.connect].
func (f ActivationFunction) backward(out, dout, δ *tensor.Tensor) {
	if dout.Factor != nil {
		return
	}
	switch {
	case f.softmax:
		tensor.SoftmaxGrad(out, dout, δ)
	case f.own != nil:
		f.own.backward(dout, δ)
	default:
		tensor.ActivateGrad(f.elementwise, out, dout, δ)
	}
}

// activation is a layer that applies f to every unit:
//
//	forward     out   = f(x)                  x, out [N × any shape]
//	backward    ∂E/∂x = ∂E/∂out ⊙ f'(x)
type activation struct{ f ActivationFunction }

// Activation applies an activation function as a layer of its own; the softmax
// runs along the last axis. The shape stays.
func Activation(f ActivationFunction) Layer { return &activation{f} }

func (l *activation) String() string { return "Activation(" + l.f.String() + ")" }

func (l *activation) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) { return in, nil }

func (l *activation) Forward(c *Context, x, out *tensor.Tensor) {
	l.f.apply(x, out)
}

func (l *activation) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		l.f.backward(out, dout, dx)
	}
}

func (l *activation) BackwardReads() (x, out bool) { return false, l.f.readsOutput() }

func (l *activation) function() *ActivationFunction { return &l.f }
