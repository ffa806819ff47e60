//go:build cuda

package cuda

import "github.com/nnlab-go/lab/nnlab/backend"

func (d *device) Activate(f backend.Activation, n int, x, y backend.Buffer) {
	backend.Check("Activate", n)
	f.Check("Activate")
	d.each("activate_each", n, whole(int(f.Kind)), float(f.Alpha), whole(n), of("Activate", x, n), of("Activate", y, n))
}

func (d *device) ActivateGrad(f backend.Activation, n int, y, dy, dx backend.Buffer) {
	backend.Check("ActivateGrad", n)
	f.Check("ActivateGrad")
	d.each("activate_grad", n, whole(int(f.Kind)), float(f.Alpha), whole(n), of("ActivateGrad", y, n), of("ActivateGrad", dy, n), of("ActivateGrad", dx, n))
}

func (d *device) Multiply(n int, x, y, z backend.Buffer) {
	backend.Check("Multiply", n)
	d.each("multiply", n, whole(n), of("Multiply", x, n), of("Multiply", y, n), of("Multiply", z, n))
}

func (d *device) Maximum(n int, x, y, z backend.Buffer) {
	backend.Check("Maximum", n)
	d.each("maximum_each", n, whole(n), of("Maximum", x, n), of("Maximum", y, n), of("Maximum", z, n))
}

func (d *device) MaximumGrad(n int, x, y, dz, dx, dy backend.Buffer) {
	backend.Check("MaximumGrad", n)
	of := func(b backend.Buffer) argument { return of("MaximumGrad", b, n) }
	d.each("maximum_grad", n, whole(n), of(x), of(y), of(dz), of(dx), of(dy))
}

func (d *device) Noise(n int, sigma float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Noise", n)
	d.each("noise", n, whole(n), float(sigma), argument{bits: key.Base}, controlOf("Noise", key.Control), of("Noise", x, n), of("Noise", y, n))
}

func (d *device) Axpy(n int, alpha float64, x, y backend.Buffer) {
	backend.Check("Axpy", n)
	d.each("axpy", n, whole(n), float(alpha), of("Axpy", x, n), of("Axpy", y, n))
}

func (d *device) Scale(n int, alpha float64, x backend.Buffer) {
	backend.Check("Scale", n)
	d.each("scale", n, whole(n), float(alpha), of("Scale", x, n))
}

func (d *device) Dropout(n int, rate float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Dropout", n)
	backend.CheckRate(rate)
	d.each("dropout", n, whole(n), float(rate), argument{bits: key.Base}, controlOf("Dropout", key.Control), of("Dropout", x, n), of("Dropout", y, n))
}

func (d *device) Move(m backend.Move, src, dst backend.Buffer) {
	m.Check()
	from, to := m.Last()
	n := 1
	for _, l := range m.Lengths {
		n *= l
	}
	args := []argument{whole(n)}
	for _, l := range m.Lengths[1:] {
		args = append(args, whole(l))
	}
	for _, strides := range [][backend.MoveAxes]int{m.From, m.To} {
		for _, s := range strides {
			args = append(args, whole(s))
		}
	}
	args = append(args, of("Move", src, from+1).behind(4*m.FromStart), of("Move", dst, to+1).behind(4*m.ToStart))
	d.each("move", n, args...)
}
