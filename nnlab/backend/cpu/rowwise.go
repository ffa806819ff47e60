package cpu

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Softmax(rows, cols int, x, y backend.Buffer) {
	backend.Check("Softmax", rows, cols)
	c.run(job{part: softmaxRows, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols,
		a: numbers("Softmax", x, rows*cols), b: numbers("Softmax", y, rows*cols)})
}

func softmaxRows(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		x, y := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols]
		largest := slices.Max(x) // NaN where the row has one
		p := float32(1 / expSum(x, largest, y))
		for i := range y {
			y[i] *= p
		}
	}
}

// expSum writes exp(x − largest) to y and returns the sum.
func expSum(x []float32, largest float32, y []float32) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		e := exp(float64(v) - float64(largest))
		y[i] = float32(e)
		sum += e
	}
	return sum
}

func (c *cpu) SoftmaxGrad(rows, cols int, y, dy, dx backend.Buffer) {
	backend.Check("SoftmaxGrad", rows, cols)
	n := rows * cols
	c.run(job{part: softmaxGrad, n: rows, grain: rowGrain(lightGrain, cols), cols: cols,
		a: numbers("SoftmaxGrad", y, n), b: numbers("SoftmaxGrad", dy, n), c: numbers("SoftmaxGrad", dx, n)})
}

// softmaxGrad computes dx = y ⊙ (dy − Σ dy·y) row by row.
func softmaxGrad(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		y, dy, dx := j.a[r*j.cols:][:j.cols], j.b[r*j.cols:][:j.cols], j.c[r*j.cols:][:j.cols]
		sum := 0.0
		for i, v := range y {
			sum += float64(dy[i]) * float64(v)
		}
		for i, v := range y {
			dx[i] = v * float32(float64(dy[i])-sum)
		}
	}
}

func (c *cpu) ScaleRows(rows, cols int, s, x backend.Buffer) {
	backend.Check("ScaleRows", rows, cols)
	c.run(job{part: scaleRows, n: rows, grain: rowGrain(lightGrain, cols), cols: cols,
		a: numbers("ScaleRows", s, rows), b: numbers("ScaleRows", x, rows*cols)})
}

func scaleRows(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		row := j.b[r*j.cols:][:j.cols]
		for i := range row {
			row[i] *= j.a[r]
		}
	}
}

// sumRowsBlock is how many rows are added up in float32 before their sum is
// added to that of the others in float64. It fixes the order of the additions.
const sumRowsBlock = 64

func (c *cpu) SumRows(rows, cols int, x backend.Buffer, beta float64, y backend.Buffer) {
	backend.Check("SumRows", rows, cols)
	X, Y := numbers("SumRows", x, rows*cols), numbers("SumRows", y, cols)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	blocks := ceil(rows, sumRowsBlock)
	c.rows = slices.Grow(c.rows[:0], blocks*cols)[:blocks*cols]
	c.pool.run(job{part: sumBlocks, n: blocks, grain: rowGrain(lightGrain, sumRowsBlock*cols), kernels: c.kernels,
		rows: rows, cols: cols, a: X, b: c.rows})
	for i := range Y {
		sum := 0.0
		for at := i; at < len(c.rows); at += cols {
			sum += float64(c.rows[at])
		}
		if beta != 0 {
			sum += beta * float64(Y[i])
		}
		Y[i] = float32(sum)
	}
}

// sumBlocks adds up the rows of blocks.
func sumBlocks(j *job, s span) {
	for block := s.lo; block < s.hi; block++ {
		sum, first := j.b[block*j.cols:][:j.cols], block*sumRowsBlock
		copy(sum, j.a[first*j.cols:])
		for r := first + 1; r < min(j.rows, first+sumRowsBlock); r++ {
			j.kernels.axpy(j.a[r*j.cols:][:j.cols], sum, 1)
		}
	}
}

func (c *cpu) ArgMax(rows, cols int, x, y backend.Buffer) {
	backend.Check("ArgMax", rows, cols)
	c.run(job{part: argMax, n: rows, grain: rowGrain(lightGrain, cols), cols: cols,
		a: numbers("ArgMax", x, rows*cols), b: numbers("ArgMax", y, rows)})
}

func argMax(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		row := j.a[r*j.cols:][:j.cols]
		best := 0
		for i, v := range row {
			if v > row[best] || v != v && row[best] == row[best] {
				best = i
			}
		}
		j.b[r] = float32(best)
	}
}

func (c *cpu) OneHot(rows, cols int, labels, y backend.Buffer) {
	backend.Check("OneHot", rows, cols)
	L, Y := numbers("OneHot", labels, rows), numbers("OneHot", y, rows*cols)
	for r, label := range L {
		// Compared as a number: what float → int makes of NaN is anybody's guess.
		if !(label >= 0 && label < float32(cols)) || label != float32(int(label)) {
			panic(backend.Error{Kernel: "OneHot", Detail: fmt.Sprintf("expected labels from 0 to %d, got %v in row %d", cols-1, label, r)})
		}
		clear(Y[r*cols:][:cols])
		Y[r*cols+int(label)] = 1
	}
}
