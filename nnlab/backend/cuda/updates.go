//go:build cuda

package cuda

import "github.com/nnlab-go/lab/nnlab/backend"

func (d *device) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	p.Check(v)
	d.each("sgd", n, whole(n), float(p.LearningRate), float(p.Momentum), truth(p.Nesterov), controlOf("SGD", p.Control),
		of("SGD", w, n), of("SGD", g, n), optional("SGD", v, n))
}

func (d *device) RMSprop(p backend.RMSprop, n int, w, g, s, v backend.Buffer) {
	backend.Check("RMSprop", n)
	p.Check(v)
	d.each("rmsprop", n, whole(n), float(p.LearningRate), float(p.Rho), float(p.Momentum), float(p.Epsilon), controlOf("RMSprop", p.Control),
		of("RMSprop", w, n), of("RMSprop", g, n), of("RMSprop", s, n), optional("RMSprop", v, n))
}

func (d *device) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	if p.Control == nil {
		p.Check()
	}
	d.each("adam", n, whole(n), float(p.LearningRate), float(p.Beta1), float(p.Beta2), float(p.Epsilon), float(p.WeightDecay), whole(p.Step), controlOf("Adam", p.Control),
		of("Adam", w, n), of("Adam", g, n), of("Adam", m, n), of("Adam", v, n))
}

func (d *device) Nadam(p backend.Nadam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Nadam", n)
	if p.Control == nil {
		p.Check()
	}
	d.each("nadam", n, whole(n), float(p.LearningRate), float(p.Beta1), float(p.Beta2), float(p.Epsilon), whole(p.Step), controlOf("Nadam", p.Control),
		of("Nadam", w, n), of("Nadam", g, n), of("Nadam", m, n), of("Nadam", v, n))
}

func (d *device) Adagrad(p backend.Adagrad, n int, w, g, s backend.Buffer) {
	backend.Check("Adagrad", n)
	d.each("adagrad", n, whole(n), float(p.LearningRate), float(p.Epsilon), controlOf("Adagrad", p.Control),
		of("Adagrad", w, n), of("Adagrad", g, n), of("Adagrad", s, n))
}

func (d *device) Adadelta(p backend.Adadelta, n int, w, g, s, u backend.Buffer) {
	backend.Check("Adadelta", n)
	d.each("adadelta", n, whole(n), float(p.LearningRate), float(p.Rho), float(p.Epsilon), controlOf("Adadelta", p.Control),
		of("Adadelta", w, n), of("Adadelta", g, n), of("Adadelta", s, n), of("Adadelta", u, n))
}

func (d *device) Clip(n int, limit float64, g backend.Buffer) {
	backend.Check("Clip", n)
	d.each("clip", n, whole(n), float(limit), of("Clip", g, n))
}

func (d *device) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	d.each("regularize", n, whole(n), float(l1), float(l2), of("Regularize", w, n), of("Regularize", g, n))
}

func (d *device) Shorten(n int, limit float64, squares backend.Scalars, g backend.Buffer) {
	backend.Check("Shorten", n)
	d.each("shorten", n, whole(n), float(limit), scalarsOf("Shorten", squares, 1), of("Shorten", g, n))
}

func (d *device) Mix(n int, share float64, x, y backend.Buffer, control backend.Scalars) {
	backend.Check("Mix", n)
	d.each("mix", n, whole(n), float(share), of("Mix", x, n), of("Mix", y, n), controlOf("Mix", control))
}
