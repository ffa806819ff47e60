package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

func (b ref) Reduce(r backend.Reduction, n int, alpha float64, x backend.Buffer, beta float64, s backend.Scalars) {
	r.Check()
	v := 0.0
	switch r {
	case backend.Sum:
		v = b.Sum(n, x)
	case backend.SumAbs:
		v = b.SumAbs(n, x)
	case backend.SumSquares:
		v = b.SumSquares(n, x)
	case backend.NonFinite:
		v = float64(b.NonFinite(n, x))
	}
	host.Set("Reduce", alpha, v, beta, s)
}

func (ref) Shorten(n int, limit float64, squares backend.Scalars, g backend.Buffer) {
	backend.Check("Shorten", n)
	G := numbers("Shorten", g, n)
	if factor, shorter := host.Factor(limit, squares); shorter {
		for i := range G {
			G[i] *= factor
		}
	}
}

func (ref) Mix(n int, share float64, x, y backend.Buffer, control backend.Scalars) {
	backend.Check("Mix", n)
	X, Y := numbers("Mix", x, n), numbers("Mix", y, n)
	if host.Changes("Mix", control) {
		for i, v := range X {
			Y[i] = (1-share)*Y[i] + share*v
		}
	}
}

func (ref) Measure(m backend.Measure, rows, cols int, y, target backend.Buffer, s backend.Scalars) {
	backend.Check("Measure", rows, cols)
	m.Check()
	Y, T := numbers("Measure", y, rows*cols), numbers("Measure", target, rows*cols)
	S := host.Scalars("Measure", s, m.Counters(cols))
	for r := range rows {
		measureRow(m, Y[r*cols:][:cols], T[r*cols:][:cols], S)
	}
}

// measureRow counts one row.
func measureRow(m backend.Measure, y, t, s []float64) {
	switch m.Kind {
	case backend.Chosen:
		s[0] += count(argMax(y) == argMax(t))
		s[1]++
	case backend.Top:
		larger := 0
		for _, v := range y {
			if !(v <= y[argMax(t)]) {
				larger++
			}
		}
		s[0] += count(larger < m.K)
		s[1]++
	case backend.Residuals:
		s[0]++
	}
	for c := range y {
		yes, right := y[c] > m.Border, t[c] > 0.5
		switch m.Kind {
		case backend.Sides:
			s[0] += count(yes == right)
			s[1]++
		case backend.Distance:
			s[0] += math.Abs(y[c] - t[c])
			s[1]++
		case backend.FoundChosen:
			yes = c == argMax(y)
			fallthrough
		case backend.Found:
			s[3*c] += count(yes && right)
			s[3*c+1] += count(yes && !right)
			s[3*c+2] += count(!yes && right)
		case backend.Intervals:
			k := backend.Interval(y[c])
			if !right {
				k += backend.Thresholds + 1
			}
			s[k]++
		case backend.Residuals:
			s[1+3*c] += t[c]
			s[1+3*c+1] += t[c] * t[c]
			s[1+3*c+2] += (y[c] - t[c]) * (y[c] - t[c])
		}
	}
}

// count is 1 for what is to be counted.
func count(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
