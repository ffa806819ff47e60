package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Each update is one pass over memory.

func (c *cpu) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	s := span{a: numbers("SGD", w, n), b: numbers("SGD", g, n), c: optional("SGD", v, n), sgd: p}
	c.over(n, elements, s, func(s *span, lo, hi int) {
		w, g := s.a[lo:hi], s.b[lo:hi]
		rate, momentum := float32(s.sgd.LearningRate), float32(s.sgd.Momentum)
		if s.c == nil {
			for i, d := range g {
				w[i] -= rate * d
			}
			return
		}
		v := s.c[lo:hi]
		for i, d := range g {
			step := momentum*v[i] - rate*d
			v[i] = step
			if s.sgd.Nesterov {
				step = momentum*step - rate*d
			}
			w[i] += step
		}
	})
}

func (c *cpu) RMSprop(p backend.RMSprop, n int, w, g, sq, v backend.Buffer) {
	backend.Check("RMSprop", n)
	s := span{a: numbers("RMSprop", w, n), b: numbers("RMSprop", g, n), c: numbers("RMSprop", sq, n), d: optional("RMSprop", v, n), rmsprop: p}
	c.over(n, elements, s, func(s *span, lo, hi int) {
		w, g, sq := s.a[lo:hi], s.b[lo:hi], s.c[lo:hi]
		rate, momentum := float32(s.rmsprop.LearningRate), float32(s.rmsprop.Momentum)
		rho, epsilon := float32(s.rmsprop.Rho), float32(s.rmsprop.Epsilon)
		for i, d := range g {
			sq[i] = rho*sq[i] + (1-rho)*d*d
			step := rate * d / float32(math.Sqrt(float64(sq[i]+epsilon)))
			if s.d != nil {
				step += momentum * s.d[lo+i]
				s.d[lo+i] = step
			}
			w[i] -= step
		}
	})
}

func (c *cpu) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	s := span{a: numbers("Adam", w, n), b: numbers("Adam", g, n), c: numbers("Adam", m, n), d: numbers("Adam", v, n), adam: p}
	t := float64(p.Step)
	s.alpha = float32(p.LearningRate * math.Sqrt(1-math.Pow(p.Beta2, t)) / (1 - math.Pow(p.Beta1, t)))
	c.over(n, elements, s, func(s *span, lo, hi int) {
		w, g, m, v := s.a[lo:hi], s.b[lo:hi], s.c[lo:hi], s.d[lo:hi]
		beta1, beta2, epsilon := float32(s.adam.Beta1), float32(s.adam.Beta2), float32(s.adam.Epsilon)
		for i, d := range g {
			m[i] = beta1*m[i] + (1-beta1)*d
			v[i] = beta2*v[i] + (1-beta2)*d*d
			w[i] -= s.alpha * m[i] / (float32(math.Sqrt(float64(v[i]))) + epsilon)
		}
	})
}

func (c *cpu) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	s := span{a: numbers("Regularize", w, n), b: numbers("Regularize", g, n), l1: float32(l1), l2: float32(l2)}
	c.over(n, elements, s, func(s *span, lo, hi int) {
		g := s.b[lo:hi]
		for i, v := range s.a[lo:hi] {
			switch {
			case v > 0:
				g[i] += s.l1
			case v < 0:
				g[i] -= s.l1
			}
			g[i] += 2 * s.l2 * v
		}
	})
}
