package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// prelu is a leaky ReLU whose slopes learn (He et al. 2015), one slope a channel. For
// x [N × any × C] and α [C], with n = min(0, x) the part below 0:
//
//	forward     out   = max(0, x) + α·n
//
//	backward    ∂E/∂α = Σ δ·n                         δ = ∂E/∂out
//	            ∂E/∂x = δ where x > 0, else α·δ
type prelu struct {
	columns
	init  Initializer
	alpha *Param
	below *tensor.Tensor // n
	part  *tensor.Tensor // of a sum
}

// PReLUOption is what [PReLU] can be told: [AlphaInitializer].
type PReLUOption interface{ applyPReLU(*prelu) }

// PReLU is a leaky ReLU that learns its slope, one for each channel (Keras's PReLU with
// shared_axes for all axes but the last; PyTorch's with num_parameters = C). The slopes start
// at 0, as in Keras; see [AlphaInitializer].
func PReLU(options ...PReLUOption) Layer {
	return told(&prelu{init: Zeros}, options, PReLUOption.applyPReLU)
}

type alphaInitializer Initializer

// AlphaInitializer chooses how the slopes of a [PReLU] start: Constant(0.25) is
// PyTorch's choice, and the paper's.
func AlphaInitializer(in Initializer) PReLUOption { return alphaInitializer(in) }

func (o alphaInitializer) applyPReLU(l *prelu) { l.init = Initializer(o) }

func (l *prelu) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.Copy(x, l.below)
	tensor.Scale(-1, l.below)
	ReLU.apply(l.below, l.below)
	tensor.Scale(-1, l.below) // n = −max(0, −x)
	ReLU.apply(x, out)
	l.affine(l.below, l.alpha.Value, l.zeros, l.part)
	tensor.Add(l.part, out) // out = max(0, x) + α·n
}

func (l *prelu) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	δ := dout
	tensor.Multiply(δ, l.below, l.part)
	tensor.SumChannels(l.alpha.Grad, l.part, l.alpha.Beta()) // ∂E/∂α = Σ δ·n
	if dx != nil {
		ReLU.backward(x, δ, dx) // δ where x > 0, else 0
		tensor.Subtract(dx, δ)  // 0 where x > 0, else δ
		l.affine(δ, l.alpha.Value, l.zeros, δ)
		tensor.Add(δ, dx)
	}
}

func (l *prelu) BackwardReads() (x, out bool) { return true, false }

func (l *prelu) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	c := in[len(in)-1]
	l.alpha = b.Param("alpha", l.init, c, c, c)
	l.columns = newColumns(b, c)
	l.below, l.part = b.Scratch(in...), b.Scratch(in...)
	return in, nil
}

func (l *prelu) String() string {
	if l.init == Zeros {
		return "PReLU"
	}
	return "PReLU(" + l.init.String() + ")"
}
