package nn

import (
	"fmt"

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
	momentum, epsilon float64

	gamma, beta, mean, variance *Param
	batchMean, batchVariance    *tensor.Tensor
}

// BatchNormOption is what [BatchNorm] can be told: [BNMomentum] and [BNEpsilon].
type BatchNormOption interface{ applyBatchNorm(*batchNorm) }

// BatchNorm normalises each channel over the batch, then scales by γ and shifts
// by β, which learn. Keras's defaults: momentum 0.99, ε 0.001, γ 1, β 0.
func BatchNorm(options ...BatchNormOption) Layer {
	l := &batchNorm{momentum: 0.99, epsilon: 1e-3}
	for _, o := range options {
		o.applyBatchNorm(l)
	}
	return l
}

func (l *batchNorm) Forward(c *Context, x, out *tensor.Tensor) {
	if !c.Training {
		tensor.Normalize(l.epsilon, x, l.mean.Value, l.variance.Value, l.gamma.Value, l.beta.Value, out)
		return
	}
	tensor.Moments(x, l.batchMean, l.batchVariance)
	tensor.Normalize(l.epsilon, x, l.batchMean, l.batchVariance, l.gamma.Value, l.beta.Value, out)
	tensor.Mix(1-l.momentum, l.batchMean, l.mean.Value)
	tensor.Mix(1-l.momentum, l.batchVariance, l.variance.Value)
}

func (l *batchNorm) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	accumulate := l.gamma.Beta()
	l.beta.Beta() // is written in the same go
	tensor.NormalizeGrad(l.epsilon, x, l.batchMean, l.batchVariance, l.gamma.Value, dout, accumulate, l.gamma.Grad, l.beta.Grad, dx)
}

func (l *batchNorm) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if !(l.momentum >= 0 && l.momentum < 1) || !(l.epsilon > 0) {
		return nil, &Error{Expected: "a momentum of 0 or more and below 1, and ε above 0", Got: fmt.Sprintf("%v and %v", l.momentum, l.epsilon),
			Mend: "Keras's defaults are 0.99 and 0.001"}
	}
	c := in[len(in)-1]
	l.gamma, l.beta = b.Param("gamma", Ones, c, c, c), b.Param("beta", Zeros, c, c, c)
	l.mean, l.variance = b.State("moving_mean", Zeros, c), b.State("moving_variance", Ones, c)
	l.batchMean, l.batchVariance = b.Vector(c), b.Vector(c)
	return in, nil
}

func (l *batchNorm) String() string {
	if l.momentum == 0.99 && l.epsilon == 1e-3 {
		return "BatchNorm"
	}
	return fmt.Sprintf("BatchNorm(momentum %v, ε %v)", l.momentum, l.epsilon)
}

// ParameterFormula counts γ, β and the two running means, which do not learn.
func (l *batchNorm) ParameterFormula() string { return fmt.Sprintf("4·%d", l.gamma.Value.Size()) }

type bnMomentum float64

// BNMomentum is how much of the running means stays in each step, 0 ≤ m < 1.
func BNMomentum(m float64) BatchNormOption { return bnMomentum(m) }

func (m bnMomentum) applyBatchNorm(l *batchNorm) { l.momentum = float64(m) }

type bnEpsilon float64

// BNEpsilon sets the ε under the root.
func BNEpsilon(e float64) BatchNormOption { return bnEpsilon(e) }

func (e bnEpsilon) applyBatchNorm(l *batchNorm) { l.epsilon = float64(e) }
