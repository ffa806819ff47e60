package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

func (c *cpu) Activate(f backend.Activation, n int, x, y backend.Buffer) {
	backend.Check("Activate", n)
	f.Check("Activate")
	grain := lightGrain
	if f.Kind == backend.Sigmoid || f.Kind == backend.Tanh || f.Kind == backend.ELU || f.Kind == backend.ScaledTanh {
		grain = heavyGrain
	}
	c.run(job{part: activatePart, n: n, grain: grain, f: f,
		a: numbers("Activate", x, n), b: numbers("Activate", y, n)})
}

func activatePart(j *job, s span) { j.kernels.activate(j.f, s.of(j.a), s.of(j.b)) }

// activate computes y = f(x).
func (k *kernels) activate(f backend.Activation, x, y []float32) {
	switch f.Kind {
	case backend.Linear:
		copy(y, x)
	case backend.Sigmoid:
		k.sigmoid(x, y)
	case backend.Tanh:
		k.tanh(x, y)
	case backend.ReLU:
		k.relu(x, y)
	case backend.LeakyReLU:
		k.leakyReLU(x, y, float32(f.Alpha))
	case backend.ELU:
		k.elu(x, y, float32(f.Alpha))
	case backend.Step:
		step(x, y)
	case backend.ScaledTanh:
		k.scaledTanh(x, y)
	}
}

// scaledTanh computes y = A·tanh(S·x).
func (k *kernels) scaledTanh(x, y []float32) {
	y = y[:copy(y, x)]
	k.scale(y, backend.TanhSlope)
	k.tanh(y, y)
	k.scale(y, backend.TanhHeight)
}

func leakyReLU(x, y []float32, alpha float32) {
	for i, v := range x {
		if v > 0 {
			y[i] = v
		} else {
			y[i] = alpha * v
		}
	}
}

func elu(x, y []float32, alpha float32) {
	for i, v := range x {
		if v > 0 {
			y[i] = v
		} else {
			y[i] = float32(float64(alpha) * math.Expm1(float64(v)))
		}
	}
}

func step(x, y []float32) {
	for i, v := range x {
		switch {
		case v >= 0:
			y[i] = 1
		case v < 0:
			y[i] = 0
		default: // NaN
			y[i] = v
		}
	}
}

func relu(x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = max(0, v) // NaN stays NaN
	}
}

func (c *cpu) ActivateGrad(f backend.Activation, n int, y, dy, dx backend.Buffer) {
	backend.Check("ActivateGrad", n)
	f.Check("ActivateGrad")
	c.run(job{part: activateGradPart, n: n, grain: lightGrain, f: f,
		a: numbers("ActivateGrad", y, n), b: numbers("ActivateGrad", dy, n), c: numbers("ActivateGrad", dx, n)})
}

func activateGradPart(j *job, s span) { j.kernels.activateGrad(j.f, s.of(j.a), s.of(j.b), s.of(j.c)) }

// activateGrad computes dx = dy ⊙ f'(x) from y = f(x).
func (k *kernels) activateGrad(f backend.Activation, y, dy, dx []float32) {
	switch f.Kind {
	case backend.Linear:
		copy(dx, dy)
	case backend.Sigmoid:
		k.sigmoidGrad(y, dy, dx)
	case backend.Tanh:
		k.tanhGrad(y, dy, dx)
	case backend.ReLU:
		k.reluGrad(y, dy, dx)
	case backend.LeakyReLU:
		k.leakyReLUGrad(y, dy, dx, float32(f.Alpha))
	case backend.ELU:
		k.eluGrad(y, dy, dx, float32(f.Alpha))
	case backend.Step:
		for i, d := range dy {
			dx[i] = 0 * d
		}
	case backend.ScaledTanh:
		for i, v := range y {
			dx[i] = dy[i] * backend.TanhSlope * (backend.TanhHeight - v*v/backend.TanhHeight)
		}
	}
}

func leakyReLUGrad(y, dy, dx []float32, alpha float32) {
	for i, v := range y {
		if v > 0 {
			dx[i] = dy[i]
		} else {
			dx[i] = alpha * dy[i]
		}
	}
}

func eluGrad(y, dy, dx []float32, alpha float32) {
	for i, v := range y {
		if v > 0 {
			dx[i] = dy[i]
		} else {
			dx[i] = dy[i] * (v + alpha)
		}
	}
}

func sigmoidGrad(y, dy, dx []float32) {
	dy, dx = dy[:len(y)], dx[:len(y)]
	for i, v := range y {
		dx[i] = dy[i] * (v * (1 - v))
	}
}

func tanhGrad(y, dy, dx []float32) {
	dy, dx = dy[:len(y)], dx[:len(y)]
	for i, v := range y {
		dx[i] = dy[i] * (1 - v*v)
	}
}

// reluGrad computes dx = dy where y > 0, else 0·dy, and NaN where y is. A choice
// between whole numbers compiles to a conditional move, one between floats to a
// jump that the processor guesses wrong for half of all units.
func reluGrad(y, dy, dx []float32) {
	dy, dx = dy[:len(y)], dx[:len(y)]
	const one = 0x3f800000 // the bits of 1
	for i, v := range y {
		slope := math.Float32bits(0 * v)
		if v > 0 {
			slope = one
		}
		dx[i] = dy[i] * math.Float32frombits(slope)
	}
}

