package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

func (c *cpu) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	if !host.Begin("SGD", p.Control, &p.LearningRate, nil) {
		return
	}
	p.Check(v)
	c.run(job{part: sgdPart, n: n, grain: lightGrain, sgd: p,
		a: numbers("SGD", w, n), b: numbers("SGD", g, n), c: optional("SGD", v, n)})
}

func sgdPart(j *job, s span) {
	rate, alpha := float32(j.sgd.LearningRate), float32(j.sgd.Momentum)
	switch w, g := s.of(j.a), s.of(j.b); {
	case j.c == nil:
		j.kernels.axpy(g, w, -rate)
	case j.sgd.Nesterov:
		j.kernels.nesterov(w, g, s.of(j.c), rate, alpha)
	default:
		j.kernels.momentum(w, g, s.of(j.c), rate, alpha)
	}
}

// momentum computes v = α·v − η·g and w = w + v.
func momentum(w, g, v []float32, rate, alpha float32) {
	g, v = g[:len(w)], v[:len(w)]
	for i := range w {
		v[i] = alpha*v[i] - rate*g[i]
		w[i] += v[i]
	}
}

// nesterov computes v = α·v − η·g and w = w + α·v − η·g.
func nesterov(w, g, v []float32, rate, alpha float32) {
	g, v = g[:len(w)], v[:len(w)]
	for i := range w {
		v[i] = alpha*v[i] - rate*g[i]
		w[i] += alpha*v[i] - rate*g[i]
	}
}

func (c *cpu) RMSprop(p backend.RMSprop, n int, w, g, s, v backend.Buffer) {
	backend.Check("RMSprop", n)
	if !host.Begin("RMSprop", p.Control, &p.LearningRate, nil) {
		return
	}
	p.Check(v)
	c.run(job{part: rmspropPart, n: n, grain: lightGrain, rmsprop: p,
		a: numbers("RMSprop", w, n), b: numbers("RMSprop", g, n), c: numbers("RMSprop", s, n), d: optional("RMSprop", v, n)})
}

func rmspropPart(j *job, s span) {
	p := &j.rmsprop
	rate, rho, rest, epsilon := float32(p.LearningRate), float32(p.Rho), float32(1-p.Rho), float32(p.Epsilon)
	w, g, squares := s.of(j.a), s.of(j.b), s.of(j.c)
	if j.d == nil {
		j.kernels.rmsprop(w, g, squares, rate, rho, rest, epsilon)
		return
	}
	j.kernels.rmspropMomentum(w, g, squares, s.of(j.d), rate, rho, rest, float32(p.Momentum), epsilon)
}

// rmsprop computes s = ρ·s + (1 − ρ)·g² and w = w − η·g/√(s + ε).
func rmsprop(w, g, s []float32, rate, rho, rest, epsilon float32) {
	g, s = g[:len(w)], s[:len(w)]
	for i, d := range g {
		s[i] = rho*s[i] + rest*d*d
		w[i] -= rate * d / sqrt(s[i]+epsilon)
	}
}

// rmspropMomentum computes s = ρ·s + (1 − ρ)·g², v = α·v + η·g/√(s + ε) and
// w = w − v.
func rmspropMomentum(w, g, s, v []float32, rate, rho, rest, alpha, epsilon float32) {
	g, s, v = g[:len(w)], s[:len(w)], v[:len(w)]
	for i, d := range g {
		s[i] = rho*s[i] + rest*d*d
		v[i] = alpha*v[i] + rate*d/sqrt(s[i]+epsilon)
		w[i] -= v[i]
	}
}

func (c *cpu) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	if !host.Begin("Adam", p.Control, &p.LearningRate, &p.Step) {
		return
	}
	p.Check()
	c.run(job{part: adamPart, n: n, grain: lightGrain, adam: p,
		a: numbers("Adam", w, n), b: numbers("Adam", g, n), c: numbers("Adam", m, n), d: numbers("Adam", v, n)})
}

func adamPart(j *job, s span) {
	p, t := &j.adam, float64(j.adam.Step)
	rate := p.LearningRate * math.Sqrt(1-math.Pow(p.Beta2, t)) / (1 - math.Pow(p.Beta1, t))
	part := s.hi - s.lo
	if p.WeightDecay != 0 {
		part = 1 << 10 // w must still be in the cache for the second time
	}
	for ; s.lo < s.hi; s.lo += part {
		block := span{s.worker, s.lo, min(s.hi, s.lo+part)}
		if p.WeightDecay != 0 {
			j.kernels.scale(block.of(j.a), float32(1-p.LearningRate*p.WeightDecay))
		}
		j.kernels.adam(block.of(j.a), block.of(j.b), block.of(j.c), block.of(j.d), float32(rate),
			float32(p.Beta1), float32(1-p.Beta1), float32(p.Beta2), float32(1-p.Beta2), float32(p.Epsilon))
	}
}

// adam computes m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g² and
// w = w − η·m/(√v + ε), with the corrections of the means in η.
func adam(w, g, m, v []float32, rate, beta1, rest1, beta2, rest2, epsilon float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, d := range g {
		m[i] = beta1*m[i] + rest1*d
		v[i] = beta2*v[i] + rest2*d*d
		w[i] -= rate * m[i] / (sqrt(v[i]) + epsilon)
	}
}

