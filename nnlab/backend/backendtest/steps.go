package backendtest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// steps tests what a training step needs so that the host need not look at a number.
func (s *suite) steps(t *testing.T) {
	t.Run("Scalars", s.scalars)
	t.Run("Reduce", s.reductions)
	t.Run("Measure", s.measures)
	t.Run("Control", s.control)
	t.Run("Shorten", s.shorten)
	t.Run("Keys", s.keys)
}

// scalarsOf makes scalars with these values.
func scalarsOf(b backend.Backend, values ...float64) backend.Scalars {
	x := b.Scalars(len(values))
	for i, v := range values {
		b.FillScalars(1, v, b.SliceScalars(x, i, i+1))
	}
	return x
}

// readScalars is all numbers of x.
func readScalars(b backend.Backend, x backend.Scalars) []float64 {
	values := make([]float64, x.Len())
	b.ReadScalars(values, x)
	return values
}

func (s *suite) scalars(t *testing.T) {
	b := s.backend
	x := b.Scalars(5)
	b.FillScalars(3, 1.0/3, x)
	part := b.SliceScalars(x, 2, 4)
	b.AddScalars(2, 2, scalarsOf(b, 1e-9, 5), part)
	if got, want := readScalars(b, x), []float64{1.0 / 3, 1.0 / 3, 1.0/3 + 2e-9, 10, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	mustPanic(t, "ReadScalars", "more than there are", func() { b.ReadScalars(make([]float64, 6), x) })
	mustPanic(t, "SliceScalars", "more than there are", func() { b.SliceScalars(x, 2, 6) })
	mustPanic(t, "FillScalars", "foreign scalars", func() { b.FillScalars(1, 0, foreign{9}) })
	mustPanic(t, "Scalars", "none", func() { b.Scalars(0) })
}

func (s *suite) reductions(t *testing.T) {
	b, d := s.backend, newData("Reduce")
	values := d.normal(50_001)
	values[7], values[70] = nan, float32(math.Inf(-1))
	for r := backend.Sum; r <= backend.NonFinite; r++ {
		n := len(values)
		x, want := b.Alloc(n), 0.0
		if b.Upload(x, values); r != backend.NonFinite {
			b.Upload(x, d.normal(n))
		}
		switch r {
		case backend.Sum:
			want = b.Sum(n, x)
		case backend.SumAbs:
			want = b.SumAbs(n, x)
		case backend.SumSquares:
			want = b.SumSquares(n, x)
		case backend.NonFinite:
			want = float64(b.NonFinite(n, x))
		}
		y := scalarsOf(b, math.NaN(), 3)
		b.Reduce(r, n, 0.5, x, 0, y)
		b.Reduce(r, n, 0.5, x, 2, y)
		if got := readScalars(b, y); math.Abs(got[0]-1.5*want) > 1e-9*math.Abs(want) || got[1] != 3 {
			t.Errorf("reduction %d: got %v, want %v and 3", r, got, 1.5*want)
		}
		if s.noAllocs && !testing.Short() {
			if n := testing.AllocsPerRun(3, func() { b.Reduce(r, n, 1, x, 1, y) }); n != 0 {
				t.Errorf("reduction %d: %v allocations", r, n)
			}
		}
	}
	mustPanic(t, "Reduce", "an unknown reduction", func() { b.Reduce(200, 1, 1, b.Alloc(1), 0, b.Scalars(1)) })
}

func (s *suite) measures(t *testing.T) {
	d := newData("Measure")
	for _, cols := range []int{1, 2, 10, 65} {
		const rows = 37
		y, targets := d.normal(rows*cols), d.uniform(rows*cols, 0, 1)
		for i := range y {
			switch d.IntN(6) {
			case 0:
				y[i] = 0.5 // on the border, and often the largest twice
			case 1:
				y[i] = float32(d.IntN(200)) / 199
			case 2:
				y[i] = float32(d.IntN(3))
			}
		}
		for r := range rows {
			if r%2 == 0 {
				row := targets[r*cols:][:cols]
				clear(row)
				row[d.IntN(cols)] = 1
			}
		}
		y[cols*3], y[cols*4], y[cols*5] = nan, float32(math.Inf(1)), float32(math.Inf(-1))
		for kind := backend.Chosen; kind <= backend.Residuals; kind++ {
			for _, m := range []backend.Measure{{Kind: kind, Border: 0.5, K: 1}, {Kind: kind, K: 3}} {
				var got [2][]float64
				for i, b := range []backend.Backend{s.backend, s.ref} {
					x, target, counters := b.Alloc(rows*cols), b.Alloc(rows*cols), b.Scalars(m.Counters(cols)+1)
					b.Upload(x, y)
					b.Upload(target, targets)
					b.FillScalars(counters.Len(), 2, counters)
					b.Measure(m, rows-1, cols, x, target, counters)
					b.Measure(m, 1, cols, b.Slice(x, (rows-1)*cols, rows*cols), b.Slice(target, (rows-1)*cols, rows*cols), counters)
					got[i] = readScalars(b, counters)
					if s.noAllocs && !testing.Short() && i == 0 {
						if n := testing.AllocsPerRun(3, func() { b.Measure(m, rows, cols, x, target, counters) }); n != 0 {
							t.Errorf("%+v: %v allocations", m, n)
						}
					}
				}
				for i, want := range got[1] {
					if v := got[0][i]; v != want && !(math.Abs(v-want) <= s.tolerance*math.Abs(want)) && !(v != v && want != want) {
						t.Errorf("%+v of %d columns: counter %d is %v, want %v", m, cols, i, v, want)
					}
				}
			}
		}
	}
	b := s.backend
	mustPanic(t, "Measure", "an unknown kind", func() { b.Measure(backend.Measure{Kind: 200}, 1, 1, b.Alloc(1), b.Alloc(1), b.Scalars(2)) })
	mustPanic(t, "Measure", "too few counters", func() { b.Measure(backend.Measure{}, 1, 1, b.Alloc(1), b.Alloc(1), b.Scalars(1)) })
	mustPanic(t, "Measure", "the best none", func() { b.Measure(backend.Measure{Kind: backend.Top}, 1, 1, b.Alloc(1), b.Alloc(1), b.Scalars(2)) })
}

// updates are all that change something unless the control has failed, as functions of
// the learning rate, the count of the step and the control.
func updates(b backend.Backend, n int, x []backend.Buffer) map[string]func(rate float64, step int, c backend.Scalars) {
	w, g, u, v := x[0], x[1], x[2], x[3]
	return map[string]func(rate float64, step int, c backend.Scalars){
		"SGD": func(rate float64, _ int, c backend.Scalars) {
			b.SGD(backend.SGD{LearningRate: rate, Momentum: 0.9, Control: c}, n, w, g, u)
		},
		"RMSprop": func(rate float64, _ int, c backend.Scalars) {
			b.RMSprop(backend.RMSprop{LearningRate: rate, Rho: 0.9, Momentum: 0.5, Epsilon: 1e-3, Control: c}, n, w, g, v, u)
		},
		"Adam": func(rate float64, step int, c backend.Scalars) {
			b.Adam(backend.Adam{LearningRate: rate, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-3, WeightDecay: 0.1, Step: step, Control: c}, n, w, g, u, v)
		},
		"Nadam": func(rate float64, step int, c backend.Scalars) {
			b.Nadam(backend.Nadam{LearningRate: rate, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-3, Step: step, Control: c}, n, w, g, u, v)
		},
		"Adagrad": func(rate float64, _ int, c backend.Scalars) {
			b.Adagrad(backend.Adagrad{LearningRate: rate, Epsilon: 1e-3, Control: c}, n, w, g, v)
		},
		"Adadelta": func(rate float64, _ int, c backend.Scalars) {
			b.Adadelta(backend.Adadelta{LearningRate: rate, Rho: 0.9, Epsilon: 1e-3, Control: c}, n, w, g, v, u)
		},
		"Mix": func(_ float64, _ int, c backend.Scalars) { b.Mix(n, 0.1, g, w, c) },
	}
}

// control tests that updates take rate and step from the control, and that nothing changes
// from the first step on whose loss is not finite.
func (s *suite) control(t *testing.T) {
	const n, rate, step = 70, 0.125, 5
	b, d := s.backend, newData("Control")
	start := [][]float32{d.normal(n), d.normal(n), d.uniform(n, 0, 1), d.uniform(n, 0, 1)}
	run := func(name string, rate float64, step int, c backend.Scalars) (after [][]float64) {
		x := make([]backend.Buffer, len(start))
		for i, values := range start {
			x[i] = b.Alloc(n)
			b.Upload(x[i], values)
		}
		updates(b, n, x)[name](rate, step, c)
		for _, y := range x {
			after = append(after, read(b, y))
		}
		return after
	}
	for name := range updates(b, n, make([]backend.Buffer, len(start))) {
		control := scalarsOf(b, 0, step-1, rate)
		b.Judge(scalarsOf(b, math.MaxFloat64), control)
		want := run(name, rate, step, nil)
		if got := run(name, 77, 78, control); !slices.EqualFunc(got, want, slices.Equal[[]float64]) {
			t.Errorf("%s: other bits with a control", name)
		}
		for _, loss := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			control := scalarsOf(b, 0, step-1, rate)
			b.Advance(control)
			b.Judge(scalarsOf(b, loss, 0), control)
			b.Judge(scalarsOf(b, 0, loss), control) // once failed it stays so
			b.Advance(control)
			if got, want := readScalars(b, control), []float64{1, step, rate}; !slices.Equal(got, want) {
				t.Fatalf("behind a loss of %v the control is %v, want %v", loss, got, want)
			}
			for i, after := range run(name, rate, step, control) {
				for j, v := range after {
					if v != float64(start[i][j]) {
						t.Fatalf("%s: changes operand %d behind a loss of %v", name, i, loss)
					}
				}
			}
		}
	}
	if want := run("Mix", 0, 0, nil)[0][3]; math.Abs(want-(0.9*float64(start[0][3])+0.1*float64(start[1][3]))) > 1e-6 {
		t.Errorf("Mix: got %v", want)
	}
	mustPanic(t, "Judge", "too few scalars", func() { b.Judge(b.Scalars(1), b.Scalars(backend.ControlSize-1)) })
}

