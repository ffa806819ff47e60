package nn

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// batchNorm normalises each channel over the batch (Ioffe & Szegedy 2015). For
// x [N × any × C], with μ and σ² [C] over all but the last axis:
//
//	forward     x̂     = (x − μ)/√(σ² + ε)
//	            out   = γ·x̂ + β                       γ, β [C]
//
//	backward    ∂E/∂β = Σ δ        ∂E/∂γ = Σ δ·x̂      δ = ∂E/∂out, M = numbers a channel
//	            ∂E/∂x = γ/√(σ² + ε)·(δ − ∂E/∂β/M − x̂·∂E/∂γ/M)
//
// While training, μ and σ² are those of the batch, and running means of them are
// kept: m·old + (1 − m)·new. Outside training the running means take their place.
type batchNorm struct {
	momentum, epsilon           float64
	withoutScale, withoutCenter bool

	gamma, beta, mean, variance *Param
	learning                    []*Param // γ and β, unless they are left out
	frozen                      bool     // normalises by the running means in training, too
	batchMean, batchVariance    *tensor.Tensor
	none                        *tensor.Tensor // zeros
}

// BatchNormOption is what [BatchNorm] can be told: [BNMomentum], [BNEpsilon],
// [BNScale] and [BNCenter].
type BatchNormOption interface{ applyBatchNorm(*batchNorm) }

// BatchNorm normalises each channel over the batch, then scales by γ and shifts
// by β, which learn. Keras's defaults: momentum 0.99, ε 0.001, γ 1, β 0. Of a [Shared]
// one the running means depend on the order of [Outputs].
func BatchNorm(options ...BatchNormOption) Layer {
	return told(&batchNorm{momentum: 0.99, epsilon: 1e-3}, options, BatchNormOption.applyBatchNorm)
}

func (l *batchNorm) Forward(c *Context, x, out *tensor.Tensor) {
	if !c.Training || l.frozen {
		tensor.Normalize(l.epsilon, x, l.mean.Value, l.variance.Value, l.gamma.Value, l.beta.Value, out)
		return
	}
	tensor.Moments(x, l.batchMean, l.batchVariance)
	tensor.Normalize(l.epsilon, x, l.batchMean, l.batchVariance, l.gamma.Value, l.beta.Value, out)
}

// scaling writes γ/√(σ² + ε) to scale and β + (bias − μ)·scale to shift: what out is of
// x + bias outside training.
func (l *batchNorm) scaling(bias, scale, shift *tensor.Tensor) {
	tensor.Fill(1, scale)
	tensor.Normalize(l.epsilon, scale, l.none, l.variance.Value, l.gamma.Value, l.none, scale)
	if bias == nil {
		bias = l.none
	}
	tensor.Normalize(l.epsilon, bias, l.mean.Value, l.variance.Value, l.gamma.Value, l.beta.Value, shift)
}

// Settle takes a step of the running means.
func (l *batchNorm) Settle(c *Context) {
	if !l.frozen {
		c.Mix(1-l.momentum, l.batchMean, l.mean.Value)
		c.Mix(1-l.momentum, l.batchVariance, l.variance.Value)
	}
}

func (l *batchNorm) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if l.frozen { // no mean depends on x: ∂E/∂x = γ/√(σ² + ε)·δ
		if dx != nil {
			tensor.Normalize(l.epsilon, dout, l.none, l.variance.Value, l.gamma.Value, l.none, dx)
		}
		return
	}
	accumulate := 0.0
	for _, p := range l.learning {
		accumulate = p.Beta() // both are written in one go
	}
	tensor.NormalizeGrad(l.epsilon, x, l.batchMean, l.batchVariance, l.gamma.Value, dout, accumulate, l.gamma.Grad, l.beta.Grad, dx)
}

func (l *batchNorm) BackwardReads() (x, out bool) { return !l.frozen, false }

// normalizesAlone finds a layer that would normalise each number by itself: x − μ is 0,
// whatever x is.
func (g *graph) normalizesAlone(rows int) *Error {
	for _, n := range g.nodes {
		l, ok := n.layer.(*batchNorm)
		if ok && !l.frozen && rows == 1 && n.shape.Size() == n.shape[len(n.shape)-1] {
			return &Error{Where: n.where, Layer: n.number, Expected: "a batch of at least 2 examples to normalise together", Got: "1, which would always become β",
				Mend: "write nn.BatchSize(32), or nn.LayerNorm(), which takes the numbers of an example together"}
		}
	}
	return nil
}

func (l *batchNorm) freeze() { l.frozen = true }

func (l *batchNorm) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if !(l.momentum >= 0 && l.momentum < 1) || !(l.epsilon > 0) {
		return nil, &Error{Expected: "a momentum of 0 or more and below 1, and ε above 0", Got: fmt.Sprintf("%v and %v", l.momentum, l.epsilon),
			Mend: "Keras's defaults are 0.99 and 0.001"}
	}
	c := in[len(in)-1]
	l.learning = nil
	l.gamma = l.channelwise(b, "gamma", Ones, c, l.withoutScale)
	l.beta = l.channelwise(b, "beta", Zeros, c, l.withoutCenter)
	l.mean, l.variance = b.State("moving_mean", Zeros, c), b.State("moving_variance", Ones, c)
	l.batchMean, l.batchVariance, l.none = b.Vector(c), b.Vector(c), b.Vector(c)
	return in, nil
}

// channelwise makes γ or β: a parameter, or without one what it starts with.
func (l *batchNorm) channelwise(b *Builder, name string, init Initializer, c int, without bool) *Param {
	if !without {
		p := b.Param(name, init, c, c, c)
		l.learning = append(l.learning, p)
		return p
	}
	p := &Param{Value: b.Vector(c), Grad: b.Vector(c)} // the kernel writes a gradient, too
	init.fill(p.Value, c, c, 0)
	return p
}

func (l *batchNorm) String() string {
	var options []string
	if l.momentum != 0.99 || l.epsilon != 1e-3 {
		options = append(options, fmt.Sprintf("momentum %v, ε %v", l.momentum, l.epsilon))
	}
	if l.withoutScale {
		options = append(options, "no scale")
	}
	if l.withoutCenter {
		options = append(options, "no center")
	}
	if options == nil {
		return "BatchNorm"
	}
	return "BatchNorm(" + strings.Join(options, ", ") + ")"
}

// ParameterFormula counts γ, β and the two running means, which do not learn.
func (l *batchNorm) ParameterFormula() string {
	return fmt.Sprintf("%d·%d", 2+len(l.learning), l.gamma.Value.Size())
}

type bnMomentum float64

// BNMomentum is how much of the running means stays in each step, 0 ≤ m < 1.
func BNMomentum(m float64) BatchNormOption { return bnMomentum(m) }

func (m bnMomentum) applyBatchNorm(l *batchNorm) { l.momentum = float64(m) }

type bnEpsilon float64

// BNEpsilon sets the ε under the root.
func BNEpsilon(e float64) BatchNormOption { return bnEpsilon(e) }

func (e bnEpsilon) applyBatchNorm(l *batchNorm) { l.epsilon = float64(e) }

type (
	bnScale  bool
	bnCenter bool
)

// BNScale(false) leaves γ out, for a layer behind that scales by itself.
func BNScale(scale bool) BatchNormOption { return bnScale(scale) }

// BNCenter(false) leaves β out.
func BNCenter(center bool) BatchNormOption { return bnCenter(center) }

func (s bnScale) applyBatchNorm(l *batchNorm)  { l.withoutScale = !bool(s) }
func (c bnCenter) applyBatchNorm(l *batchNorm) { l.withoutCenter = !bool(c) }
