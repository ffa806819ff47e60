package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// layerNorm normalises the channels of each position by themselves (Ba, Kiros &
// Hinton 2016). For x [N × any × C], with μ and σ² over the last axis:
//
//	forward     x̂     = (x − μ)/√(σ² + ε)
//	            out   = γ·x̂ + β                       γ, β [C]
//
//	backward    ∂E/∂β = Σ δ        ∂E/∂γ = Σ δ·x̂      δ = ∂E/∂out
//	            ∂E/∂x = (γδ − mean(γδ) − x̂·mean(γδ·x̂))/√(σ² + ε)
type layerNorm struct {
	epsilon     float64
	gamma, beta *Param
}

// layerNormEpsilon is Keras's default.
const layerNormEpsilon = 1e-3

// LayerNormOption is what [LayerNorm] can be told: [LNEpsilon].
type LayerNormOption interface{ applyLayerNorm(*layerNorm) }

// LayerNorm normalises along the last axis, then scales by γ and shifts by β,
// which learn. Keras's defaults: ε 0.001, γ 1, β 0.
func LayerNorm(options ...LayerNormOption) Layer {
	return told(&layerNorm{epsilon: layerNormEpsilon}, options, LayerNormOption.applyLayerNorm)
}

type lnEpsilon float64

// LNEpsilon sets the ε under the root, above 0. PyTorch's is 1e-5.
func LNEpsilon(e float64) LayerNormOption { return lnEpsilon(e) }

func (e lnEpsilon) applyLayerNorm(l *layerNorm) { l.epsilon = float64(e) }

func (l *layerNorm) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.LayerNorm(l.epsilon, x, l.gamma.Value, l.beta.Value, out)
}

func (l *layerNorm) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	accumulate := l.gamma.Beta()
	l.beta.Beta() // is written in the same go
	tensor.LayerNormGrad(l.epsilon, x, l.gamma.Value, dout, accumulate, l.gamma.Grad, l.beta.Grad, dx)
}

func (l *layerNorm) BackwardReads() (x, out bool) { return true, false }

func (l *layerNorm) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	c := in[len(in)-1]
	if !(l.epsilon > 0) {
		return nil, &Error{Expected: "ε above 0", Got: fmt.Sprint(l.epsilon), Mend: "Keras's is 0.001, PyTorch's 1e-5"}
	}
	if c == 1 {
		return nil, normalizesOne(in)
	}
	l.gamma, l.beta = b.Param("gamma", Ones, c, c, c), b.Param("beta", Zeros, c, c, c)
	return in, nil
}

// normalizesOne refuses to normalise a number by itself: x − μ is 0, whatever x is.
func normalizesOne(in tensor.Shape) *Error {
	return &Error{Expected: "at least 2 numbers to normalise together", Got: "1 of " + in.String() + ", which would always become β", GotShape: in,
		Mend: "write nn.BatchNorm(), which takes the numbers of a batch together"}
}

func (l *layerNorm) String() string {
	if l.epsilon == layerNormEpsilon {
		return "LayerNorm"
	}
	return fmt.Sprintf("LayerNorm(ε %v)", l.epsilon)
}

// ParameterFormula counts γ and β.
func (l *layerNorm) ParameterFormula() string { return fmt.Sprintf("2·%d", l.gamma.Value.Size()) }
