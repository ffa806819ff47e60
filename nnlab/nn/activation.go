package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// ActivationFunction is f in out = f(net) (slide "Funções de ativação"). It is
// an option of the layers that have one, and a layer of its own by [Activation].
type ActivationFunction struct {
	elementwise backend.Activation
	softmax     bool // along the last axis, after the elementwise function
}

// The activation functions, with the derivative that the backward pass uses,
// expressed through the output:
//
//	Linear    f(net) = net                    f' = 1
//	Sigmoid   f(net) = 1/(1 + e^−net)         f' = out·(1 − out)
//	Tanh      f(net) = tanh net               f' = 1 − out²
//	ReLU      f(net) = max(0, net)            f' = 1 where out > 0, else 0
//	LeakyReLU f(net) = max(0.1·net, net)      f' = 1 where out > 0, else 0.1
//	ELU       f(net) = net, or e^net − 1      f' = 1 where out > 0, else out + 1
//	Step      f(net) = 1 where net ≥ 0, or 0  f' = 0
//	Softmax   f(net)ᵢ = e^netᵢ / Σⱼ e^netⱼ    ∂outᵢ/∂netⱼ = outᵢ·(𝟙[i=j] − outⱼ)
var (
	Linear  = ActivationFunction{}
	Sigmoid = ActivationFunction{elementwise: backend.Activation{Kind: backend.Sigmoid}}
	Tanh    = ActivationFunction{elementwise: backend.Activation{Kind: backend.Tanh}}
	ReLU    = ActivationFunction{elementwise: backend.Activation{Kind: backend.ReLU}}
	Softmax = ActivationFunction{softmax: true}

	LeakyReLU = LeakyReLUOf(0.1) // the slide's slope; Keras's default is 0.3
	ELU       = ELUOf(1)
	Step      = ActivationFunction{elementwise: backend.Activation{Kind: backend.Step}}
)

// LeakyReLUOf is the leaky ReLU with another slope α below 0: f(net) = net where
// net > 0, else α·net.
func LeakyReLUOf(alpha float64) ActivationFunction {
	return ActivationFunction{elementwise: backend.Activation{Kind: backend.LeakyReLU, Alpha: alpha}}
}

// ELUOf is the exponential linear unit with another α: f(net) = net where
// net > 0, else α·(e^net − 1).
func ELUOf(alpha float64) ActivationFunction {
	return ActivationFunction{elementwise: backend.Activation{Kind: backend.ELU, Alpha: alpha}}
}

// String is the name that Keras gives the function.
func (f ActivationFunction) String() string {
	if f.softmax {
		return "softmax"
	}
	s := f.elementwise.Kind.String()
	if f.elementwise.Alpha != 0 {
		s += fmt.Sprintf(" %v", f.elementwise.Alpha)
	}
	return s
}

// apply computes out = f(net).
func (f ActivationFunction) apply(net, out *tensor.Tensor) {
	if f.softmax {
		tensor.Softmax(net, out)
		return
	}
	tensor.Activate(f.elementwise, net, out)
}

// forwardRows applies what cannot be done element by element: the softmax.
func (f ActivationFunction) forwardRows(net, out *tensor.Tensor) {
	if f.softmax {
		tensor.Softmax(net, out)
	}
}

// backward computes δ = ∂E/∂out ⊙ f'(net), for the softmax δ = Jᵀ·∂E/∂out. δ
// may be dout.
func (f ActivationFunction) backward(out, dout, δ *tensor.Tensor) {
	if f.softmax {
		tensor.SoftmaxGrad(out, dout, δ)
		return
	}
	tensor.ActivateGrad(f.elementwise, out, dout, δ)
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

func (l *activation) function() *ActivationFunction { return &l.f }
