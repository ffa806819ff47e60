package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// groupNorm normalises groups of channels of each example by themselves (Wu & He
// 2018), so that the batch may be as small as 1. For x [N × any × C], with μ and σ² over all
// positions and the C/G channels of a group:
//
//	forward     x̂     = (x − μ)/√(σ² + ε)
//	            out   = γ·x̂ + β                       γ, β [C]
//
//	backward    ∂E/∂β = Σ δ        ∂E/∂γ = Σ δ·x̂      δ = ∂E/∂out
//	            δ̂     = γ·δ                           M = numbers of a group
//	            ∂E/∂x = (δ̂ − mean(δ̂) − x̂·mean(δ̂·x̂))/√(σ² + ε)     means over M
//
// The groups are laid side by side, a row each: then it is the normalisation of rows
// that [LayerNorm] does, with a γ of 1.
type groupNorm struct {
	columns
	groups  int
	epsilon float64

	gamma, beta *Param
	laid        mover          // x → rows
	unit        columns        // γ = 1 and β = 0 of the rows
	ignored     *tensor.Tensor // their gradients, which mean nothing
	hat         *tensor.Tensor // x̂, laid out as x
	rows, part  groupRows      // x as rows; memory for others
}

// groupRows is memory for a batch, [N·G × M] with a row for each group.
type groupRows struct {
	memory *tensor.Tensor // [N × G·M]
	matrix view
}

// of sees the memory of the present batch as a matrix.
func (r *groupRows) of(groups int) *tensor.Tensor {
	return r.matrix.of(r.memory, r.memory.Rows()*groups, r.memory.Cols()/groups)
}

// GroupNormOption is what [GroupNorm] can be told: [GNEpsilon].
type GroupNormOption interface{ applyGroupNorm(*groupNorm) }

// GroupNorm normalises each example over all positions and the channels of a group, then
// scales each channel by γ and shifts it by β, which learn. The number of groups divides
// that of the channels; 1 group takes all channels together, as many as channels each
// alone. Keras's GroupNormalization: ε 0.001, γ 1, β 0.
func GroupNorm(groups int, options ...GroupNormOption) Layer {
	return told(&groupNorm{groups: groups, epsilon: 1e-3}, options, GroupNormOption.applyGroupNorm)
}

type gnEpsilon float64

// GNEpsilon sets the ε under the root, above 0.
func GNEpsilon(e float64) GroupNormOption { return gnEpsilon(e) }

func (e gnEpsilon) applyGroupNorm(l *groupNorm) { l.epsilon = float64(e) }

func (l *groupNorm) Forward(c *Context, x, out *tensor.Tensor) {
	l.laid.forward(x, l.rows.memory)
	tensor.LayerNorm(l.epsilon, l.rows.of(l.groups), l.unit.ones, l.unit.zeros, l.part.of(l.groups))
	l.laid.backward(l.part.memory, l.hat)             // x̂ = (x − μ)/√(σ² + ε)
	l.affine(l.hat, l.gamma.Value, l.beta.Value, out) // out = γ·x̂ + β
}

func (l *groupNorm) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	δ := dout
	tensor.SumChannels(l.beta.Grad, δ, l.beta.Beta()) // ∂E/∂β = Σ δ
	tensor.Multiply(δ, l.hat, l.hat)
	tensor.SumChannels(l.gamma.Grad, l.hat, l.gamma.Beta()) // ∂E/∂γ = Σ δ·x̂
	if dx == nil {
		return
	}
	l.affine(δ, l.gamma.Value, l.zeros, δ) // δ̂ = γ·δ
	l.laid.forward(δ, l.part.memory)
	rows, part := l.rows.of(l.groups), l.part.of(l.groups)
	tensor.LayerNormGrad(l.epsilon, rows, l.unit.ones, part, 0, l.ignored, l.ignored, part)
	l.laid.backward(l.part.memory, dx)
}

func (l *groupNorm) BackwardReads() (x, out bool) { return false, false }

func (l *groupNorm) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	c := in[len(in)-1]
	if l.groups < 1 || c%l.groups != 0 || !(l.epsilon > 0) {
		return nil, &Error{Expected: fmt.Sprintf("a number of groups that divides the %d channels, and ε above 0", c), Got: fmt.Sprintf("%d and %v", l.groups, l.epsilon),
			GotShape: in, Mend: "write nn.GroupNorm(1), all channels in one group"}
	}
	positions, of := in.Size()/c, c/l.groups
	if positions*of == 1 {
		return nil, normalizesOne(in)
	}
	l.gamma, l.beta = b.Param("gamma", Ones, c, c, c), b.Param("beta", Zeros, c, c, c)
	l.laid.plan([]int{l.groups, positions, of}, []int{of, c, 1}, []int{positions * of, of, 1}, in, in)
	l.columns, l.unit, l.ignored = newColumns(b, c), newColumns(b, positions*of), b.Vector(positions*of)
	l.rows.memory, l.part.memory, l.hat = b.Scratch(in...), b.Scratch(in...), b.Scratch(in...)
	return in, nil
}

func (l *groupNorm) String() string {
	if l.epsilon == 1e-3 {
		return fmt.Sprintf("GroupNorm(%d)", l.groups)
	}
	return fmt.Sprintf("GroupNorm(%d, ε %v)", l.groups, l.epsilon)
}

// ParameterFormula counts γ and β.
func (l *groupNorm) ParameterFormula() string { return fmt.Sprintf("2·%d", l.gamma.Value.Size()) }
