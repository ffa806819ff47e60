package tensor

import "github.com/nnlab-go/lab/nnlab/backend"

// Norms work along the last axis, the channels: x [N × any × C].

// channels checks that vectors hold a number a channel of x, and returns x as a
// matrix of rows × C.
func channels(op string, x *Tensor, vectors ...*Tensor) (rows, cols int) {
	cols = x.lastAxis()
	for _, v := range vectors {
		vector(op, "every vector", v, cols)
	}
	return x.Size() / cols, cols
}

// Moments computes the mean and the variance [C] of each channel of x.
func Moments(x, mean, variance *Tensor) {
	rows, cols := channels("Moments", x, mean, variance)
	x.Backend.Moments(rows, cols, x.Buffer, mean.Buffer, variance.Buffer)
}

// Normalize computes y = γ·(x − μ)/√(σ² + ε) + β channel by channel; y may be x.
func Normalize(epsilon float64, x, mean, variance, gamma, beta, y *Tensor) {
	same("Normalize", x, y)
	rows, cols := channels("Normalize", x, mean, variance, gamma, beta)
	x.Backend.Normalize(rows, cols, epsilon, x.Buffer, mean.Buffer, variance.Buffer, gamma.Buffer, beta.Buffer, y.Buffer)
}

// NormalizeGrad is the backward pass of Moments and Normalize: it computes dx,
// unless that is nil, and dγ and dβ, onto accumulate times what they hold.
func NormalizeGrad(epsilon float64, x, mean, variance, gamma, dy *Tensor, accumulate float64, dgamma, dbeta, dx *Tensor) {
	rows, cols := channels("NormalizeGrad", x, mean, variance, gamma, dgamma, dbeta)
	x.Backend.NormalizeGrad(rows, cols, epsilon, x.Buffer, mean.Buffer, variance.Buffer, gamma.Buffer, dy.Buffer,
		accumulate, dgamma.Buffer, dbeta.Buffer, optional("NormalizeGrad", x, dy, dx))
}

// optional checks that dy, and dx unless it is nil, are like x, and returns the
// buffer of dx.
func optional(op string, x, dy, dx *Tensor) backend.Buffer {
	same(op, x, dy)
	if dx == nil {
		return nil
	}
	same(op, x, dx)
	return dx.Buffer
}

// LayerNorm normalises the channels of each position: y = γ·x̂ + β.
func LayerNorm(epsilon float64, x, gamma, beta, y *Tensor) {
	same("LayerNorm", x, y)
	rows, cols := channels("LayerNorm", x, gamma, beta)
	x.Backend.LayerNorm(rows, cols, epsilon, x.Buffer, gamma.Buffer, beta.Buffer, y.Buffer)
}

// LayerNormGrad is the backward pass of LayerNorm, as NormalizeGrad.
func LayerNormGrad(epsilon float64, x, gamma, dy *Tensor, accumulate float64, dgamma, dbeta, dx *Tensor) {
	rows, cols := channels("LayerNormGrad", x, gamma, dgamma, dbeta)
	x.Backend.LayerNormGrad(rows, cols, epsilon, x.Buffer, gamma.Buffer, dy.Buffer,
		accumulate, dgamma.Buffer, dbeta.Buffer, optional("LayerNormGrad", x, dy, dx))
}

// LocalResponse divides each channel by the activity of its neighbours.
func LocalResponse(p backend.LocalResponse, x, y *Tensor) {
	same("LocalResponse", x, y)
	rows, cols := channels("LocalResponse", x)
	x.Backend.LocalResponse(p, rows, cols, x.Buffer, y.Buffer)
}

// LocalResponseGrad computes dx from x and dy.
func LocalResponseGrad(p backend.LocalResponse, x, dy, dx *Tensor) {
	same("LocalResponseGrad", x, dy, dx)
	rows, cols := channels("LocalResponseGrad", x)
	x.Backend.LocalResponseGrad(p, rows, cols, x.Buffer, dy.Buffer, dx.Buffer)
}

// Noise computes y = x + σ·N(0, 1).
func Noise(sigma float64, key backend.Key, x, y *Tensor) {
	y.Backend.Noise(same("Noise", x, y), sigma, key, x.Buffer, y.Buffer)
}

// Multiply computes z = x ⊙ y.
func Multiply(x, y, z *Tensor) {
	z.Backend.Multiply(same("Multiply", x, y, z), x.Buffer, y.Buffer, z.Buffer)
}

// Maximum computes z = max(x, y).
func Maximum(x, y, z *Tensor) {
	z.Backend.Maximum(same("Maximum", x, y, z), x.Buffer, y.Buffer, z.Buffer)
}

// MaximumGrad hands dz to dx where x ≥ y, else to dy; one of them may be dz.
func MaximumGrad(x, y, dz, dx, dy *Tensor) {
	dz.Backend.MaximumGrad(same("MaximumGrad", x, y, dz, dx, dy), x.Buffer, y.Buffer, dz.Buffer, dx.Buffer, dy.Buffer)
}

// Mix computes y = (1 − share)·y + share·x, a step of a running mean, unless the
// control, which may be nil, has failed.
func Mix(share float64, x, y *Tensor, control backend.Scalars) {
	y.Backend.Mix(same("Mix", x, y), share, x.Buffer, y.Buffer, control)
}