func (c *cpu) Multiply(n int, x, y, z backend.Buffer) {
	backend.Check("Multiply", n)
	c.run(job{part: multiplyPart, n: n, grain: lightGrain,
		a: numbers("Multiply", x, n), b: numbers("Multiply", y, n), c: numbers("Multiply", z, n)})
}

func multiplyPart(j *job, s span) { j.kernels.multiply(s.of(j.a), s.of(j.b), s.of(j.c)) }

func multiply(x, y, z []float32) {
	y, z = y[:len(x)], z[:len(x)]
	for i, v := range x {
		z[i] = v * y[i]
	}
}

func (c *cpu) Maximum(n int, x, y, z backend.Buffer) {
	backend.Check("Maximum", n)
	c.run(job{part: maximumPart, n: n, grain: lightGrain,
		a: numbers("Maximum", x, n), b: numbers("Maximum", y, n), c: numbers("Maximum", z, n)})
}

func maximumPart(j *job, s span) { j.kernels.maximum(s.of(j.a), s.of(j.b), s.of(j.c)) }

func maximum(x, y, z []float32) {
	y, z = y[:len(x)], z[:len(x)]
	for i, v := range x {
		z[i] = max(v, y[i]) // NaN stays NaN
	}
}

func (c *cpu) MaximumGrad(n int, x, y, dz, dx, dy backend.Buffer) {
	backend.Check("MaximumGrad", n)
	c.run(job{part: maximumGradPart, n: n, grain: lightGrain,
		a: numbers("MaximumGrad", x, n), b: numbers("MaximumGrad", y, n), c: numbers("MaximumGrad", dz, n),
		d: numbers("MaximumGrad", dx, n), e: numbers("MaximumGrad", dy, n)})
}

func maximumGradPart(j *job, s span) {
	j.kernels.maximumGrad(s.of(j.a), s.of(j.b), s.of(j.c), s.of(j.d), s.of(j.e))
}

func maximumGrad(x, y, dz, dx, dy []float32) {
	for i, d := range dz {
		if x[i] >= y[i] {
			dx[i], dy[i] = d, 0
		} else {
			dx[i], dy[i] = 0, d
		}
	}
}

func (c *cpu) Noise(n int, sigma float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Noise", n)
	c.run(job{part: noisePart, n: n, grain: heavyGrain, key: host.Key("Noise", key), alpha: float32(sigma),
		a: numbers("Noise", x, n), b: numbers("Noise", y, n)})
}

func noisePart(j *job, s span) { j.kernels.noise(s.of(j.a), s.of(j.b), j.key, s.lo, j.alpha) }

// noise computes y = x + σ·Normal, from place first on.
func noise(x, y []float32, key uint64, first int, sigma float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = v + sigma*backend.Normal(key, first+i)
	}
}

func (c *cpu) Axpy(n int, alpha float64, x, y backend.Buffer) {
	backend.Check("Axpy", n)
	c.run(job{part: axpyPart, n: n, grain: lightGrain, alpha: float32(alpha),
		a: numbers("Axpy", x, n), b: numbers("Axpy", y, n)})
}

func axpyPart(j *job, s span) { j.kernels.axpy(s.of(j.a), s.of(j.b), j.alpha) }

// axpy computes y = y + α·x.
func axpy(x, y []float32, alpha float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += alpha * v
	}
}

func (c *cpu) Scale(n int, alpha float64, x backend.Buffer) {
	backend.Check("Scale", n)
	c.run(job{part: scalePart, n: n, grain: lightGrain, alpha: float32(alpha), a: numbers("Scale", x, n)})
}

func scalePart(j *job, s span) { j.kernels.scale(s.of(j.a), j.alpha) }

func scale(x []float32, alpha float32) {
	for i := range x {
		x[i] *= alpha
	}
}

func (c *cpu) Dropout(n int, rate float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Dropout", n)
	backend.CheckRate(rate)
	c.run(job{part: dropoutPart, n: n, grain: lightGrain, key: host.Key("Dropout", key), rate: rate,
		a: numbers("Dropout", x, n), b: numbers("Dropout", y, n)})
}

func dropoutPart(j *job, s span) {
	// Uniform is a whole number below 2²⁴ divided by 2²⁴, so it can be compared
	// as a whole number.
	threshold, keep := int32(math.Ceil(j.rate*(1<<24))), float32(1/(1-j.rate))
	j.kernels.dropout(s.of(j.a), s.of(j.b), j.key, s.lo, threshold, keep)
}

// dropout computes y = x·keep where the first 24 of the random bits, from place
// first on, are at least threshold, else 0. Which units these are cannot be
// guessed, so there is no jump.
func dropout(x, y []float32, key uint64, first int, threshold int32, keep float32) {
	y = y[:len(x)]
	for i, v := range x {
		dropped := (int32(backend.Bits(key, first+i)>>40) - threshold) >> 31 // all ones or none
		y[i] = math.Float32frombits(math.Float32bits(v*keep) &^ uint32(dropped))
	}
}
