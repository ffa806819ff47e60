package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

func (ref) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	if !host.Begin("SGD", p.Control, &p.LearningRate, nil) {
		return
	}
	p.Check(v)
	W, G, V := numbers("SGD", w, n), numbers("SGD", g, n), optional("SGD", v, n)
	for i := range n {
		if V == nil {
			W[i] -= p.LearningRate * G[i]
			continue
		}
		V[i] = p.Momentum*V[i] - p.LearningRate*G[i]
		if p.Nesterov {
			W[i] += p.Momentum*V[i] - p.LearningRate*G[i]
		} else {
			W[i] += V[i]
		}
	}
}

func (ref) RMSprop(p backend.RMSprop, n int, w, g, s, v backend.Buffer) {
	backend.Check("RMSprop", n)
	if !host.Begin("RMSprop", p.Control, &p.LearningRate, nil) {
		return
	}
	p.Check(v)
	W, G, S, V := numbers("RMSprop", w, n), numbers("RMSprop", g, n), numbers("RMSprop", s, n), optional("RMSprop", v, n)
	for i := range n {
		S[i] = p.Rho*S[i] + (1-p.Rho)*G[i]*G[i]
		step := p.LearningRate * G[i] / math.Sqrt(S[i]+p.Epsilon)
		if V != nil {
			V[i] = p.Momentum*V[i] + step
			step = V[i]
		}
		W[i] -= step
	}
}

func (ref) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	if !host.Begin("Adam", p.Control, &p.LearningRate, &p.Step) {
		return
	}
	p.Check()
	W, G, M, V := numbers("Adam", w, n), numbers("Adam", g, n), numbers("Adam", m, n), numbers("Adam", v, n)
	t := float64(p.Step)
	rate := p.LearningRate * math.Sqrt(1-math.Pow(p.Beta2, t)) / (1 - math.Pow(p.Beta1, t))
	for i := range n {
		W[i] *= 1 - p.LearningRate*p.WeightDecay
		M[i] = p.Beta1*M[i] + (1-p.Beta1)*G[i]
		V[i] = p.Beta2*V[i] + (1-p.Beta2)*G[i]*G[i]
		W[i] -= rate * M[i] / (math.Sqrt(V[i]) + p.Epsilon)
	}
}

func (ref) Nadam(p backend.Nadam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Nadam", n)
	if !host.Begin("Nadam", p.Control, &p.LearningRate, &p.Step) {
		return
	}
	p.Check()
	W, G, M, V := numbers("Nadam", w, n), numbers("Nadam", g, n), numbers("Nadam", m, n), numbers("Nadam", v, n)
	ofM, ofG, ofV := p.Factors()
	for i := range n {
		M[i] = p.Beta1*M[i] + (1-p.Beta1)*G[i]
		V[i] = p.Beta2*V[i] + (1-p.Beta2)*G[i]*G[i]
		W[i] -= (ofM*M[i] + ofG*G[i]) / (math.Sqrt(ofV*V[i]) + p.Epsilon)
	}
}

func (ref) Adagrad(p backend.Adagrad, n int, w, g, s backend.Buffer) {
	backend.Check("Adagrad", n)
	if !host.Begin("Adagrad", p.Control, &p.LearningRate, nil) {
		return
	}
	W, G, S := numbers("Adagrad", w, n), numbers("Adagrad", g, n), numbers("Adagrad", s, n)
	for i := range n {
		S[i] += G[i] * G[i]
		W[i] -= p.LearningRate * G[i] / math.Sqrt(S[i]+p.Epsilon)
	}
}

func (ref) Adadelta(p backend.Adadelta, n int, w, g, s, d backend.Buffer) {
	backend.Check("Adadelta", n)
	if !host.Begin("Adadelta", p.Control, &p.LearningRate, nil) {
		return
	}
	W, G, S, D := numbers("Adadelta", w, n), numbers("Adadelta", g, n), numbers("Adadelta", s, n), numbers("Adadelta", d, n)
	for i := range n {
		S[i] = p.Rho*S[i] + (1-p.Rho)*G[i]*G[i]
		step := G[i] * math.Sqrt(D[i]+p.Epsilon) / math.Sqrt(S[i]+p.Epsilon)
		D[i] = p.Rho*D[i] + (1-p.Rho)*step*step
		W[i] -= p.LearningRate * step
	}
}

func (ref) Clip(n int, limit float64, g backend.Buffer) {
	backend.Check("Clip", n)
	G := numbers("Clip", g, n)
	for i, v := range G {
		G[i] = max(-limit, min(limit, v))
	}
}

func (ref) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	W, G := numbers("Regularize", w, n), numbers("Regularize", g, n)
	for i, v := range W {
		switch {
		case v > 0:
			G[i] += l1
		case v < 0:
			G[i] -= l1
		}
		G[i] += 2 * l2 * v
	}
}
