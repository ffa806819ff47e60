package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// activate computes y = f(x).
func activate(f backend.Activation, x, y []float32) {
	switch f.Kind {
	case backend.Sigmoid:
		for i, v := range x {
			y[i] = float32(1 / (1 + math.Exp(-float64(v))))
		}
	case backend.Tanh:
		for i, v := range x {
			y[i] = float32(math.Tanh(float64(v)))
		}
	case backend.ReLU:
		for i, v := range x {
			y[i] = max(0, v) // NaN stays NaN
		}
	default:
		copy(y, x)
	}
}

// activateGrad computes dx = dy ⊙ f'(x) from y = f(x).
func activateGrad(f backend.Activation, y, dy, dx []float32) {
	switch f.Kind {
	case backend.Sigmoid:
		for i, v := range y {
			dx[i] = dy[i] * v * (1 - v)
		}
	case backend.Tanh:
		for i, v := range y {
			dx[i] = dy[i] * (1 - v*v)
		}
	case backend.ReLU:
		for i, v := range y {
			d := dy[i]
			if !(v > 0) {
				d *= 0 * v // 0, and NaN where there is one
			}
			dx[i] = d
		}
	default:
		copy(dx, dy)
	}
}

func (c *cpu) Activate(f backend.Activation, n int, x, y backend.Buffer) {
	backend.Check("Activate", n)
	s := span{a: numbers("Activate", x, n), b: numbers("Activate", y, n), activation: f}
	c.over(n, elements, s, func(s *span, lo, hi int) { activate(s.activation, s.a[lo:hi], s.b[lo:hi]) })
}

func (c *cpu) ActivateGrad(f backend.Activation, n int, y, dy, dx backend.Buffer) {
	backend.Check("ActivateGrad", n)
	s := span{a: numbers("ActivateGrad", y, n), b: numbers("ActivateGrad", dy, n), c: numbers("ActivateGrad", dx, n), activation: f}
	if f.Kind == backend.Linear && &s.b[0] == &s.c[0] {
		return
	}
	c.over(n, elements, s, func(s *span, lo, hi int) { activateGrad(s.activation, s.a[lo:hi], s.b[lo:hi], s.c[lo:hi]) })
}

func (c *cpu) Axpy(n int, alpha float64, x, y backend.Buffer) {
	backend.Check("Axpy", n)
	s := span{a: numbers("Axpy", x, n), b: numbers("Axpy", y, n), alpha: float32(alpha)}
	c.over(n, elements, s, func(s *span, lo, hi int) {
		y := s.b[lo:hi]
		for i, v := range s.a[lo:hi] {
			y[i] += s.alpha * v
		}
	})
}

func (c *cpu) Scale(n int, alpha float64, x backend.Buffer) {
	backend.Check("Scale", n)
	s := span{a: numbers("Scale", x, n), alpha: float32(alpha)}
	c.over(n, elements, s, func(s *span, lo, hi int) {
		x := s.a[lo:hi]
		for i := range x {
			x[i] *= s.alpha
		}
	})
}

func (c *cpu) Dropout(n int, rate float64, key uint64, x, y backend.Buffer) {
	backend.Check("Dropout", n)
	s := span{a: numbers("Dropout", x, n), b: numbers("Dropout", y, n), alpha: float32(rate), key: key}
	c.over(n, elements, s, func(s *span, lo, hi int) {
		scale := 1 / (1 - s.alpha)
		for i := lo; i < hi; i++ {
			if backend.Uniform(s.key, i) >= s.alpha {
				s.b[i] = s.a[i] * scale
			} else {
				s.b[i] = 0
			}
		}
	})
}
