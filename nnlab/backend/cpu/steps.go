package cpu

import (
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

func (c *cpu) Reduce(r backend.Reduction, n int, alpha float64, x backend.Buffer, beta float64, s backend.Scalars) {
	r.Check()
	part := [...]func(*job, span){backend.Sum: sumPart, backend.SumAbs: sumAbsPart, backend.SumSquares: sumSquaresPart, backend.NonFinite: nonFinite}[r]
	host.Set("Reduce", alpha, c.reduce("Reduce", n, x, part), beta, s)
}

func (c *cpu) Shorten(n int, limit float64, squares backend.Scalars, g backend.Buffer) {
	if factor, shorter := host.Factor(limit, squares); shorter {
		c.Scale(n, factor, g)
	}
}

func (c *cpu) Mix(n int, share float64, x, y backend.Buffer, control backend.Scalars) {
	if host.Changes("Mix", control) {
		c.Scale(n, 1-share, y)
		c.Axpy(n, share, x, y)
	}
}

// Measure is not shared among the cores: outputs are few beside what made them.
func (c *cpu) Measure(m backend.Measure, rows, cols int, y, target backend.Buffer, s backend.Scalars) {
	backend.Check("Measure", rows, cols)
	m.Check()
	n := rows * cols
	Y, T, S := numbers("Measure", y, n), numbers("Measure", target, n), host.Scalars("Measure", s, m.Counters(cols))
	switch m.Kind {
	case backend.Chosen:
		for r := range rows {
			S[0] += count(c.kernels.argMax(Y[r*cols:][:cols]) == c.kernels.argMax(T[r*cols:][:cols]))
		}
		S[1] += float64(rows)
	case backend.FoundChosen:
		for r := range rows {
			chosen := c.kernels.argMax(Y[r*cols:][:cols])
			for i, right := range T[r*cols:][:cols] {
				found(S[3*i:][:3], i == chosen, right > 0.5)
			}
		}
	case backend.Top:
		for r := range rows {
			row := Y[r*cols:][:cols]
			S[0] += count(notBelow(row, row[c.kernels.argMax(T[r*cols:][:cols])]) < m.K)
		}
		S[1] += float64(rows)
	case backend.Sides:
		for i, v := range Y {
			S[0] += count((v > float32(m.Border)) == (T[i] > 0.5))
		}
		S[1] += float64(n)
	case backend.Distance:
		sum := 0.0
		for i, v := range Y {
			sum += math.Abs(float64(v) - float64(T[i]))
		}
		S[0] += sum
		S[1] += float64(n)
	case backend.Found:
		for i, v := range Y {
			found(S[3*(i%cols):][:3], v > float32(m.Border), T[i] > 0.5)
		}
	case backend.Intervals:
		yes, no := S[:backend.Thresholds+1], S[backend.Thresholds+1:]
		for i, v := range Y {
			if T[i] > 0.5 {
				yes[backend.Interval(float64(v))]++
			} else {
				no[backend.Interval(float64(v))]++
			}
		}
	case backend.Residuals:
		S[0] += float64(rows)
		for i, v := range Y {
			t, sums := float64(T[i]), S[1+3*(i%cols):][:3]
			sums[0] += t
			sums[1] += t * t
			sums[2] += square(float64(v) - t)
		}
	}
}

// argMax is the column of the largest number of a row.
func (k *kernels) argMax(row []float32) int {
	largest := k.largest(row) // NaN where the row has one
	return slices.IndexFunc(row, func(v float32) bool { return v == largest || v != v })
}

// notBelow is how many numbers are not ≤ limit.
func notBelow(row []float32, limit float32) (n int) {
	for _, v := range row {
		if !(v <= limit) {
			n++
		}
	}
	return n
}

// found counts true positives, false positives and false negatives.
func found(s []float64, yes, right bool) {
	switch {
	case yes && right:
		s[0]++
	case yes:
		s[1]++
	case right:
		s[2]++
	}
}

// count is 1 for what is to be counted.
func count(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
