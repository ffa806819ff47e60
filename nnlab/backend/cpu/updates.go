package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	p.Check(v)
	kernel := momentumStep
	switch {
	case v == nil:
		kernel = plainStep
	case p.Nesterov:
		kernel = nesterovStep
	}
	c.pool.run(job{kernel: kernel, n: n, grain: lightGrain, p: float32(p.LearningRate), q: float32(p.Momentum),
		a: numbers("SGD", w, n), b: numbers("SGD", g, n), c: optional("SGD", v, n)})
}

// plainStep is w = w − η·g.
func plainStep(j *job, s span) {
	w, g := s.of(j.a), s.of(j.b)
	g = g[:len(w)]
	for i := range w {
		w[i] -= j.p * g[i]
	}
}

// momentumStep is v = α·v − η·g, w = w + v.
func momentumStep(j *job, s span) {
	w, g, v := s.of(j.a), s.of(j.b), s.of(j.c)
	g, v = g[:len(w)], v[:len(w)]
	for i := range w {
		v[i] = j.q*v[i] - j.p*g[i]
		w[i] += v[i]
	}
}

// nesterovStep is v = α·v − η·g, w = w + α·v − η·g.
func nesterovStep(j *job, s span) {
	w, g, v := s.of(j.a), s.of(j.b), s.of(j.c)
	g, v = g[:len(w)], v[:len(w)]
	for i := range w {
		v[i] = j.q*v[i] - j.p*g[i]
		w[i] += j.q*v[i] - j.p*g[i]
	}
}

func (c *cpu) RMSprop(p backend.RMSprop, n int, w, g, s, v backend.Buffer) {
	backend.Check("RMSprop", n)
	p.Check(v)
	c.pool.run(job{kernel: rmspropStep, n: n, grain: lightGrain, rmsprop: p,
		a: numbers("RMSprop", w, n), b: numbers("RMSprop", g, n), c: numbers("RMSprop", s, n), d: optional("RMSprop", v, n)})
}

// rmspropStep is s = ρ·s + (1 − ρ)·g², w = w − η·g/√(s + ε), with momentum
// w = w − v, v = α·v + η·g/√(s + ε).
func rmspropStep(j *job, sp span) {
	rate, momentum := float32(j.rmsprop.LearningRate), float32(j.rmsprop.Momentum)
	rho, rest, epsilon := float32(j.rmsprop.Rho), float32(1-j.rmsprop.Rho), float32(j.rmsprop.Epsilon)
	w, g, s := sp.of(j.a), sp.of(j.b), sp.of(j.c)
	g, s = g[:len(w)], s[:len(w)]
	if j.d == nil {
		for i, d := range g {
			s[i] = rho*s[i] + rest*d*d
			w[i] -= rate * d / sqrt(s[i]+epsilon)
		}
		return
	}
	v := sp.of(j.d)[:len(w)]
	for i, d := range g {
		s[i] = rho*s[i] + rest*d*d
		v[i] = momentum*v[i] + rate*d/sqrt(s[i]+epsilon)
		w[i] -= v[i]
	}
}

func (c *cpu) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	p.Check()
	c.pool.run(job{kernel: adamStep, n: n, grain: lightGrain, adam: p,
		a: numbers("Adam", w, n), b: numbers("Adam", g, n), c: numbers("Adam", m, n), d: numbers("Adam", v, n)})
}

// adamStep is m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g² and
// w = w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε).
func adamStep(j *job, s span) {
	p, t := j.adam, float64(j.adam.Step)
	rate := float32(p.LearningRate * math.Sqrt(1-math.Pow(p.Beta2, t)) / (1 - math.Pow(p.Beta1, t)))
	beta1, rest1 := float32(p.Beta1), float32(1-p.Beta1)
	beta2, rest2 := float32(p.Beta2), float32(1-p.Beta2)
	epsilon := float32(p.Epsilon)
	w, g, m, v := s.of(j.a), s.of(j.b), s.of(j.c), s.of(j.d)
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, d := range g {
		m[i] = beta1*m[i] + rest1*d
		v[i] = beta2*v[i] + rest2*d*d
		w[i] -= rate * m[i] / (sqrt(v[i]) + epsilon)
	}
}

// sqrt compiles to the processor's own float32 root.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func (c *cpu) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	c.pool.run(job{kernel: regularize, n: n, grain: lightGrain, p: float32(l1), q: float32(2 * l2),
		a: numbers("Regularize", w, n), b: numbers("Regularize", g, n)})
}

// regularize adds l1·sign(w) + 2·l2·w to g.
func regularize(j *job, s span) {
	w, g := s.of(j.a), s.of(j.b)
	g = g[:len(w)]
	for i, v := range w {
		switch {
		case v > 0:
			g[i] += j.p
		case v < 0:
			g[i] -= j.p
		}
		g[i] += j.q * v
	}
}