func (s *suite) shorten(t *testing.T) {
	b := s.backend
	for _, c := range []struct{ limit, squares, want float64 }{{1, 25, 0.2}, {5, 25, 1}, {6, 25, 1}, {1, math.NaN(), 1}, {1, math.Inf(1), 0}, {1, 0, 1}} {
		g := b.Alloc(4)
		b.Upload(g, []float32{1, -2, 4, 8})
		b.Shorten(3, c.limit, scalarsOf(b, c.squares), g)
		for i, v := range []float64{1, -2, 4, 8 / c.want} {
			if got := read(b, g)[i]; i < 3 && math.Abs(got-v*c.want) > s.tolerance || i == 3 && got != 8 {
				t.Errorf("limit %v, Σ g² %v: number %d is %v", c.limit, c.squares, i, got)
			}
		}
	}
}

// keys tests that a key with a control is another in each step, that of the same name.
func (s *suite) keys(t *testing.T) {
	const n = 50
	b := s.backend
	x := b.Alloc(n)
	b.Upload(x, newData("Keys").normal(n))
	for name, f := range map[string]func(k backend.Key, y backend.Buffer){
		"Dropout": func(k backend.Key, y backend.Buffer) { b.Dropout(n, 0.5, k, x, y) },
		"Noise":   func(k backend.Key, y backend.Buffer) { b.Noise(n, 0.5, k, x, y) },
	} {
		control, last := scalarsOf(b, 0, 3, 0), ""
		for step := 3; step < 6; step++ {
			got, want := b.Alloc(n), b.Alloc(n)
			f(backend.Key{Base: 9, Control: control}, got)
			f(backend.Key{Base: backend.Bits(9, step)}, want)
			numbers := fmt.Sprint(read(b, got))
			if numbers != fmt.Sprint(read(b, want)) || numbers == last {
				t.Errorf("%s: step %d draws other numbers than its key", name, step)
			}
			last = numbers
			b.Advance(control)
		}
	}
}
