//go:build cuda

package cuda

import (
	"fmt"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// scalarsOf returns where the first n of scalars of this backend are.
func scalarsOf(kernel string, s backend.Scalars, n int) argument {
	backend.Check(kernel, n)
	x, ok := s.(*scalars)
	if !ok || x == nil {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected scalars of the backend cuda, got %T", s)})
	}
	if n > x.n {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected at least %d scalars, got %d", n, x.n)})
	}
	return argument{uint64(x.at), x.memory}
}

// controlOf is scalarsOf for a control, which may be nil.
func controlOf(kernel string, s backend.Scalars) argument {
	if s == nil {
		return argument{}
	}
	return scalarsOf(kernel, s, backend.ControlSize)
}

func (d *device) Scalars(n int) backend.Scalars {
	backend.Check("Scalars", n)
	m := d.new("sums and counts", 8*int64(n))
	return &scalars{m, m.at, n}
}

func (d *device) SliceScalars(s backend.Scalars, lo, hi int) backend.Scalars {
	backend.CheckSlice(lo, hi)
	scalarsOf("SliceScalars", s, hi)
	x := s.(*scalars)
	return &scalars{x.memory, x.at + cu.DevicePtr(8*lo), hi - lo}
}

func (d *device) FillScalars(n int, v float64, s backend.Scalars) {
	d.each("fill_scalars", n, whole(n), float(v), scalarsOf("FillScalars", s, n))
}

func (d *device) ReadScalars(dst []float64, s backend.Scalars) {
	d.receive("ReadScalars", bytesOf(dst), scalarsOf("ReadScalars", s, len(dst)))
}

func (d *device) AddScalars(n int, alpha float64, x, y backend.Scalars) {
	d.each("add_scalars", n, whole(n), float(alpha), scalarsOf("AddScalars", x, n), scalarsOf("AddScalars", y, n))
}

func (d *device) Judge(loss, control backend.Scalars) {
	d.launch("judge", grid{x: 1}, 1, scalarsOf("Judge", loss, 1), scalarsOf("Judge", control, backend.ControlSize))
}

func (d *device) Advance(control backend.Scalars) {
	at := scalarsOf("Advance", control, backend.ControlSize)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.flush()
	d.put("advance", grid{x: 1}, 1, at)
	d.boundary() // the step ends
}

func (d *device) Reduce(r backend.Reduction, n int, alpha float64, x backend.Buffer, beta float64, s backend.Scalars) {
	r.Check()
	backend.Check("Reduce", n)
	d.reduce(r, n, alpha, of("Reduce", x, n), beta, scalarsOf("Reduce", s, 1))
}

// reduce sums in two steps. How many parts there are depends on n alone.
func (d *device) reduce(r backend.Reduction, n int, alpha float64, x argument, beta float64, s argument) {
	parts := min(256, ceil(n, share*threads))
	d.scratch(8*parts, func(at argument) {
		d.launch("reduce_parts", grid{x: parts}, threads, whole(int(r)), whole(n), x, at)
		d.launch("reduce_end", grid{x: 1}, threads, whole(parts), at, float(alpha), float(beta), s)
	})
}

// number waits for a reduction.
func (d *device) number(kernel string, r backend.Reduction, n int, x backend.Buffer) float64 {
	backend.Check(kernel, n)
	from, sum := of(kernel, x, n), d.Scalars(1)
	d.reduce(r, n, 1, from, 0, scalarsOf(kernel, sum, 1))
	v := []float64{0}
	d.ReadScalars(v, sum)
	return v[0]
}

func (d *device) Sum(n int, x backend.Buffer) float64 { return d.number("Sum", backend.Sum, n, x) }

func (d *device) SumAbs(n int, x backend.Buffer) float64 {
	return d.number("SumAbs", backend.SumAbs, n, x)
}

func (d *device) SumSquares(n int, x backend.Buffer) float64 {
	return d.number("SumSquares", backend.SumSquares, n, x)
}

func (d *device) NonFinite(n int, x backend.Buffer) int {
	return int(d.number("NonFinite", backend.NonFinite, n, x))
}

func (d *device) Measure(m backend.Measure, rows, cols int, y, target backend.Buffer, s backend.Scalars) {
	backend.Check("Measure", rows, cols)
	m.Check()
	n, kind := rows*cols, whole(int(m.Kind))
	out, right, to := of("Measure", y, n), of("Measure", target, n), scalarsOf("Measure", s, m.Counters(cols))
	one := grid{x: 1}
	switch m.Kind {
	case backend.Chosen, backend.Top:
		d.launch("measure_rows", one, threads, kind, whole(m.K), whole(rows), whole(cols), out, right, to)
	case backend.Sides, backend.Distance:
		d.launch("measure_numbers", one, threads, kind, float(m.Border), whole(n), out, right, to)
	case backend.Intervals:
		d.launch("measure_intervals", one, threads, whole(n), out, right, to)
	case backend.Found, backend.Residuals:
		d.each("measure_columns", cols, kind, float(m.Border), whole(rows), whole(cols), out, right, argument{}, to)
	case backend.FoundChosen:
		d.scratch(4*rows, func(chosen argument) {
			d.rowwise("arg_max", rows, cols, whole(rows), whole(cols), out, chosen)
			d.each("measure_columns", cols, kind, float(m.Border), whole(rows), whole(cols), out, right, chosen, to)
		})
	}
}
