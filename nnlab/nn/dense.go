package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// dense is a layer of n neurons, each joined to all k inputs (slides "Modelo de
// Rede Neural com Múltiplas Camadas" and "II - Algoritmo Back-Propagation").
// For a batch of N examples:
//
//	forward     net   = x·W + b           x [N×k]  W [k×n]  b [n]
//	            out   = f(net)            [N×n]
//
//	backward    δ     = ∂E/∂out ⊙ f'(net) [N×n]
//	            ∂E/∂W = xᵀ·δ              [k×n]
//	            ∂E/∂b = Σ_N δ             [n]
//	            ∂E/∂x = δ·Wᵀ              [N×k]   the Σ δ·w of the layer below
//
// The slide's δ is the negative of this one: there Δw = η·δ·y climbs down E
// because δ starts as (y − out)·f'(net).
type dense struct {
	neuron
	units int
}

// DenseOption is what [Dense] can be told besides its units: an
// [ActivationFunction], [KernelInitializer], [BiasInitializer],
// [KernelRegularizer], [BiasRegularizer], [NoBias].
type DenseOption interface{ applyDense(*dense) }

// Dense is a layer of units neurons that see every input: out = f(x·W + b),
// with x [N×k], W [k×units] and b [units]. It expects examples of one axis.
// Defaults are Keras's: no activation, GlorotUniform weights, zero bias.
func Dense(units int, options ...DenseOption) Layer {
	return told(&dense{neuron: newNeuron(), units: units}, options, DenseOption.applyDense)
}

func (d *dense) Forward(c *Context, x, out *tensor.Tensor) {
	// net = x·W + b, and f while the sum is still in a register.
	tensor.MatMul(out, x, d.W.Value, d.bias, d.f.elementwise)
	d.f.applyRest(out, out)
}

func (d *dense) sum(x, out *tensor.Tensor, f tensor.Fused) { tensor.MatMulFused(out, x, d.W.Value, f) }

func (d *dense) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	δ := dout
	d.f.backward(out, dout, δ)                  // δ = ∂E/∂out ⊙ f'(net)
	tensor.MatMulTN(d.W.Grad, x, δ, d.W.Beta()) // ∂E/∂W = xᵀ·δ
	if d.B != nil {
		tensor.SumRows(d.B.Grad, δ, d.B.Beta()) // ∂E/∂b = Σ δ
	}
	if dx != nil {
		tensor.MatMulNT(dx, δ, d.W.Value) // ∂E/∂x = δ·Wᵀ
	}
}

func (d *dense) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if d.units < 1 {
		return nil, &Error{Expected: "at least 1 unit", Got: fmt.Sprint(d.units), Mend: "write nn.Dense(10) for ten neurons"}
	}
	if len(in) != 1 {
		return nil, expectsFeatures(in)
	}
	k, n := in[0], d.units
	d.makeParams(b, k, n, n, k, n)
	return tensor.Shape{n}, nil
}

// expectsFeatures says that a layer takes examples of one axis.
func expectsFeatures(in tensor.Shape) *Error {
	return &Error{Expected: "[features]", Got: in.String(), GotShape: in,
		ExpectedShape: tensor.Shape{in.Size()}, Mend: "put nn.Flatten() before it"}
}

func (d *dense) String() string {
	return fmt.Sprintf("Dense(%d, %s)", d.units, d.neuron.describe())
}

// ParameterFormula is k·n + n (slide "Questões importantes sobre MLP", 3.).
func (d *dense) ParameterFormula() string {
	k, n := d.W.Value.Rows(), d.units
	if d.withoutBias {
		return fmt.Sprintf("%d·%d", k, n)
	}
	return fmt.Sprintf("%d·%d + %d", k, n, n)
}

// MACs is k·n: one multiplication and addition a weight.
func (d *dense) MACs() int { return d.W.Value.Size() }
