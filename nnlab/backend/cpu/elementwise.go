package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Activate(f backend.Activation, n int, x, y backend.Buffer) {
	backend.Check("Activate", n)
	f.Check("Activate")
	grain := lightGrain
	if f.Kind == backend.Sigmoid || f.Kind == backend.Tanh {
		grain = heavyGrain
	}
	c.pool.run(job{kernel: activateSpan, n: n, grain: grain, f: f,
		a: numbers("Activate", x, n), b: numbers("Activate", y, n)})
}

func activateSpan(j *job, s span) { activate(j.f, s.of(j.a), s.of(j.b)) }

// activate computes y = f(x).
func activate(f backend.Activation, x, y []float32) {
	y = y[:len(x)]
	switch f.Kind {
	case backend.Linear:
		copy(y, x)
	case backend.Sigmoid:
		for i, v := range x {
			y[i] = sigmoid(v)
		}
	case backend.Tanh:
		for i, v := range x {
			y[i] = tanh(v)
		}
	case backend.ReLU:
		for i, v := range x {
			y[i] = max(0, v) // NaN stays NaN
		}
	}
}

func (c *cpu) ActivateGrad(f backend.Activation, n int, y, dy, dx backend.Buffer) {
	backend.Check("ActivateGrad", n)
	f.Check("ActivateGrad")
	c.pool.run(job{kernel: activateGrad, n: n, grain: lightGrain, f: f,
		a: numbers("ActivateGrad", y, n), b: numbers("ActivateGrad", dy, n), c: numbers("ActivateGrad", dx, n)})
}

// activateGrad computes dx = dy ⊙ f'(x) from y = f(x).
func activateGrad(j *job, s span) {
	y, dy, dx := s.of(j.a), s.of(j.b), s.of(j.c)
	dy, dx = dy[:len(y)], dx[:len(y)]
	switch j.f.Kind {
	case backend.Linear:
		copy(dx, dy)
	case backend.Sigmoid:
		for i, v := range y {
			dx[i] = dy[i] * (v * (1 - v))
		}
	case backend.Tanh:
		for i, v := range y {
			dx[i] = dy[i] * (1 - v*v)
		}
	case backend.ReLU:
		for i, v := range y {
			slope := math.Float32bits(0 * v) // NaN stays NaN
			if v > 0 {
				slope = one
			}
			dx[i] = dy[i] * math.Float32frombits(slope)
		}
	}
}

// one is the bits of 1. A choice between whole numbers compiles to a
// conditional move, one between floats to a jump that half of all units miss.
const one = 0x3f800000

func (c *cpu) Axpy(n int, alpha float64, x, y backend.Buffer) {
	backend.Check("Axpy", n)
	c.pool.run(job{kernel: axpy, n: n, grain: lightGrain, p: float32(alpha),
		a: numbers("Axpy", x, n), b: numbers("Axpy", y, n)})
}

func axpy(j *job, s span) {
	x, y := s.of(j.a), s.of(j.b)
	y = y[:len(x)]
	for i, v := range x {
		y[i] += j.p * v
	}
}

func (c *cpu) Scale(n int, alpha float64, x backend.Buffer) {
	backend.Check("Scale", n)
	c.pool.run(job{kernel: scale, n: n, grain: lightGrain, p: float32(alpha), a: numbers("Scale", x, n)})
}

func scale(j *job, s span) {
	x := s.of(j.a)
	for i := range x {
		x[i] *= j.p
	}
}

func (c *cpu) Dropout(n int, rate float64, key uint64, x, y backend.Buffer) {
	backend.Check("Dropout", n)
	backend.CheckRate(rate)
	c.pool.run(job{kernel: dropout, n: n, grain: lightGrain, key: key, rate: rate,
		a: numbers("Dropout", x, n), b: numbers("Dropout", y, n)})
}

func dropout(j *job, s span) {
	x, y := s.of(j.a), s.of(j.b)
	y = y[:len(x)]
	// Uniform is a whole number below 2²⁴ divided by 2²⁴, so it can be compared
	// as a whole number.
	threshold := int64(math.Ceil(j.rate * (1 << 24)))
	keep := float32(1 / (1 - j.rate))
	for i, v := range x {
		dropped := (int64(backend.Bits(j.key, s.lo+i)>>40) - threshold) >> 63 // all ones or none
		y[i] = math.Float32frombits(math.Float32bits(v*keep) &^ uint32(dropped))
	}
}
