package cpu

import (
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// softmax writes the softmax of net to p and returns log Σ exp(net).
func softmax(net, p []float32) float64 {
	largest, sum := float64(slices.Max(net)), 0.0 // the maximum of a row with a NaN is NaN
	for i, v := range net {
		e := math.Exp(float64(v) - largest)
		p[i] = float32(e)
		sum += e
	}
	scale := float32(1 / sum)
	for i := range p {
		p[i] *= scale
	}
	return largest + math.Log(sum)
}

func (c *cpu) Softmax(rows, cols int, x, y backend.Buffer) {
	backend.Check("Softmax", rows, cols)
	s := span{a: numbers("Softmax", x, rows*cols), b: numbers("Softmax", y, rows*cols), cols: cols}
	c.over(rows, rowsOf(cols), s, func(s *span, lo, hi int) {
		for r := lo; r < hi; r++ {
			softmax(s.a[r*s.cols:][:s.cols], s.b[r*s.cols:][:s.cols])
		}
	})
}

func (c *cpu) SoftmaxGrad(rows, cols int, y, dy, dx backend.Buffer) {
	backend.Check("SoftmaxGrad", rows, cols)
	n := rows * cols
	s := span{a: numbers("SoftmaxGrad", y, n), b: numbers("SoftmaxGrad", dy, n), c: numbers("SoftmaxGrad", dx, n), cols: cols}
	c.over(rows, rowsOf(cols), s, func(s *span, lo, hi int) {
		for r := lo; r < hi; r++ {
			y, dy, dx := s.a[r*s.cols:][:s.cols], s.b[r*s.cols:][:s.cols], s.c[r*s.cols:][:s.cols]
			sum := 0.0
			for i, v := range y {
				sum += float64(v) * float64(dy[i])
			}
			for i, v := range y {
				dx[i] = v * (dy[i] - float32(sum))
			}
		}
	})
}

func (c *cpu) SumRows(rows, cols int, x backend.Buffer, beta float64, y backend.Buffer) {
	backend.Check("SumRows", rows, cols)
	s := span{a: numbers("SumRows", x, rows*cols), b: numbers("SumRows", y, cols), cols: cols, alpha: float32(beta)}
	// Each part sums its own columns, row after row.
	c.over(cols, max(64, elements/rows), s, func(s *span, lo, hi int) {
		y := s.b[lo:hi]
		if s.alpha == 0 {
			clear(y)
		} else {
			for i := range y {
				y[i] *= s.alpha
			}
		}
		for at := lo; at < len(s.a); at += s.cols {
			for i, v := range s.a[at:][:hi-lo] {
				y[i] += v
			}
		}
	})
}

func (c *cpu) ArgMax(rows, cols int, x, y backend.Buffer) {
	backend.Check("ArgMax", rows, cols)
	s := span{a: numbers("ArgMax", x, rows*cols), b: numbers("ArgMax", y, rows), cols: cols}
	c.over(rows, rowsOf(cols), s, func(s *span, lo, hi int) {
		for r := lo; r < hi; r++ {
			row, best := s.a[r*s.cols:][:s.cols], 0
			for i, v := range row {
				if v > row[best] {
					best = i
				}
			}
			s.b[r] = float32(best)
		}
	})
}

func (c *cpu) OneHot(rows, cols int, labels, y backend.Buffer) {
	backend.Check("OneHot", rows, cols)
	l, out := numbers("OneHot", labels, rows), numbers("OneHot", y, rows*cols)
	clear(out)
	for r, label := range l {
		i := int(label)
		if float32(i) != label || i < 0 || i >= cols {
			panic(backend.Error{Kernel: "OneHot", Detail: fmt.Sprintf("expected labels from 0 to %d, got %v in row %d", cols-1, label, r)})
		}
		out[r*cols+i] = 1
	}
}