func (c *cpu) Nadam(p backend.Nadam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Nadam", n)
	if !host.Begin("Nadam", p.Control, &p.LearningRate, &p.Step) {
		return
	}
	p.Check()
	c.run(job{part: nadamPart, n: n, grain: lightGrain, nadam: p,
		a: numbers("Nadam", w, n), b: numbers("Nadam", g, n), c: numbers("Nadam", m, n), d: numbers("Nadam", v, n)})
}

func nadamPart(j *job, s span) {
	p := &j.nadam
	ofM, ofG, ofV := p.Factors()
	j.kernels.nadam(s.of(j.a), s.of(j.b), s.of(j.c), s.of(j.d), float32(ofM), float32(ofG), float32(ofV),
		float32(p.Beta1), float32(1-p.Beta1), float32(p.Beta2), float32(1-p.Beta2), float32(p.Epsilon))
}

// nadam is adam with the step w = w − (ofM·m + ofG·g)/(√(ofV·v) + ε); see
// [backend.Nadam].
func nadam(w, g, m, v []float32, ofM, ofG, ofV, beta1, rest1, beta2, rest2, epsilon float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, d := range g {
		m[i] = beta1*m[i] + rest1*d
		v[i] = beta2*v[i] + rest2*d*d
		w[i] -= (ofM*m[i] + ofG*d) / (sqrt(ofV*v[i]) + epsilon)
	}
}

func (c *cpu) Adagrad(p backend.Adagrad, n int, w, g, s backend.Buffer) {
	backend.Check("Adagrad", n)
	if !host.Begin("Adagrad", p.Control, &p.LearningRate, nil) {
		return
	}
	c.run(job{part: adagradPart, n: n, grain: lightGrain, adagrad: p,
		a: numbers("Adagrad", w, n), b: numbers("Adagrad", g, n), c: numbers("Adagrad", s, n)})
}

func adagradPart(j *job, s span) {
	j.kernels.adagrad(s.of(j.a), s.of(j.b), s.of(j.c), float32(j.adagrad.LearningRate), float32(j.adagrad.Epsilon))
}

// adagrad computes s = s + g² and w = w − η·g/√(s + ε).
func adagrad(w, g, s []float32, rate, epsilon float32) {
	g, s = g[:len(w)], s[:len(w)]
	for i, d := range g {
		s[i] += d * d
		w[i] -= rate * d / sqrt(s[i]+epsilon)
	}
}

func (c *cpu) Adadelta(p backend.Adadelta, n int, w, g, s, d backend.Buffer) {
	backend.Check("Adadelta", n)
	if !host.Begin("Adadelta", p.Control, &p.LearningRate, nil) {
		return
	}
	c.run(job{part: adadeltaPart, n: n, grain: lightGrain, adadelta: p,
		a: numbers("Adadelta", w, n), b: numbers("Adadelta", g, n), c: numbers("Adadelta", s, n), d: numbers("Adadelta", d, n)})
}

func adadeltaPart(j *job, s span) {
	p := &j.adadelta
	j.kernels.adadelta(s.of(j.a), s.of(j.b), s.of(j.c), s.of(j.d), float32(p.LearningRate), float32(p.Rho), float32(1-p.Rho), float32(p.Epsilon))
}

// adadelta computes s = ρ·s + (1 − ρ)·g², Δ = g·√(d + ε)/√(s + ε),
// d = ρ·d + (1 − ρ)·Δ² and w = w − η·Δ.
func adadelta(w, g, s, d []float32, rate, rho, rest, epsilon float32) {
	g, s, d = g[:len(w)], s[:len(w)], d[:len(w)]
	for i, v := range g {
		s[i] = rho*s[i] + rest*v*v
		step := v * sqrt(d[i]+epsilon) / sqrt(s[i]+epsilon)
		d[i] = rho*d[i] + rest*step*step
		w[i] -= rate * step
	}
}

func (c *cpu) Clip(n int, limit float64, g backend.Buffer) {
	backend.Check("Clip", n)
	c.run(job{part: clipPart, n: n, grain: lightGrain, alpha: float32(limit), a: numbers("Clip", g, n)})
}

func clipPart(j *job, s span) { j.kernels.clip(s.of(j.a), j.alpha) }

func clip(g []float32, limit float32) {
	for i, v := range g {
		g[i] = max(-limit, min(limit, v)) // NaN stays NaN
	}
}

// sqrt compiles to the processor's own float32 root.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func (c *cpu) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	c.run(job{part: regularizePart, n: n, grain: lightGrain, l1: float32(l1), l2: float32(2 * l2),
		a: numbers("Regularize", w, n), b: numbers("Regularize", g, n)})
}

func regularizePart(j *job, s span) { j.kernels.regularize(s.of(j.a), s.of(j.b), j.l1, j.l2) }

// regularize adds l1·sign(w) + l2·w to g.
func regularize(w, g []float32, l1, l2 float32) {
	g = g[:len(w)]
	for i, v := range w {
		switch {
		case v > 0:
			g[i] += l1
		case v < 0:
			g[i] -= l1
		}
		g[i] += l2 * v
	}
}
